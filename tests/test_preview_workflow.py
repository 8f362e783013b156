"""The workflow that previews pull requests, read as a file: it has never run on GitHub."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from check import PROJECT
from components._delivery_policies import PLAN
from tests.stack_files import STACKS, config_of

FILE = PROJECT / ".github" / "workflows" / "preview.yml"
TEXT = FILE.read_text()
WORKFLOW: Any = yaml.safe_load(TEXT)
JOBS: dict[str, Any] = WORKFLOW["jobs"]
STEPS = [step for job in JOBS.values() for step in job["steps"]]
RUNS = "\n".join(step.get("run", "") for step in STEPS)
PREVIEW, TELL = JOBS["preview"], JOBS["tell"]


def test_every_action_is_pinned_to_a_commit_whose_version_is_told() -> None:
    lines = re.findall(r"uses: (.*)", TEXT)
    assert len(lines) == sum("uses" in step for step in STEPS) == 7
    for line in lines:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)


def test_it_runs_for_pull_requests_and_never_with_the_rights_of_their_target() -> None:
    # YAML 1.1 reads `on` as a truth.
    assert [*WORKFLOW[True]] == ["pull_request"]
    assert WORKFLOW["concurrency"]["cancel-in-progress"] is True
    for job in JOBS.values():
        assert "head.repo.full_name == github.repository" in job["if"]


def test_permissions_are_the_least_and_code_of_a_change_writes_nothing() -> None:
    assert WORKFLOW["permissions"] == {}
    assert PREVIEW["permissions"] == {"contents": "read", "id-token": "write"}
    assert TELL["permissions"] == {
        "actions": "read",
        "contents": "read",
        "pull-requests": "write",
        "security-events": "write",
    }
    assert not any("checkout" in step.get("uses", "") for step in TELL["steps"])
    (checkout,) = [step for step in PREVIEW["steps"] if "checkout" in step.get("uses", "")]
    assert checkout["with"] == {"persist-credentials": False}


def test_every_stack_is_previewed_in_its_own_account_and_told() -> None:
    assert PREVIEW["strategy"]["matrix"]["include"] == [
        {
            "stack": stack,
            "account": config_of(stack)["corebank:account"],
            "region": config_of(stack)["corebank:region"],
        }
        for stack in sorted(STACKS, key=["sandbox", "staging", "production"].index)
    ]
    assert sorted(TELL["strategy"]["matrix"]["stack"]) == sorted(STACKS)


@pytest.mark.parametrize("stack", STACKS)
def test_it_is_who_delivery_lets_plan(stack: str) -> None:
    delivery = config_of(stack)["corebank:delivery"]
    (role,) = [step for step in PREVIEW["steps"] if "role-to-assume" in step.get("with", {})]
    assert role["with"]["role-to-assume"] == f"arn:aws:iam::${{{{ matrix.account }}}}:role/{PLAN}"
    assert PREVIEW["environment"] == "${{ matrix.stack }}-plan"
    assert WORKFLOW[True]["pull_request"]["branches"] == [delivery["branch"]]
    (preview,) = [step for step in PREVIEW["steps"] if "pulumi preview" in step.get("run", "")]
    backend = preview["env"]["PULUMI_BACKEND_URL"]
    account = config_of(stack)["corebank:account"]
    assert backend.replace("${{ matrix.account }}", account) == f"s3://{delivery['stateBucket']}"
    assert preview["env"]["PGUSER"] == PLAN


def test_all_controls_judge_into_the_journal_that_is_reported() -> None:
    assert re.findall(r"--policy-pack policies/(\w+)", RUNS) == ["all"]
    journals = {
        step["env"][name]
        for step in PREVIEW["steps"]
        for name in ("CONTROLS_JOURNAL", "JOURNAL")
        if name in step.get("env", {})
    }
    assert len(journals) == 1


def test_the_engine_is_the_version_that_the_program_is_written_for() -> None:
    (engine,) = [step for step in PREVIEW["steps"] if "pulumi/actions" in step.get("uses", "")]
    project = (PROJECT / "pyproject.toml").read_text()
    assert f'"pulumi=={engine["with"]["pulumi-version"]}"' in project
    # With a command of its own the action would print what it does.
    assert "command" not in engine["with"]


def test_nothing_of_it_is_in_the_log_and_no_text_of_a_stranger_becomes_a_command() -> None:
    assert "secrets." not in TEXT
    assert "> told/changes.txt 2>&1" in RUNS
    assert "--suppress-outputs" in RUNS
    assert "${{" not in RUNS


def test_it_is_the_only_workflow() -> None:
    # Another would want tests of its own.
    assert [file.name for file in Path(FILE.parent).iterdir()] == [FILE.name]

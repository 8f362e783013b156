"""The command that checks stack files and catalogue: what it finds, says and returns."""

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import check
from problems import BadInput, Problem
from tests.stack_files import STACKS, path_of

TODAY = date(2026, 6, 1)
"""A day from which all versions in the stack files are supported for long."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project's folder with copies of the stack files."""
    for stack in STACKS:
        shutil.copy(path_of(stack), tmp_path)
    return tmp_path


def change(folder: Path, stack: str, old: str, new: str) -> None:
    file = folder / f"Pulumi.{stack}.yaml"
    content = file.read_text()
    assert content.count(old) == 1
    file.write_text(content.replace(old, new))


def test_the_project_is_in_order() -> None:
    done = subprocess.run(
        [sys.executable, "check.py"],
        cwd=check.PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "sandbox, staging, production: settings and catalogue are in order\n"
    # On some days a version is soon out of support, which is told and stops nothing.
    assert all(line.startswith("WARN support-ends ") for line in done.stderr.splitlines())


def test_named_stacks_are_checked_once_and_no_others(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, "staging", "protect: true", "protect: false")
    assert check.main(["production", "sandbox", "production"], folder, TODAY) == 0
    said = capsys.readouterr().out
    assert said == "production, sandbox: settings and catalogue are in order\n"


def test_all_problems_of_all_files_are_told_sorted_with_exit_status_2(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, "staging", "protect: true", "protect: no")
    change(folder, "production", "natGateways: per-zone", "natGateways: one")
    change(folder, "production", 'costCentre: "4711"', "costCentre: 4711")
    assert check.main([], folder, TODAY) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        (
            "ERR shared-nat Pulumi.production.yaml corebank:network.natGateways: in production one"
            " zone's failure must not cut off the others (got one); write per-zone"
        ),
        (
            "ERR wrong-type Pulumi.production.yaml corebank:tags.costCentre: must be text (got"
            ' 4711); put it in quotes: "4711"'
        ),
        (
            "ERR wrong-type Pulumi.staging.yaml corebank:protect: must be true or false (got no);"
            " write true or false, without quotes"
        ),
        (
            "ERR uncertain-value Pulumi.staging.yaml:7:21: without quotes, this is true or false to"
            ' some programs (got no); write "no" with its quotes, or true or false in small letters'
        ),
    ]


def test_of_a_file_that_is_no_yaml_nothing_else_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, "staging", "  corebank:protect: true", "\tcorebank:protect: true")
    assert check.main([], folder, TODAY) == 2
    assert capsys.readouterr().err == (
        "ERR bad-yaml Pulumi.staging.yaml:7:1: has a tab; indent with spaces only\n"
    )


def test_networks_of_two_stacks_may_not_overlap(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = (folder / "Pulumi.staging.yaml").read_text()
    (folder / "Pulumi.staging.yaml").write_text(
        content.replace("sandbox: 10.16.", "sandbox: 10.80.").replace("10.32.", "10.16.")
    )
    assert check.main([], folder, TODAY) == 2
    assert capsys.readouterr().err.splitlines() == [
        (
            "ERR neighbour-moved Pulumi.production.yaml corebank:network.neighbours.staging: is"
            " not the network of staging (got 10.32.0.0/16); write 10.16.0.0/16, as in its own file"
        ),
        (
            "ERR neighbour-moved Pulumi.sandbox.yaml corebank:network.neighbours.staging: is not"
            " the network of staging (got 10.32.0.0/16); write 10.16.0.0/16, as in its own file"
        ),
        (
            "ERR overlap Pulumi.staging.yaml corebank:network.cidr: overlaps the network of"
            " sandbox, 10.16.0.0/16 (got 10.16.0.0/16); move the one whose addresses are not yet"
            " in use"
        ),
        (
            "ERR neighbour-moved Pulumi.staging.yaml corebank:network.neighbours.sandbox: is not"
            " the network of sandbox (got 10.80.0.0/16); write 10.16.0.0/16, as in its own file"
        ),
    ]


def test_hybrid_nodes_of_two_stacks_may_not_share_addresses(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, "staging", "nodes: 10.128.16.0/24", "nodes: 10.128.32.0/20")
    change(folder, "staging", "addresses: 10.128.16.16/28", "addresses: 10.128.47.16/28")
    assert check.main([], folder, TODAY) == 2
    assert capsys.readouterr().err == (
        "ERR overlap Pulumi.production.yaml corebank:onPremises.nodes: overlaps the nodes of"
        " staging, 10.128.32.0/20 (got 10.128.32.0/24); move the one whose addresses are not"
        " yet in use\n"
    )


def test_nodes_of_one_stack_and_pods_of_another_may_not_share_addresses(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, "staging", "pods: 10.130.0.0/16", "pods: 10.128.32.0/20")
    assert check.main([], folder, TODAY) == 2
    assert capsys.readouterr().err == (
        "ERR overlap Pulumi.staging.yaml corebank:onPremises.pods: overlaps the nodes of"
        " production, 10.128.32.0/24 (got 10.128.32.0/20); move the one whose addresses are not"
        " yet in use\n"
    )


def test_two_stacks_may_not_share_a_vlan_or_what_is_inside_tunnels_to_one_device(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, "staging", "dxcon-fgstage1: 120", "dxcon-fgprod01: 130")
    change(folder, "staging", "203.0.113.20: 169.254.32.0/29", "203.0.113.31: 169.254.48.8/29")
    assert check.main([], folder, TODAY) == 2
    assert capsys.readouterr().err.splitlines() == [
        (
            "ERR shared-vlan Pulumi.production.yaml corebank:onPremises.link.connections"
            ".dxcon-fgprod01: is the VLAN of staging on this connection too (got 130); give each"
            " stack its own"
        ),
        (
            "ERR overlap Pulumi.production.yaml corebank:onPremises.link.gateways.203.0.113.31:"
            " overlaps the tunnels of staging, 169.254.48.8/29 (got 169.254.48.8/29); move the one"
            " whose addresses are not yet in use"
        ),
    ]


def test_two_stacks_may_not_share_an_account_or_a_state(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "Pulumi.production.yaml"
    file.write_text(file.read_text().replace("333333333333", "111111111111"))
    change(folder, "production", "tokenTtl: 1h", "tokenTtl: 2h")
    assert check.main([], folder, TODAY) == 2
    assert capsys.readouterr().err.splitlines() == [
        (
            "ERR shared-account Pulumi.production.yaml corebank:account: is the account of"
            ' sandbox too (got "111111111111"); give each stack its own'
        ),
        (
            "ERR shared-state Pulumi.production.yaml corebank:delivery.stateBucket: is the bucket"
            " of the state of sandbox too (got corebank-state-111111111111); give each stack its"
            " own"
        ),
        (
            "ERR out-of-range Pulumi.production.yaml corebank:vault.tokenTtl: is out of range for a"
            " token or a login (got 2h); use 1m to 1h"
        ),
    ]


def test_an_unknown_stack_is_answered_with_the_known_ones(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check.main(["prod"], folder, TODAY) == 2
    assert capsys.readouterr().err == (
        "ERR unknown-stack Pulumi.prod.yaml: no such file; use sandbox, staging, production\n"
    )


def test_a_folder_without_stack_files_is_not_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check.main([], tmp_path, TODAY) == 2
    assert capsys.readouterr().err == (
        "ERR no-stacks Pulumi.*.yaml: no such file; run this in a project's folder\n"
    )


def test_a_file_of_a_further_stack_is_checked_as_well(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(folder / "Pulumi.sandbox.yaml", folder / "Pulumi.playground.yaml")
    assert check.known_stacks(folder) == [*STACKS, "playground"]
    assert check.main(["playground"], folder, TODAY) == 2
    assert capsys.readouterr().err == (
        "ERR other-stack Pulumi.playground.yaml corebank:environment: is not the stack's name,"
        " playground (got sandbox); name the stack sandbox\n"
    )


def test_problems_of_the_catalogue_are_told_with_the_rest(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        problem = Problem(code="x", path="domains/payments.py", what="is wrong", fix="correct it")
        raise BadInput([problem])

    monkeypatch.setattr(check, "load_catalogue", refuse)
    change(folder, "sandbox", "brokers: 2", "brokers: 3")
    assert check.main(["sandbox"], folder, TODAY) == 2
    assert [line.split(": ")[0] for line in capsys.readouterr().err.splitlines()] == [
        "ERR uneven-brokers Pulumi.sandbox.yaml corebank:kafka.brokers",
        "ERR min-insync-replicas Pulumi.sandbox.yaml corebank:kafka.minInsyncReplicas",
        "ERR replication Pulumi.sandbox.yaml corebank:kafka.replication",
        "ERR x domains/payments.py",
    ]


def test_help_says_what_the_exit_status_means(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        check.main(["--help"])
    assert ended.value.code == 0
    assert "Exit status: 0 if all is in order, 2 if not." in capsys.readouterr().out

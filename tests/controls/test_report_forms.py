"""A report as JSON, as SARIF, as Markdown and on the terminal."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.console import Console

from policies.controls import CONTROLS, Control
from policies.report import Report, read
from policies.report import _json as as_json
from policies.report import _markdown as as_markdown
from policies.report import _sarif as as_sarif
from policies.report._terminal import show
from policies.report._words import in_order, summary
from tests.controls.reports import (
    PASSED,
    URN,
    journal,
    many,
    told,
    unexcused,
    verdict,
)


def test_json_has_the_shape_that_is_promised(tmp_path: Path) -> None:
    failed = verdict("fam-01-one", "failed", "is wrong", name="other")
    found = json.loads(as_json.dumped(told(tmp_path, *PASSED, failed)))
    assert [*found] == [
        "version",
        "environment",
        "written",
        "outcome",
        "summary",
        "counts",
        "loaded",
        "expected",
        "missingPacks",
        "unfinishedPacks",
        "wrongExemptions",
        "controls",
    ]
    assert found["version"] == 1
    assert found["counts"]["failed"] == 1
    first = found["controls"][0]
    assert [*first] == [
        "id",
        "title",
        "pack",
        "severity",
        "remedy",
        "level",
        "outcome",
        "applies",
        "loaded",
        "supports",
        "rules",
    ]
    assert first["rules"][0] == {
        "name": "fam-01-one",
        "asks": "the one property of each bucket is set",
        "loaded": True,
        "passed": [f"{URN}it"],
        "failed": [{"urn": f"{URN}other", "messages": ["is wrong"]}],
        "undecided": [],
        "exempt": [],
    }
    assert first["supports"][0] == {"framework": "CIS Amazon EKS 1.8", "requirement": "2.1"}


def sarif(report: Report) -> Any:
    return json.loads(as_sarif.dumped(report, "Pulumi.production.yaml"))


SHAPE = {
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {"driver": {"required": ["name", "rules"]}},
                    },
                    "invocations": {"items": {"required": ["executionSuccessful"]}},
                    "results": {
                        "items": {
                            "required": ["ruleId", "ruleIndex", "message", "locations"],
                            "properties": {
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "kind": {"const": "fail"},
                                "message": {"required": ["text"]},
                                "partialFingerprints": {"additionalProperties": {"type": "string"}},
                            },
                        }
                    },
                },
            }
        },
    },
}
"""Of SARIF 2.1.0 what a code host cannot do without; the standard's own schema is not here."""


def test_sarif_has_a_result_for_each_failure_and_exemption(tmp_path: Path) -> None:
    report = told(
        tmp_path,
        *PASSED,
        verdict("fam-01-one", "failed", "is wrong", name="a"),
        verdict("fam-02-one", "failed", "is wrong", name="a"),
        verdict("fam-02-other", "exempt", "is wrong", name="a"),
        verdict("fam-01-other", "undecided", "a.path", name="a"),
    )
    found = sarif(report)
    jsonschema.validate(found, SHAPE)
    (run,) = found["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]
    assert ["suppressions" in result for result in run["results"]] == [False, False, True]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        artifact = location["physicalLocation"]["artifactLocation"]
        assert artifact["uri"] == "Pulumi.production.yaml"
        assert location["logicalLocations"][0]["fullyQualifiedName"] == f"{URN}a"
    marks = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]
    assert len({*marks}) == len(marks)
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"]
    (undecided,) = invocation["toolExecutionNotifications"]
    assert undecided["message"]["text"].startswith("FAM-01: undecided for 1")


def test_sarif_s_rules_help_and_have_no_more_tags_than_github_takes(tmp_path: Path) -> None:
    for rule in sarif(told(tmp_path))["runs"][0]["tool"]["driver"]["rules"]:
        assert rule["help"]["text"].startswith("Set what it asks for. Supports: ")
        assert 1 < len(rule["properties"]["tags"]) <= 20
        assert float(rule["properties"]["security-severity"]) == 8


@pytest.mark.parametrize("each", CONTROLS.values(), ids=lambda each: each.id)
def test_no_control_has_more_tags_than_github_takes(each: Control) -> None:
    assert len(each.references) < 20


def test_sarif_says_that_not_everything_was_loaded(tmp_path: Path) -> None:
    run = sarif(told(tmp_path, *PASSED, without=("fam-01-one",)))["runs"][0]
    assert not run["invocations"][0]["executionSuccessful"]
    (told_,) = run["invocations"][0]["toolConfigurationNotifications"]
    assert "1 of 2 controls were loaded" in told_["message"]["text"]


def test_sarif_tells_of_a_wrong_exemption(tmp_path: Path) -> None:
    (run,) = sarif(unexcused(tmp_path, "A for b has expired"))["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"]
    assert "A for b" in invocation["toolConfigurationNotifications"][0]["message"]["text"]


def test_a_mark_stays_the_same_when_the_message_changes(tmp_path: Path) -> None:
    marks = {
        sarif(told(tmp_path, verdict("fam-01-one", "failed", message)))["runs"][0]["results"][0][
            "partialFingerprints"
        ]["ruleAndUrn/v1"]
        for message in ("is wrong", "is still wrong")
    }
    assert len(marks) == 1


def test_markdown_tells_what_did_not_pass_and_nothing_becomes_a_tag(tmp_path: Path) -> None:
    failed = verdict("fam-01-one", "failed", "is <b>wrong</b>", name="a`<img>@all")
    text = as_markdown.dumped(told(tmp_path, *PASSED, failed))
    assert "2 controls: 1 passed, 1 failed." in text
    assert "| FAM-01 |" in text
    assert "| FAM-02 |" not in text
    assert r"\<of all\> \| a bucket has" in text
    assert "`aws:s3/bucket:Bucket a'<img>@all`" in text
    assert r"is \<b\>wrong\</b\>" in text


def test_markdown_fits_into_a_comment(tmp_path: Path) -> None:
    failed = [verdict("fam-01-one", "failed", "is wrong " * 20, name=f"{n}") for n in range(900)]
    text = as_markdown.dumped(told(tmp_path, *failed))
    assert "- and 850 more" in text
    assert len(text) < 40_000


def printed(report: Report, *, whole: bool = False) -> str:
    console = Console(width=140, file=None, record=True, quiet=False)
    with console.capture() as captured:
        show(report, console, whole=whole)
    return captured.get()


def test_the_terminal_shows_what_did_not_pass(tmp_path: Path) -> None:
    report = told(tmp_path, *PASSED, verdict("fam-01-one", "failed", "is [bold]wrong", name="a"))
    text = printed(report)
    assert re.search(r"FAM-01 .*mandatory +✗ failed +1 +0 +0 +2", text)
    assert "✗ fam-01-one aws:s3/bucket:Bucket a: is [bold]wrong" in text
    assert "FAM-02" not in text
    assert "production: 2 controls: 1 passed, 1 failed" in text
    assert "FAM-02" in printed(report, whole=True)


def test_summary_counts_everything_once(tmp_path: Path) -> None:
    controls, verdicts = many()
    report = read(journal(tmp_path, controls, *verdicts), controls)
    assert sum(report.counts.values()) == 86
    assert summary(report) == (
        "86 controls: 68 passed, 1 failed, 1 undecided, 1 exempt, 6 with nothing to judge, "
        "9 off in production"
    )


def test_numbers_are_in_people_s_order() -> None:
    assert in_order(["10(2)", "9", "10", "AC-12", "AC-6", "10(11)"]) == [
        "9",
        "10",
        "10(2)",
        "10(11)",
        "AC-6",
        "AC-12",
    ]

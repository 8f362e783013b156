"""What a report makes of journals, and how it is told to programs, code hosts and people."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.console import Console
from typer.testing import CliRunner

from check import PROJECT
from policies.controls import CONTROLS, Control, Verdict
from policies.crossguard.analyzer import EXEMPTIONS
from policies.crossguard.journal import Journal
from policies.report import BadJournal, Report, read
from policies.report import _json as as_json
from policies.report import _markdown as as_markdown
from policies.report import _sarif as as_sarif
from policies.report.__main__ import app
from policies.report._catalogue import catalogue as document
from policies.report._page import page
from policies.report._terminal import show
from policies.report._words import in_order, resource, summary
from tests.controls.reports import URN, catalogue, control, journal, many, verdict

ONE, TWO = control(1), control(2, levels="-AA")
BOTH = catalogue(ONE, TWO)
PASSED = [verdict(rule.name, "passed") for each in BOTH.values() for rule in each.rules]


def told(folder: Path, *verdicts: dict[str, Any], **how: Any) -> Report:
    return read(journal(folder, BOTH, *verdicts, **how), BOTH)


def test_what_passes_passes(tmp_path: Path) -> None:
    report = told(tmp_path, *PASSED)
    assert report.outcome == "passed"
    assert summary(report) == "2 controls: 2 passed, 0 failed"
    assert all(line.applies for line in report.lines)


@pytest.mark.parametrize(
    ("state", "outcome", "whole"),
    [("failed", "failed", "failed"), ("undecided", "undecided", "undecided"), ("exempt",) * 3],
)
def test_the_worst_of_its_verdicts_is_what_is_said_of_a_control(
    tmp_path: Path, state: str, outcome: str, whole: str
) -> None:
    report = told(tmp_path, *PASSED, verdict("fam-01-one", state, "is wrong", name="other"))
    assert report.lines[0].outcome == outcome
    assert report.lines[0].counts == {**dict.fromkeys(report.lines[0].counts, 0)} | {
        "passed": 2,
        state: 1,
    }
    assert report.outcome == ("passed" if whole == "exempt" else whole)


def test_what_is_advisory_stops_nothing(tmp_path: Path) -> None:
    report = told(tmp_path, *PASSED, verdict("fam-02-one", "failed", "is wrong"))
    assert report.lines[1].outcome == "failed"
    assert report.outcome == "passed"


def test_the_last_verdict_counts(tmp_path: Path) -> None:
    first = verdict("fam-01-one", "undecided", "a.path")
    assert told(tmp_path, first, *PASSED).lines[0].outcome == "passed"


def test_a_control_that_judged_nothing_does_not_apply(tmp_path: Path) -> None:
    line = told(tmp_path, *PASSED[:2]).lines[1]
    assert (line.applies, line.outcome) == (False, "nothing to judge")


def test_a_verdict_on_the_stack_has_no_resource(tmp_path: Path) -> None:
    report = told(tmp_path, *PASSED, verdict("fam-01-one", "failed", "lacks it", name=""))
    assert "the stack as a whole" in as_markdown.dumped(report)
    assert resource("") == ("", "the stack as a whole")


def test_what_is_off_there_need_not_be_loaded(tmp_path: Path) -> None:
    report = told(tmp_path, *PASSED[:2], environment="sandbox")
    assert summary(report) == "2 controls: 1 passed, 0 failed, 1 off in sandbox"
    assert report.outcome == "passed"


def test_a_rule_that_was_not_loaded_is_a_failure(tmp_path: Path) -> None:
    report = told(tmp_path, *PASSED, without=("fam-02-other",))
    assert report.lines[1].outcome == "not loaded"
    assert report.outcome == "failed"
    assert "Not all was judged: 1 of 2 controls were loaded" in as_markdown.dumped(report)


def test_a_rule_at_a_lower_level_counts_as_not_loaded(tmp_path: Path) -> None:
    journal(tmp_path, BOTH, *PASSED)
    file = tmp_path / "security.jsonl"
    file.write_text(file.read_text().replace("mandatory", "advisory"))
    assert read(tmp_path, BOTH).unloaded[0].control == ONE


def test_a_pack_without_a_journal_is_a_failure(tmp_path: Path) -> None:
    more = {**BOTH, **catalogue(control(3, pack="operations"))}
    report = read(journal(tmp_path, BOTH, *PASSED), more)
    assert report.missing == ["operations"]
    assert [line.control.id for line in report.unloaded] == [*more][2:]
    assert report.outcome == "failed"
    assert "without a journal: operations" in as_markdown.dumped(report)


def test_a_pack_that_did_not_come_to_its_end_is_a_failure(tmp_path: Path) -> None:
    report = told(tmp_path, *PASSED, end=False)
    assert report.outcome == "failed"
    assert "ended before the stack was judged as a whole: security" in as_markdown.dumped(report)


def test_an_exemption_that_is_wrong_is_a_failure_and_is_told(tmp_path: Path) -> None:
    with (journal(tmp_path, BOTH, *PASSED) / "security.jsonl").open("a") as file:
        file.write(json.dumps(verdict(EXEMPTIONS, "failed", "A for b has expired", name="")) + "\n")
    report = read(tmp_path, BOTH)
    assert (report.outcome, report.unexcused) == ("failed", ["A for b has expired"])
    assert "Exemptions are wrong: A for b has expired." in as_markdown.dumped(report)
    invocation = sarif(report)["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"]
    assert "A for b" in invocation["toolConfigurationNotifications"][0]["message"]["text"]


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    journal(tmp_path, BOTH, *PASSED)
    with (tmp_path / "security.jsonl").open("a") as file:
        file.write('{"rule": "fam-01-one", "urn": "')
    assert read(tmp_path, BOTH).outcome == "passed"


def test_a_journal_that_was_cut_off_at_once_is_none(tmp_path: Path) -> None:
    (journal(tmp_path, BOTH) / "security.jsonl").write_text('{"environment": "pro')
    with pytest.raises(BadJournal, match="has no journal of any pack; run the engine anew"):
        read(tmp_path, BOTH)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "no JSON",
        '{"rule": "fam-01-one", "urn": "", "state": "fine", "messages": []}',
        '{"rule": "fam-01-one", "urn": "", "state": ["passed"], "messages": []}',
        '{"rule": "fam-01-one", "urn": "", "state": "passed"}',
        '{"rule": 1, "urn": "", "state": "passed", "messages": []}',
    ],
)
def test_an_unreadable_line_is_named_and_not_told(tmp_path: Path, line: str) -> None:
    journal(tmp_path, BOTH, *PASSED)
    with (tmp_path / "security.jsonl").open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(BadJournal) as bad:
        read(tmp_path, BOTH)
    where = tmp_path / "security.jsonl"
    assert str(bad.value) == (
        f"ERR {where}:7: is not a line of a journal; take the file as the pack wrote it"
    )


def test_another_catalogue_s_journal_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadJournal, match="judges by fam-02-one, which the catalogue does not have"):
        read(journal(tmp_path, BOTH, *PASSED), catalogue(ONE))


def test_journals_of_two_environments_are_refused(tmp_path: Path) -> None:
    journal(tmp_path, BOTH)
    journal(tmp_path, catalogue(control(3, pack="operations")), environment="staging")
    with pytest.raises(BadJournal, match="several environments"):
        read(tmp_path, BOTH)


VERDICTS: list[tuple[str, str, Any]] = [
    ("fam-01-one", f"{URN}a", "undecided"),
    ("fam-02-one", f"{URN}a", "exempt"),
    (EXEMPTIONS, "", "failed"),
]


def test_it_reads_what_a_pack_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTROLS_JOURNAL", str(tmp_path))
    rules = {rule.name: each.level("staging") for each in BOTH.values() for rule in each.rules}
    pack = Journal("security")
    pack.begin("staging", rules)
    pack.add(
        Verdict(rule=rule, urn=urn, state=state, messages=("is wrong",))
        for rule, urn, state in VERDICTS
    )
    report = read(tmp_path, BOTH)
    assert (report.environment, report.unloaded) == ("staging", [])
    assert (report.unfinished, report.unexcused) == ([], ["is wrong"])
    assert [line.outcome for line in report.lines] == ["undecided", "exempt"]


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


def real(folder: Path, state: str, **how: Any) -> Path:
    """A journal of the real catalogue in which the first mandatory control came out so."""
    names = [rule.name for each in CONTROLS.values() for rule in each.rules]
    mandatory = next(each for each in CONTROLS.values() if each.level("production") == "mandatory")
    odd = mandatory.rules[0].name
    verdicts = [verdict(name, state if name == odd else "passed", "a.path") for name in names]
    return journal(folder, CONTROLS, *verdicts, **how)


@pytest.mark.parametrize(("state", "status"), [("passed", 0), ("failed", 1), ("undecided", 3)])
def test_the_command_s_status(tmp_path: Path, state: str, status: int) -> None:
    files = {form: tmp_path / f"report.{form}" for form in ("json", "sarif", "html", "markdown")}
    options = [word for form, file in files.items() for word in (f"--{form}", str(file))]
    result = CliRunner().invoke(app, [str(real(tmp_path / "journal", state)), *options])
    assert (result.exit_code, result.stderr) == (status, "")
    assert "production: " in result.stdout
    assert all(file.stat().st_size > 250 for file in files.values())


def test_the_command_fails_where_a_rule_is_not_loaded(tmp_path: Path) -> None:
    name = next(iter(CONTROLS.values())).rules[0].name
    result = CliRunner().invoke(app, [str(real(tmp_path, "passed", without=(name,)))])
    assert result.exit_code == 1
    assert "were loaded" in result.stdout


def test_the_command_says_what_to_do_about_bad_input(tmp_path: Path) -> None:
    gone, empty = tmp_path / "gone", tmp_path / "empty"
    empty.mkdir()
    for arguments, said in [
        ([str(gone)], f"ERR {gone}: is no folder; give the one that CONTROLS_JOURNAL named"),
        ([str(empty)], f"ERR {empty}: has no journal of any pack; run the engine anew"),
        ([], "ERR JOURNAL_FOLDER: is missing; give it, or --catalogue"),
        ([str(real(tmp_path / "j", "passed")), "--json", str(empty)], f"ERR {empty}: cannot be"),
    ]:
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 2
        assert result.stderr.startswith(said)


def test_help_tells_what_the_status_means() -> None:
    text = " ".join(CliRunner().invoke(app, ["--help"]).stdout.split())
    for words in ("0 if nothing mandatory failed", "3 if nothing failed", "2 if the input"):
        assert words in text


def test_docs_controls_is_what_the_catalogue_says() -> None:
    file = PROJECT / "docs" / "controls.md"
    assert file.read_text() == document(CONTROLS), "run make controls"


def test_every_control_has_its_anchor_in_the_document_and_all_links_lead_somewhere() -> None:
    text = document(BOTH)
    anchors = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    assert {"fam-01", "fam-02", "by-framework"} <= anchors
    assert {*re.findall(r"\]\(#([^)]*)\)", text)} <= anchors
    assert "advisory in sandbox, mandatory in staging and production" in text
    assert r"\<of all\> \| a bucket has" in text
    assert "`aws:s3/bucket:Bucket`, `aws:s3/bucketV2:BucketV2`" in text


def test_the_page_tells_the_same_for_the_same_report_and_runs_no_script(tmp_path: Path) -> None:
    controls, verdicts = many()
    report = read(journal(tmp_path, controls, *verdicts), controls)
    text = page(report)
    assert text == page(report)
    assert "<script" not in text
    assert "&lt;of all&gt;" in text
    assert summary(report) in text

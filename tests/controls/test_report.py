"""What a report makes of journals, and the documents made of the catalogue."""

import re
from pathlib import Path
from typing import Any

import pytest

from check import PROJECT
from policies.controls import CONTROLS, Verdict
from policies.crossguard.analyzer import EXEMPTIONS
from policies.crossguard.journal import Journal
from policies.report import BadJournal, read
from policies.report import _markdown as as_markdown
from policies.report._catalogue import catalogue as document
from policies.report._page import page
from policies.report._words import resource, summary
from tests.controls.reports import (
    BOTH,
    ONE,
    PASSED,
    URN,
    catalogue,
    control,
    journal,
    many,
    told,
    unexcused,
    verdict,
)


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
    report = unexcused(tmp_path, "A for b has expired")
    assert (report.outcome, report.unexcused) == ("failed", ["A for b has expired"])
    assert "Exemptions are wrong: A for b has expired." in as_markdown.dumped(report)


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

"""The page that a rehearsal leaves tells what was run and how it ended, and nothing else."""

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rehearsal.page import Ran, write
from rehearsal.summary import Made, made
from tests.run_pages import CLAIM, LOOSE, MARKER, attempt, drill, raising, ran, rows, words

RECORDED = "aws:msk/configuration:Configuration"


def page(folder: Path, it: Ran) -> str:
    return write(folder, it).read_text()


def resources(types: Mapping[str, int]) -> Made:
    return made(
        {"type": token, "custom": token[0] != "c", "outputs": {"password": MARKER}}
        for token, count in types.items()
        for _ in range(count)
    )


def test_resources_are_counted_as_they_came(tmp_path: Path) -> None:
    counted = resources(
        {
            "aws:ec2/vpc:Vpc": 2,
            RECORDED: 3,
            "vault:index/policy:Policy": 5,
            "corebank:components:Network": 7,
            "pulumi:providers:aws": 1,
        }
    )
    text = page(tmp_path, ran(drill("topics"), made=counted))
    assert (
        "18 in the state: 7 made through a real local API, 3 only recorded, 8 components and"
        in words(text)
    )
    assert rows(text, "By provider") == [["aws", "2", "3"], ["vault", "5", "0"]]
    assert rows(text, "Only recorded") == [[RECORDED, "3", "moto has no MSK configurations"]]
    assert rows(text, "Made through") == [
        ["aws:ec2/vpc:Vpc", "2"],
        ["vault:index/policy:Policy", "5"],
    ]


def test_steps_and_drills_have_their_times(tmp_path: Path) -> None:
    text = page(tmp_path, ran(drill("topics"), seconds={"servers": 13.12, "update": 31.0}))
    assert rows(text, "How long") == [["servers", "13.1"], ["update", "31.0"]]
    assert rows(text, "Every drill") == [["topics", "✓ passed", CLAIM, "2", "1.2"]]


def test_a_step_that_fails_has_a_time_as_well() -> None:
    it = ran()
    with pytest.raises(RuntimeError), it.step("update"):
        raise RuntimeError
    assert it.seconds["update"] >= 0


def test_what_went_well_is_said_to_have(tmp_path: Path) -> None:
    text = words(page(tmp_path, ran(drill("topics"))))
    assert "✓ All is well. Drills: 1 of 1 passed." in text
    assert "✗" not in text


def test_after_a_failed_update_nothing_is_told_as_passed(tmp_path: Path) -> None:
    text = page(tmp_path, ran(drill("topics"), stopped="The update failed. Run it again."))
    assert "✗ It did not go all the way. The update failed. Run it again." in words(text)
    assert rows(text, "Every drill") == [
        ["topics", "? not run: it did not come so far", CLAIM, "-", "-"]
    ]
    assert "Not counted: it did not come so far." in words(text)
    assert "✓" not in text


def test_an_attempt_that_went_wrong_is_red_in_its_place_and_in_words(tmp_path: Path) -> None:
    text = page(tmp_path, ran(drill("topics"), drill("broker matrix", LOOSE)))
    assert "✗ Not all is well. Drills: 1 of 2 passed." in words(text)
    assert [row[1] for row in rows(text, "Every drill")] == ["✓ passed", "✗ failed"]
    assert "cards, read topic a: should have been refused, and was not" in words(text)
    (red,) = re.findall(r'<td class="red"><span role="img" title="(.*?)">(.*?)</span>', text)
    assert red == ("cards, topic a: read worked, not as it should", "●!")


def test_a_drill_that_raised_is_red_and_others_were_run(tmp_path: Path) -> None:
    drills = drill("topics"), raising("alerts", RuntimeError(MARKER)), drill("canary")
    it = ran(*drills)
    assert not it.drilled.held
    text = page(tmp_path, it)
    assert "✗ Not all is well. Drills: 2 of 3 passed." in words(text)
    assert [row[1] for row in rows(text, "Every drill")] == [
        "✓ passed",
        "✗ broken off by RuntimeError",
        "✓ passed",
    ]
    assert 'class="bad">✗ broken off' in text


def test_a_drill_that_attempted_nothing_has_failed(tmp_path: Path) -> None:
    text = page(tmp_path, ran(drill("topics", [])))
    assert [row[1] for row in rows(text, "Every drill")] == ["✗ failed"]
    assert "It attempted nothing, so it has proved nothing." in words(text)


def test_a_drill_whose_export_is_missing_was_not_run(tmp_path: Path) -> None:
    text = page(tmp_path, ran(drill("topics"), drill("pools", needs="pools")))
    assert rows(text, "Every drill")[1][1] == "? not run: the stack exports no pools"
    assert "✓ All is well. Drills: 1 of 1 passed, 1 not run." in words(text)


def test_where_no_drill_was_run_nothing_is_told_as_well(tmp_path: Path) -> None:
    text = words(page(tmp_path, ran(drill("pools", needs="pools"))))
    assert "? Nothing was tried. Drills: 0 of 0 passed, 1 not run." in text
    assert "✓" not in text


def test_a_page_says_of_which_command_it_is_and_when_that_began(tmp_path: Path) -> None:
    first = words(page(tmp_path, ran(drill("topics"))))
    assert "make up STACK=sandbox began on 2026-11-27 at 03:04:05 UTC." in first
    later = ran(drill("topics"))
    later.command, later.began = "drill", datetime(2026, 11, 28, tzinfo=UTC)
    second = words(page(tmp_path, later))
    assert "make drill STACK=sandbox began on 2026-11-28 at 00:00:00 UTC." in second
    assert "make up STACK=sandbox" not in second


def test_no_secret_of_state_exports_addresses_or_errors_is_on_the_page(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "vault.log").write_text(MARKER)
    it = ran(
        drill("topics"),
        raising("vault matrix", RuntimeError(f"Vault refuses {MARKER}")),
        made=resources({"vault:index/policy:Policy": 1}),
    )
    text = page(tmp_path, it)
    assert "vault.log" in text
    assert MARKER not in text


def test_links_lead_to_the_logs_beside_the_page(tmp_path: Path) -> None:
    assert "Of the engine" not in words(page(tmp_path, ran()))
    (tmp_path / "logs").mkdir()
    (tmp_path / "home" / "logs").mkdir(parents=True)
    for name in (
        "logs/vault.log",
        "logs/a b.log",
        "home/logs/organization+corebank+sandbox-20261127T034307.log",
        "home/logs/organization+corebank+sandbox-20261127T031732.log",
        "home/logs/pulumi-20261127T035019-26983-stack_new.log",
    ):
        (tmp_path / name).touch()
    assert re.findall(r'<a href="([a-z][^"]*)">', page(tmp_path, ran())) == [
        "logs/a%20b.log",
        "logs/vault.log",
        "home/logs/organization%2Bcorebank%2Bsandbox-20261127T034307.log",
    ]


def test_names_are_escaped_wherever_they_stand(tmp_path: Path) -> None:
    name = '<script>"&'
    tried = [attempt(name, name, expected=False, granted=True)]
    it = ran(drill(name, tried), stopped="", made=resources({f"{name}:x": 1}))
    it.stop(name)
    it.seconds[name] = 1.0
    text = page(tmp_path, it)
    assert "<script" not in text
    assert "&lt;script&gt;&#34;&amp;" in text
    assert re.findall(r'"[^"]*<script', text) == []


def test_the_same_run_gives_the_same_page(tmp_path: Path) -> None:
    it = ran(drill("topics"), drill("broker matrix", LOOSE))
    assert page(tmp_path, it) == page(tmp_path, it)


def test_only_its_owner_may_read_a_page(tmp_path: Path) -> None:
    assert write(tmp_path, ran()).stat().st_mode & 0o777 == 0o600


class Killed(BaseException):
    """Nothing between the disk and the command takes it up, so nothing is tidied up either."""


def test_a_page_that_is_killed_as_it_is_written_leaves_the_old_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_: int) -> None:
        raise Killed

    old = page(tmp_path, ran(drill("topics")))
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", killed)
        with pytest.raises(Killed):
            write(tmp_path, ran(drill("broker matrix", LOOSE)))
    assert (tmp_path / "page.html").read_text() == old
    assert "broker matrix" in page(tmp_path, ran(drill("broker matrix", LOOSE)))

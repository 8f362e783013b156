"""Each command leaves a page of what it did, however it ends."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from rehearsal.__main__ import drill as attack
from rehearsal.__main__ import up
from rehearsal.drills import Drill
from tests.run_pages import LOOSE, MARKER, drill, interrupting, raising, rows, words


@dataclass(frozen=True, kw_only=True)
class Engine:
    """An engine whose every update ends alike."""

    code: int

    def run(self, *_: str) -> int:
        return self.code

    def controlled(self, *_: str, **__: str) -> int:
        return self.code

    def resources(self) -> list[dict[str, Any]]:
        return [{"type": "aws:ec2/vpc:Vpc", "custom": True}]

    def outputs(self) -> dict[str, Any]:
        return {"topics": MARKER}

    def update(self) -> None:
        return None


@dataclass(frozen=True, kw_only=True)
class Bank:
    """A rehearsal without servers."""

    folder: Path
    engine: Engine
    stack: str = "sandbox"

    def start(self) -> None:
        return None

    def addresses(self) -> dict[str, dict[str, str]]:
        return {}


@pytest.fixture
def rehearse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has commands find drills, and a bank whose updates end with a code."""

    def found(code: int, *drills: Drill, controls: str = "passed") -> None:
        bank = Bank(folder=tmp_path, engine=Engine(code=code))

        def session(_: str) -> Bank:
            return bank

        def decided(_: Bank) -> str:
            return controls

        monkeypatch.setattr("rehearsal.__main__._session", session)
        monkeypatch.setattr("rehearsal.__main__._decided", decided)
        monkeypatch.setattr("rehearsal.drills.LANES", [drills])

    return found


@pytest.mark.parametrize(
    ("code", "last", "told"),
    [
        (0, drill("canary"), "✓ All is well. Drills: 2 of 2 passed."),
        (0, drill("canary", LOOSE), "✗ Not all is well. Drills: 1 of 2 passed."),
        (1, drill("canary"), "✗ It did not go all the way. The update failed. What it made is"),
    ],
)
def test_a_command_leaves_a_page_however_it_ends(
    code: int, last: Drill, told: str, tmp_path: Path, rehearse: Callable[..., None]
) -> None:
    rehearse(code, drill("topics"), last)
    with pytest.raises(typer.Exit) as ended:
        up("sandbox")
    assert ended.value.exit_code == (0 if "✓" in told else 1)
    text = (tmp_path / "page.html").read_text()
    assert told in words(text)
    assert "1 in the state: 1 made" in words(text)
    assert [row[0] for row in rows(text, "How long")][:2] == ["servers", "update"]


@pytest.mark.parametrize("controls", ["failed", "undecided"])
def test_what_controls_do_not_let_through_is_not_drilled_on(
    controls: str, tmp_path: Path, rehearse: Callable[..., None]
) -> None:
    rehearse(0, drill("topics"), controls=controls)
    with pytest.raises(typer.Exit) as ended:
        up("sandbox")
    assert ended.value.exit_code == 1
    text = (tmp_path / "page.html").read_text()
    assert "Controls are not met, or not decided." in words(text)
    assert [row[1] for row in rows(text, "Every drill")] == ["? not run: it did not come so far"]


def test_a_drill_that_breaks_off_is_on_the_page_with_those_after_it(
    tmp_path: Path, rehearse: Callable[..., None]
) -> None:
    rehearse(0, raising("alerts", RuntimeError(MARKER)), drill("canary"))
    with pytest.raises(typer.Exit) as ended:
        attack("sandbox")
    assert ended.value.exit_code == 1
    text = (tmp_path / "page.html").read_text()
    assert "✗ Not all is well. Drills: 1 of 2 passed." in words(text)
    assert [row[1] for row in rows(text, "Every drill")] == [
        "✗ broken off by RuntimeError",
        "✓ passed",
    ]
    assert MARKER not in text


def test_an_error_outside_of_drills_is_on_the_page_without_its_words(
    tmp_path: Path, rehearse: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def raises(_: Bank) -> None:
        raise RuntimeError(MARKER)

    monkeypatch.setattr(Bank, "start", raises)
    rehearse(0, drill("canary"))
    with pytest.raises(RuntimeError):
        up("sandbox")
    text = (tmp_path / "page.html").read_text()
    assert "It did not go all the way. RuntimeError ended it." in words(text)
    assert MARKER not in text


def test_a_command_that_breaks_off_leaves_a_page_and_still_breaks_off(
    tmp_path: Path, rehearse: Callable[..., None]
) -> None:
    rehearse(0, interrupting("alerts"), drill("canary"))
    with pytest.raises(KeyboardInterrupt):
        attack("sandbox")
    text = (tmp_path / "page.html").read_text()
    assert "It did not go all the way. KeyboardInterrupt ended it." in words(text)
    assert [row[1] for row in rows(text, "Every drill")] == [
        "✗ broken off by KeyboardInterrupt",
        "? not run: it did not come so far",
    ]
    assert MARKER not in text

"""Drills run in lanes, side by side, whatever becomes of another, of a lane, or of the command."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psutil
import pytest
from rich.console import Console

from rehearsal.drills import LANES, Attempt, Drill, Drilled
from tests.run_pages import HELD, drill, interrupting, raising
from tests.waiting import wait_until

OUTPUTS = {"topics": "anything"}


def doing(name: str, work: Callable[[], object]) -> Drill:
    def attempts(*_: Any) -> list[Attempt]:
        work()
        return HELD

    return Drill(name=name, claim="it holds", needs="topics", attempts=attempts)


def run(*lanes: list[Drill]) -> tuple[Drilled, str]:
    drilled, told = Drilled(lanes=lanes), io.StringIO()
    drilled.run(OUTPUTS, {}, Console(file=told, width=200))
    return drilled, told.getvalue()


def test_lanes_run_at_the_same_time() -> None:
    met = get_context("fork").Barrier(2, timeout=20)
    drilled, _ = run([doing("one", met.wait)], [doing("other", met.wait)])
    assert drilled.held
    assert drilled.outcomes.keys() == {"one", "other"}


def test_drills_of_a_lane_run_one_after_another_in_their_order(tmp_path: Path) -> None:
    said = tmp_path / "said"

    def says(word: str) -> Callable[[], object]:
        def work() -> None:
            with said.open("a") as file:
                file.write(f"{word} ")
                file.flush()
                time.sleep(0.05)
                file.write(f"{word}. ")

        return work

    run([doing(word, says(word)) for word in "abc"])
    assert said.read_text() == "a a. b b. c c. "


def test_each_is_told_as_it_ends() -> None:
    drilled, told = run([drill("topics"), drill("canary", needs="people")])
    assert "✓ topics: each opens its own" in told
    assert "canary: not run, the stack exports no people" in told
    assert str(drilled) == "Drills: 1 of 1 passed, 1 not run"


def test_a_drill_that_raises_is_told_in_full_and_stops_no_other() -> None:
    drilled, told = run(
        [raising("alerts", RuntimeError("a broker said no")), drill("after")], [drill("beside")]
    )
    assert drilled.broken == {"alerts": "RuntimeError"}
    assert drilled.outcomes.keys() == {"after", "beside"}
    assert not drilled.held
    assert "alerts: broken off by RuntimeError" in told
    assert "RuntimeError: a broker said no" in told


def test_a_lane_whose_process_is_killed_is_no_success_and_stops_no_other() -> None:
    def killed() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    drilled, _ = run([doing("alerts", killed), drill("after")], [drill("beside")])
    assert drilled.broken == {"alerts": "the end of its process, code -9"}
    assert drilled.outcomes.keys() == {"beside"}
    assert drilled.untried == {"after": "it did not come so far"}
    assert not drilled.held


def test_an_interrupt_stops_every_lane_once_it_has_taken_away_what_it_made(tmp_path: Path) -> None:
    began, left = get_context("fork").Event(), tmp_path / "left"

    def makes() -> None:
        left.touch()
        began.set()
        try:
            time.sleep(60)
        finally:
            time.sleep(0.2)
            left.unlink()

    waits = doing("waits", lambda: began.wait(20))
    drilled = Drilled(
        lanes=[[doing("makes", makes), drill("after")], [waits, interrupting("alerts")]]
    )
    with pytest.raises(KeyboardInterrupt):
        drilled.run(OUTPUTS, {}, Console(quiet=True))
    assert not left.exists()
    assert drilled.outcomes.keys() == {"waits"}
    assert drilled.broken == dict.fromkeys(("makes", "alerts"), "KeyboardInterrupt")
    assert drilled.untried.keys() == {"after"}


def test_a_command_that_is_killed_leaves_lanes_that_end_what_they_began_and_no_more(
    tmp_path: Path,
) -> None:
    program = f"""
import time
from pathlib import Path
from rich.console import Console
from tests.test_drill_lanes import OUTPUTS, Drilled, doing

folder = Path({str(tmp_path)!r})

def first():
    (folder / "began").touch()
    time.sleep(2)
    (folder / "ended").touch()

lane = [doing("first", first), doing("second", (folder / "second").touch)]
Drilled(lanes=[lane]).run(OUTPUTS, {{}}, Console())
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[1]
    ) as command:
        wait_until((tmp_path / "began").exists, within=60)
        (lane,) = psutil.Process(command.pid).children()
        command.kill()
    wait_until(lambda: not lane.is_running())
    assert (tmp_path / "ended").exists()
    assert not (tmp_path / "second").exists()


def test_every_drill_is_in_one_lane_by_a_name_of_its_own() -> None:
    names = [each.name for lane in LANES for each in lane]
    assert len(names) == len({*names}) > 20

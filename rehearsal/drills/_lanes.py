"""Lanes: processes that run drills side by side, each its own one after another.

A lane is a fork of the command, so it has what the command has and hands nothing over. Told to
stop, it ends the drill that it is in, which takes away what it has made. A command that is killed
leaves its lanes to finish the drills that they are in, and they begin no other.
"""

import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs

_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a drill ended in its lane.

    Args:
        drill: Its name.
        seconds: How long it took.
        attempts: What it tried, if it came to its end.
        broken: What ended it before, in a few words that quote nobody.
        error: The error in full, which may quote what a server said.
    """

    drill: str
    seconds: float
    attempts: Sequence[Attempt] = ()
    broken: str = ""
    error: str = ""


@dataclass(kw_only=True)
class _Lane:
    """A process at work: the drill it is in, and since when."""

    process: ForkProcess
    drill: str = ""
    began: float = 0.0


def run(
    lanes: Sequence[Sequence[Drill]],
    outputs: Outputs,
    addresses: Addresses,
    tell: Callable[[Ended], None],
) -> None:
    """Runs the drills of all lanes, and tells of each as it ends.

    Raises:
        KeyboardInterrupt: All lanes have been told to stop, and have.
    """
    at_work: dict[Connection, _Lane] = {}
    interrupts: list[int] = []

    def interrupted(number: int, _: object) -> None:
        # What a lane is just saying is heard to its end.
        interrupts.append(number)
        _stop(at_work.values())

    before = signal.getsignal(signal.SIGINT)
    try:
        for drills in lanes:
            listening, telling = _FORK.Pipe(duplex=False)
            process = _FORK.Process(target=_work, args=(drills, outputs, addresses, telling))
            process.start()
            telling.close()
            at_work[listening] = _Lane(process=process)
        signal.signal(signal.SIGINT, interrupted)
        while at_work:
            for said in wait([*at_work]):
                if isinstance(said, Connection) and (ended := _next(said, at_work)):
                    tell(ended)
    finally:
        signal.signal(signal.SIGINT, before)
        _stop(at_work.values())
    if interrupts:
        raise KeyboardInterrupt


def _next(said: Connection, at_work: dict[Connection, _Lane]) -> Ended | None:
    """How a drill has ended, if that is what a lane says; one that says nothing more is gone."""
    lane = at_work[said]
    try:
        word: str | Ended = said.recv()
    except EOFError:
        del at_work[said]
        lane.process.join()
        if not lane.drill:
            return None
        took, code = time.monotonic() - lane.began, lane.process.exitcode
        return Ended(drill=lane.drill, seconds=took, broken=f"the end of its process, code {code}")
    if isinstance(word, Ended):
        lane.drill = ""
        return word
    lane.drill, lane.began = word, time.monotonic()
    return None


def _stop(lanes: Iterable[_Lane]) -> None:
    for lane in lanes:
        lane.process.terminate()


def _work(
    drills: Sequence[Drill], outputs: Outputs, addresses: Addresses, telling: Connection
) -> None:
    # A terminal interrupts all its processes; the command alone says when a lane stops.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    command = os.getppid()
    # A command that was killed listens no more.
    with suppress(BrokenPipeError):
        for drill in drills:
            if os.getppid() != command:
                return
            telling.send(drill.name)
            ended, error = _tried(drill, outputs, addresses)
            telling.send(ended)
            if error and not isinstance(error, Exception):
                return


def _tried(
    drill: Drill, outputs: Outputs, addresses: Addresses
) -> tuple[Ended, BaseException | None]:
    began = time.monotonic()
    try:
        attempts = [*drill.attempts(outputs, addresses)]
    except BaseException as error:  # noqa: BLE001 - the command tells it
        broken, told = type(error).__name__, traceback.format_exc()
        took = time.monotonic() - began
        return Ended(drill=drill.name, seconds=took, broken=broken, error=told), error
    return Ended(drill=drill.name, seconds=time.monotonic() - began, attempts=attempts), None

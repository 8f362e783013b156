"""What the SDK does in every run and that costs more than it gives.

Owns nothing of the bank. What it is worth is in ADRs 0015 and 0044; ``make bench`` measures the
whole.
"""

import asyncio
import functools
import inspect
import traceback
from pathlib import Path
from typing import Any

from pulumi.runtime import resource, settings
from pulumi.runtime.proto.source_pb2 import SourcePosition, StackFrame, StackTrace

_resource: Any = resource
_settings: Any = settings
"""How it traces, and the list of requests in hand, are the SDK's own business."""
_OF_A_RESOURCE = 3
"""Constructors on top of a stack of calls that declares one: of it and of what it is a kind of."""


def trace_own_calls() -> None:
    """Has the SDK tell which calls of the program led to a resource, and of no others.

    It (3.272) tells the engine of Python's and its own as well, down to the thread's: the same
    twenty for each resource, with paths of the machine, which were half of the state. And it looks
    up the text of every line, which nobody is told: two fifths of the time that a program takes to
    declare 1,800 resources, in which the engine waits.
    """
    _resource._get_stack_trace = stack_trace  # noqa: SLF001 - there is no other way in


def stack_trace() -> StackTrace:
    """The program's calls that led to a resource, the one that makes it first."""
    frames: list[StackFrame] = []
    constructors = 0
    for frame, line in traceback.walk_stack(inspect.currentframe()):
        if constructors >= _OF_A_RESOURCE:
            frames.append(_at(frame.f_code.co_filename, line))
        constructors += frame.f_code.co_name == "__init__"
        if frame.f_code.co_name == "<module>" and frame.f_globals["__name__"] == "__main__":
            break
    return StackTrace(frames=frames)


@functools.cache
def _at(file: str, line: int) -> StackFrame:
    # What was compiled from no file, such as a constructor of a dataclass, has no address.
    path = Path(file)
    known = SourcePosition(uri=path.as_uri(), line=line) if path.is_absolute() else None
    return StackFrame(pc=known)


def wait_for_requests_first() -> None:
    """Keeps the end of a run from growing with the square of its resources.

    When a program has run to its end, the SDK (3.272) waits for outputs as long as no request is in
    hand, all of them anew after each that arrives: with 400 resources that is some 4,500 outputs,
    260 times over. Requests are in hand one turn of the event loop later. Then it waits for those
    first, and finds the outputs there.
    """
    turn = asyncio.ensure_future(asyncio.sleep(0))
    _settings._get_rpc_manager().rpcs.append(turn)  # noqa: SLF001 - there is no other way in

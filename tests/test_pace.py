"""What the SDK is spared in a run, and what the engine is told without it."""

import runpy
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime import resource
from pulumi.runtime.proto.source_pb2 import StackTrace

from pace import stack_trace, trace_own_calls
from tests.engine import deploy

_resource: Any = resource
_HOOK = "_get_stack_trace"
_the_sdk_s = getattr(_resource, _HOOK)

PROGRAM = """
from dataclasses import dataclass
import pulumi
from pulumi_aws import sns

class Topics(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("corebank:tests:Topics", name)
        sns.Topic(f"{name}-inner", opts=pulumi.ResourceOptions(parent=self))

@dataclass
class Later:  # its constructor is in no file
    name: str
    def __post_init__(self):
        Topics(self.name)

def declare():
    for name in ("one", "two"):
        Later(name)

pulumi.ComponentResource("corebank:tests:Bare", "bare")
sns.Topic("outer")
declare()
"""


def test_the_engine_is_told_of_the_program_s_calls_what_the_sdk_would_tell_and_of_no_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "__main__.py"
    program.write_text(PROGRAM)
    told: list[tuple[StackTrace, StackTrace]] = []

    def both() -> StackTrace:
        told.append((_the_sdk_s(), stack_trace()))
        return told[-1][0]

    monkeypatch.setattr(_resource, _HOOK, both)
    deploy(partial(runpy.run_path, str(program), run_name="__main__"))

    # The first is the stack itself, which no program makes.
    assert [len(ours.frames) for _, ours in told[1:]] == [0, 1, 4, 5, 4, 5]
    for sdk_s, ours in told[1:]:
        assert [*ours.frames] == [*sdk_s.frames][: len(ours.frames)]
        others = [*sdk_s.frames][len(ours.frames) :]
        assert program.as_uri() not in {frame.pc.uri for frame in others}


def test_the_sdk_asks_ours_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_resource, _HOOK, _the_sdk_s)
    trace_own_calls()

    assert getattr(_resource, _HOOK) is stack_trace

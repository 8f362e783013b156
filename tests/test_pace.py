"""What the SDK is spared in a run, and that the engine is told the same without it."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pytest
from pulumi.runtime import resource
from pulumi.runtime.proto.source_pb2 import StackTrace
from pulumi_aws import sns

from pace import stack_trace, trace_lines_once
from tests.engine import deploy

_resource: Any = resource
_HOOK = "_get_stack_trace"
_the_sdk_s = getattr(_resource, _HOOK)


class _Topics(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("corebank:tests:Topics", name)
        sns.Topic(f"{name}-inner", opts=pulumi.ResourceOptions(parent=self))


@dataclass
class _Later:
    """Has a constructor that is in no file."""

    name: str

    def __post_init__(self) -> None:
        _Topics(self.name)


def _program() -> None:
    pulumi.ComponentResource("corebank:tests:Bare", "bare")
    for name in ("one", "two"):
        _Later(name)
    sns.Topic("outer")


def test_the_engine_is_told_of_the_calls_that_led_to_a_resource_what_the_sdk_would_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[StackTrace, StackTrace]] = []

    def both() -> StackTrace:
        told.append((_the_sdk_s(), stack_trace()))
        return told[-1][0]

    monkeypatch.setattr(_resource, _HOOK, both)
    deploy(_program)

    assert {len(sdk_s.frames) > 0 for sdk_s, _ in told} == {True, False}
    assert [ours for _, ours in told] == [sdk_s for sdk_s, _ in told]
    assert any(not frame.HasField("pc") for sdk_s, _ in told for frame in sdk_s.frames)


def test_the_sdk_asks_ours_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_resource, _HOOK, _the_sdk_s)
    trace_lines_once()

    assert getattr(_resource, _HOOK) is stack_trace

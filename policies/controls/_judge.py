"""What a rule says of a resource or of a stack: passed, failed or undecided."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from policies.controls._model import Rule, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import Unknown


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What one rule says of one resource, or of the stack.

    Args:
        rule: The rule's name.
        urn: The resource's; empty for the stack.
        state: ``undecided`` where a value is only known after an update; ``exempt`` where what is
            wrong is so by permission.
        messages: What is wrong, or the path of the value that is not known.
    """

    rule: str
    urn: str
    state: Literal["passed", "failed", "undecided", "exempt"]
    messages: tuple[str, ...] = ()


def judge(rule: Rule, resource: Resource) -> Verdict:
    """What a rule on a resource by itself says of it."""
    return _verdict(rule, resource.urn, rule.judge(resource))


def judge_stack(rule: Rule, stack: Stack) -> Iterator[Verdict]:
    """What a rule that looks at a stack says: of each of its resources, or of all."""
    concerned = stack.of(*rule.types)
    if rule.scope == "in-stack":
        for resource in concerned:
            yield _verdict(rule, resource.urn, rule.judge(resource, stack))
    elif concerned:
        yield _verdict(rule, "", rule.judge(stack))


def _verdict(rule: Rule, urn: str, wrong: Wrong) -> Verdict:
    found: list[str] = []
    try:
        for message in wrong:
            found.append(message)  # noqa: PERF402 - what was found before something is not known
    except Unknown as unknown:
        # What is wrong is wrong, whatever else is not known.
        if not found:
            return Verdict(rule=rule.name, urn=urn, state="undecided", messages=(unknown.path,))
    except Exception as error:  # noqa: BLE001 - properties of any program, in any shape
        found.append(f"has another shape than can be judged ({type(error).__name__})")
    if found:
        return Verdict(rule=rule.name, urn=urn, state="failed", messages=tuple(found))
    return Verdict(rule=rule.name, urn=urn, state="passed")

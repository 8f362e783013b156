"""Every rule by its cases, and every control on the bank as the program declares it."""

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import pytest

from policies.controls import (
    CONTROLS,
    Object,
    Resource,
    Rule,
    Stack,
    Verdict,
    judge,
    judge_stack,
)
from settings import Settings
from tests import controls as here
from tests.controls import original
from tests.controls.cases import Bank, Cases, Change, Given, thing
from tests.engine import Declared, Deployment, deploy

RULES = {rule.name: rule for control in CONTROLS.values() for rule in control.rules}
CONTROL_OF = {rule.name: control.id for control in CONTROLS.values() for rule in control.rules}
FAMILIES: list[Any] = [
    import_module(f"{here.__name__}.{found.name}")
    for found in pkgutil.iter_modules(here.__path__)
    if found.name.startswith("cases_")
]
CASES: dict[str, Cases] = {
    name: cases for family in FAMILIES for name, cases in family.CASES.items()
}
LOOSENED: dict[str, Change] = {
    control: change for family in FAMILIES for control, change in family.LOOSENED.items()
}
NOTHING_HERE: dict[str, str] = {
    control: reason
    for family in FAMILIES
    for control, reason in getattr(family, "NOTHING_HERE", {}).items()
}
"""Controls of which the bank has nothing that could be loosened, and why."""


def verdicts(rule: Rule, given: Given) -> list[Verdict]:
    resources = resources_of(rule, given)
    if rule.scope == "resource":
        return [judge(rule, each) for each in resources if each.type in rule.types]
    return [*judge_stack(rule, Stack(resources[0].environment, resources))]


def resources_of(rule: Rule, given: Given) -> list[Resource]:
    if isinstance(given, Resource):
        return [given]
    if isinstance(given, Mapping):
        return [thing(rule.types[0], **given)]
    return [*given]


def said(rule: Rule, given: Given) -> str:
    """The worst of it."""
    states = [each.state for each in verdicts(rule, given)]
    assert states, f"{rule.name} does not apply to {given}"
    return max(states, key=["passed", "undecided", "failed"].index)


def each(kind: str) -> Iterator[Any]:
    for name, cases in CASES.items():
        for number, given in enumerate(getattr(cases, kind)):
            yield pytest.param(RULES[name], given, id=f"{name}-{number}")


def test_every_rule_has_cases_and_every_case_a_rule() -> None:
    assert sorted(CASES) == sorted(RULES)


@pytest.mark.parametrize("control", CONTROLS.values(), ids=lambda each: each.id)
def test_each_control_has_enough_cases(control: Any) -> None:
    cases = [CASES[rule.name] for rule in control.rules]
    assert sum(len(one.fails) for one in cases) >= 2
    assert sum(len(one.passes) for one in cases) >= 2
    assert all(one.fails and one.passes and one.unknown for one in cases)


@pytest.mark.parametrize(("rule", "given"), [*each("fails")])
def test_what_is_wrong_fails_and_its_value_is_not_told(rule: Rule, given: Given) -> None:
    assert said(rule, given) == "failed"
    for verdict in verdicts(rule, given):
        assert not any("has another shape" in message for message in verdict.messages)


@pytest.mark.parametrize(("rule", "given"), [*each("passes")])
def test_what_is_right_passes(rule: Rule, given: Given) -> None:
    assert said(rule, given) == "passed"


@pytest.mark.parametrize(("rule", "given"), [*each("unknown")])
def test_what_is_not_known_is_neither(rule: Rule, given: Given) -> None:
    assert said(rule, given) == "undecided"


@pytest.mark.parametrize(("rule", "given"), [*each("fails")])
def test_another_type_is_not_its_business(rule: Rule, given: Given) -> None:
    del given
    other = thing("random:index/randomPet:RandomPet")
    assert "random:index/randomPet:RandomPet" not in rule.types
    assert [*judge_stack(rule, Stack("production", [other]))] == []


def recorded(deployment: Deployment, environment: str) -> Bank:
    """What a deployment declared, as policies see it."""
    declared = deployment.by_urn()
    return [resource(each, environment, declared) for each in deployment.resources]


def resource(each: Declared, environment: str, others: dict[str, Declared]) -> Resource:
    provider = others.get(each.provider)
    return Resource(
        type=each.type,
        name=each.name,
        urn=each.urn,
        environment=environment,
        properties=Object(each.inputs),
        protect=each.protect,
        ignored=each.ignored,
        provider=resource(provider, environment, others) if provider else None,
        parent=each.parent,
        refers=each.refers,
    )


ALONE: dict[str, list[Rule]] = {}
for each_rule in RULES.values():
    for each_type in each_rule.types if each_rule.scope == "resource" else ():
        ALONE.setdefault(each_type, []).append(each_rule)
_JUDGED: dict[int, tuple[Resource, list[Verdict]]] = {}
"""What was said of resources by themselves: what is loosened leaves all others as they are."""


def alone(resource: Resource) -> list[Verdict]:
    found = _JUDGED.get(id(resource))
    if found is None:
        said = [judge(rule, resource) for rule in ALONE.get(resource.type, ())]
        found = _JUDGED[id(resource)] = (resource, said)
    return found[1]


def failed(bank: Bank, environment: str) -> dict[str, list[str]]:
    """What fails, by control, at whatever level."""
    stack = Stack(environment, bank)
    said = [verdict for each in bank for verdict in alone(each)]
    for rule in RULES.values():
        if rule.scope != "resource":
            said += judge_stack(rule, stack)
    found: dict[str, list[str]] = {}
    for verdict in said:
        if verdict.state == "failed":
            text = f"{verdict.rule} {verdict.urn.split('::')[-1]}: {verdict.messages}"
            found.setdefault(CONTROL_OF[verdict.rule], []).append(text)
    return found


@pytest.fixture(scope="session")
def recording(bank: Deployment, settings: Settings) -> Bank:
    """What an update declares, as policies see it."""
    return recorded(bank, settings.environment)


def test_the_bank_passes_at_all_levels(recording: Bank, settings: Settings) -> None:
    assert failed(recording, settings.environment) == {}


def test_a_preview_finds_nothing_wrong_either(previewed: Deployment, settings: Settings) -> None:
    assert failed(recorded(previewed, settings.environment), settings.environment) == {}


@pytest.mark.parametrize("settings", ["production"], indirect=True)
@pytest.mark.parametrize("control", LOOSENED)
def test_what_is_loosened_turns_its_control_red_and_no_other(
    control: str, recording: Bank, settings: Settings
) -> None:
    assert failed(LOOSENED[control](recording), settings.environment).keys() == {control}


def test_every_control_is_loosened_or_is_said_to_have_nothing_to_loosen() -> None:
    assert LOOSENED.keys() | NOTHING_HERE.keys() == CONTROLS.keys()
    assert not LOOSENED.keys() & NOTHING_HERE.keys()


def test_the_original_is_flagged_by_many_controls() -> None:
    declared = deploy(original.program, stack="production")
    found = failed(recorded(declared, "production"), "production")
    assert len(found) >= 25, sorted(found)

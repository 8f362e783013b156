"""Every token and property that a rule reads is one that the installed SDKs know."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

import pytest

from policies.controls import CONTROLS, Object, Resource, Rule
from tests.controls.cases import plain
from tests.controls.test_controls import CASES, RULES, resources_of, verdicts

NOT_INSTALLED: Mapping[str, str] = {}
"""Packages of tokens that other programs may use and this one does not: nothing to compare with."""

OF_NO_SDK = re.compile(r"^kubernetes:[a-z0-9.]+\.(istio\.io|coreos\.com|argoproj\.io|cnpg\.io|strimzi\.io)/")
"""Custom resources: only their own definitions know what they have."""


def found(type_: str) -> type | None:
    """The SDK's class of a token; none if its package is not installed."""
    package, module, name = type_.split(":")
    if package in NOT_INSTALLED:
        return None
    group, *version = module.split("/")
    parts = [group.partition(".")[0], *version[:1]] if package == "kubernetes" else [group]
    path = ".".join([f"pulumi_{package.replace('-', '_')}", *(p for p in parts if p != "index")])
    return getattr(import_module(path), name)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_each_token_is_known(rule: Rule) -> None:
    for type_ in rule.types:
        if not OF_NO_SDK.match(type_):
            found(type_)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The paths of all that is read, each after its resource's type."""
    paths: set[str] = set()
    really = Object.__getitem__

    def noted(self: Any, key: str) -> Any:
        paths.add(f"{self._path}.{key}")
        return really(self, key)

    monkeypatch.setattr(Object, "__getitem__", noted)
    return paths


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_each_property_is_known(rule: Rule, read: set[str]) -> None:
    cases = CASES[rule.name]
    for given in (*cases.fails, *cases.passes, *cases.unknown):
        verdicts(rule, [marked(each) for each in resources_of(rule, given)])
    assert read
    unknown = sorted(path for path in read if not known(path))
    assert unknown == []


def marked(resource: Resource) -> Resource:
    from dataclasses import replace

    return replace(resource, properties=Object(plain(resource), f"{resource.type}|"))


def known(path: str) -> bool:
    """Whether an SDK's class has such a property, as far as its types say."""
    type_, _, rest = path.partition("|")
    if OF_NO_SDK.match(type_) or (at := found(type_)) is None:
        return True
    keys = [key for key in rest.split(".") if key and not key.isdigit()]
    fields: Mapping[str, Any] | None = of_class(at)
    module = sys.modules[at.__module__]
    for key in keys:
        if fields is None:
            return True
        if alike(key) not in fields:
            return False
        fields = of_annotation(fields[alike(key)], module)
    return True


def alike(name: str) -> str:
    return name.replace("_", "").lower()


def of_class(class_: Any) -> dict[str, Any]:
    """Its inputs and outputs."""
    outputs = {alike(name): None for name in dir(class_) if not name.startswith("_")}
    return outputs | {
        alike(name): annotation
        for name, annotation in class_._internal_init.__annotations__.items()
    }


def of_annotation(annotation: Any, module: Any) -> Mapping[str, Any] | None:
    """The fields of the type that an annotation names; none where it names none."""
    names = re.findall(r"ForwardRef\('([\w.]+ArgsDict)'", repr(annotation))
    if not names:
        return None
    scope: Any = module
    for part in names[0].split("."):
        scope = getattr(scope, part)
    return {alike(name): each for name, each in scope.__annotations__.items()}

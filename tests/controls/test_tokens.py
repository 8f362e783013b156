"""Every token and property that a rule reads is one that the installed SDKs know."""

import re
import sys
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Any

import pytest

from policies.controls import Object, Resource, Rule
from tests.controls.cases import plain
from tests.controls.test_controls import CASES, RULES, resources_of, verdicts

NOT_INSTALLED = {"aws-native", "awsx", "command", "kafka", "pulumi-nodejs", "pulumi-python"}
"""Packages that other programs may use and this one does not: there is nothing to compare with."""
OF_THE_ENGINE = "pulumi"
"""The package of what the engine itself knows: stacks, and providers by their package."""

OF_NO_SDK = re.compile(
    r"kubernetes:[\w.]*(argoproj\.io|cnpg\.io|coreos\.com|istio\.io|networking\.k8s\.(aws|io/v1alpha)"
    r"|strimzi\.io)"
)
"""Custom resources: only their own definitions know what they have."""

ELSEWHERE = re.compile(r"(.+\.)?(cidrIp|groupId)|objectLockConfiguration")
"""Words of aws-native's security groups, and of a bucket that is asked alike wherever it is."""

AT_ONE_LEVEL = {"sysctls", "procMount"}
"""Of a pod's or a container's context, which are read alike."""

OPEN = {"Principal", "accessEntries"}
"""What has names of its own inside."""

NAMES = {"id", "arn", "name", "bucket", "keyId"}
"""By which any resource may be called; see ``Resource.identities``."""

Fields = dict[str, tuple[Any, Any]]
"""Of each name, all spelt alike: what its type is said to be, and the module that says so."""


def found(type_: str) -> type | None:
    """The SDK's class of a token; none if its package is not installed."""
    package, _, rest = type_.partition(":")
    if package in {*NOT_INSTALLED, OF_THE_ENGINE}:
        return None
    module, name = rest.split(":")
    group, *version = module.split("/")
    parts = [group.partition(".")[0], *version[:1]] if package == "kubernetes" else [group]
    path = ".".join([f"pulumi_{package.replace('-', '_')}", *(p for p in parts if p != "index")])
    path = {"pulumi_aws.lambda": "pulumi_aws.lambda_"}.get(path, path)
    if package == "vault":
        path = path.lower()
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
    # What a provider has is read of whatever provider there is.
    of_types = [path.partition("|.") for path in read if "|" in path]
    # Many tokens say the same thing, each with its own words; one of them has to know each word.
    known_to_one = {rest for type_, _, rest in of_types if known(f"{type_}|.{rest}")}
    unknown = {rest for _, _, rest in of_types} - known_to_one - NAMES
    words = {
        word
        for type_ in {*rule.types, *(each[0] for each in of_types)}
        for word in vocabulary(type_)
    }
    unknown = {path for path in unknown if alike(path.rpartition(".")[2]) not in words}
    assert sorted(path for path in unknown if not ELSEWHERE.fullmatch(path)) == []


def marked(resource: Resource) -> Resource:
    return replace(resource, properties=Object(plain(resource), f"{resource.type}|"))


def known(path: str) -> bool:
    """Whether an SDK's class has such a property, as far as its types say."""
    type_, _, rest = path.partition("|")
    if OF_NO_SDK.match(type_) or (at := found(type_)) is None:
        return True
    keys = [key for key in rest.split(".") if key and not key.isdigit()]
    fields: Fields | None = of_class(at)
    for key in keys:
        if fields is None:
            return True
        if alike(key) not in fields:
            return key in AT_ONE_LEVEL
        if key in OPEN:
            return True
        fields = of_annotation(*fields[alike(key)])
    return True


@cache
def vocabulary(type_: str) -> frozenset[str]:
    """Every word of a type and of those in it."""
    if OF_NO_SDK.match(type_) or (class_ := found(type_)) is None:
        return frozenset()
    open_ = [*of_class(class_).items()]
    seen: set[tuple[str, str]] = set()
    while open_:
        word, (annotation, module) = open_.pop()
        if (word, repr(annotation)) not in seen:
            seen.add((word, repr(annotation)))
            open_ += (of_annotation(annotation, module) or {}).items()
    return frozenset(word for word, _ in seen)


def alike(name: str) -> str:
    return name.replace("_", "").lower()


def of_class(class_: Any) -> Fields:
    """Its inputs and outputs."""
    module = sys.modules[class_.__module__]
    outputs: Fields = {alike(name): (None, module) for name in dir(class_) if name[0] != "_"}
    inputs = getattr(class_, "_internal_init", class_.__init__).__annotations__
    return outputs | {alike(name): (each, module) for name, each in inputs.items()}


def of_annotation(annotation: Any, module: Any) -> Fields | None:
    """The fields of the type that an annotation names; none where it names none."""
    names = re.findall(r"ForwardRef\('([\w.]+ArgsDict)'", repr(annotation))
    if not names:
        return None
    scope: Any = module
    for part in names[0].split("."):
        scope = getattr(scope, part)
    return {
        alike(name): (each, sys.modules[scope.__module__])
        for name, each in scope.__annotations__.items()
    }


@pytest.mark.parametrize(
    ("path", "is_known"),
    [
        ("aws:ec2/launchTemplate:LaunchTemplate|.metadataOptions.httpTokens", True),
        ("aws:ec2/launchTemplate:LaunchTemplate|.metadataOptions.httpToken", False),
        ("aws:ec2/launchTemplate:LaunchTemplate|.metadata", False),
        ("kubernetes:apps/v1:Deployment|.spec.template.spec.hostIPC", True),
        ("kubernetes:apps/v1:Deployment|.spec.template.spec.containers.0.image", True),
        ("kubernetes:apps/v1:Deployment|.spec.template.spec.containers.0.picture", False),
    ],
)
def test_what_no_sdk_knows_is_found(path: str, *, is_known: bool) -> None:
    assert known(path) == is_known

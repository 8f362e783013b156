"""From a stack's configuration to ``Settings``, or to everything that is wrong with it.

Owns the order of looking: what must not be there at all, what cannot be read, what does not
agree. A mistake is told once, at the first of these, and keeps no other from being told.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import partial
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from problems import BadInput, Problem
from settings._ageing import checks_of_age
from settings._cross_checks import (
    CHECKS_OF_COUNTS,
    CHECKS_OF_ENTRIES,
    Check,
    environment_is_the_stack,
)
from settings._explain import explained, keys_at, place_of
from settings._model import Settings
from settings._places import Place, is_mapping, less
from settings._section import Section, section_of
from settings._suspicious import suspicious
from settings._telling import NAMESPACE, choice, listed, nearest, shown_key
from settings._words import Environment

_FOREIGN = ("pulumi", "aws", "eks", "kubernetes", "minio", "postgresql", "vault", "vsphere")
"""Namespaces of the engine and of the provider packages: read by them, left alone here."""

AnySection = TypeVar("AnySection", bound=Section)


def load_settings(stack: str, config: Mapping[str, object], today: date | None = None) -> Settings:
    """The settings of a stack.

    Args:
        stack: The stack's name, which must be an environment's.
        config: Full keys (``corebank:network``) to values: either as YAML gives them or as
            Pulumi gives them to a program, all as text and mappings as JSON. It is taken to be
            readable by anybody, so leave out what is encrypted.
        today: The day on which every version must be supported; without one, none is asked for
            its age.

    Raises:
        BadInput: With everything that is wrong.
    """
    given = {key: _decoded(value) for key, value in config.items()}
    odd = dict(suspicious(given))
    own = [key for key in given if _namespace(key) not in _FOREIGN]
    strangers = [key for key in own if _namespace(key) != NAMESPACE]
    ours = {
        # A known key under a wrong namespace is read all the same: it is not missing.
        **{_name(key): given[key] for key in strangers if _name(key) in keys_at(())},
        **{_name(key): given[key] for key in own if key not in strangers},
    }
    told = {(_name(place[0]), *place[1:]) for place in odd if place[0] in own}

    errors = _errors(ours)
    wrong = told | {place_of(error) for error in errors}
    some = _readable(ours, without=wrong)
    whole = _readable(ours, without={place[:2] for place in wrong})
    problems = (
        *odd.values(),
        *(_stranger(key) for key in strangers if (key,) not in odd),
        *explained(errors, told),
        *_disagreements(some, [partial(environment_is_the_stack, stack)]),
        *_disagreements(_as(stack, some), CHECKS_OF_ENTRIES),
        *_disagreements(some, checks_of_age(today) if today else []),
        *_disagreements(_as(stack, whole), CHECKS_OF_COUNTS),
    )
    if problems:
        raise BadInput(problems)
    return Settings.model_validate(ours)


def _decoded(value: object) -> object:
    """The mapping that Pulumi gives as JSON; anything else as it is."""
    if isinstance(value, str) and value.startswith("{"):
        with suppress(json.JSONDecodeError):
            return json.loads(value)
    return value


def _namespace(key: str) -> str:
    return key.partition(":")[0] if ":" in key else ""


def _name(key: str) -> str:
    return key.partition(":")[2] if ":" in key else key


def _stranger(key: str) -> Problem:
    """A key that is neither ours nor the engine's nor a provider's."""
    known = (NAMESPACE, *_FOREIGN)
    if namespace := _namespace(key):
        what = "is in no known namespace"
        fix = choice(namespace, known)
    else:
        near = nearest(key, keys_at(()))
        what = "has no namespace"
        fix = f"write {NAMESPACE}:{near}" if near else f"put {listed(known)} before it"
    return Problem(code="unknown-namespace", path=shown_key(key), what=what, fix=fix)


def _errors(ours: Mapping[str, object]) -> list[ErrorDetails]:
    try:
        Settings.model_validate(ours)
    except ValidationError as error:
        return error.errors()
    return []


def _readable(ours: Mapping[str, object], *, without: Collection[Place]) -> Settings:
    """Settings that have only the parts which can be read; the others are no attributes at all."""
    read: dict[type[Section], dict[str, object]] = {}
    with suppress(ValidationError):
        Settings.model_validate(less(ours, without), context=read)
    return _built(Settings, read, ours)


def _built(
    kind: type[AnySection],
    read: Mapping[type[Section], dict[str, object]],
    given: Mapping[str, object],
) -> AnySection:
    parts = dict(read.get(kind, {}))
    for name, field in kind.model_fields.items():
        if (section := section_of(field)) is not None:
            inner = given.get(field.alias or name)
            # What may be left out and is, is known to be none.
            if inner is None and not field.is_required():
                parts[name] = None
            elif is_mapping(inner):
                parts[name] = _built(section, read, inner)
    built = kind.model_construct(None, **parts)
    for name, field in kind.model_fields.items():
        if name not in parts and (field.alias or name) in given:
            # Somebody wrote it, if not so that it can be read: its default is not what it is.
            vars(built).pop(name, None)
    return built


def _as(stack: str, settings: Settings) -> Settings:
    """Settings held to what the stack's name promises, whatever environment stands in them."""
    known = {"environment": Environment(stack)} if stack in list(Environment) else {}
    return settings.model_copy(update=known)


def _disagreements(settings: Settings, checks: Collection[Check]) -> Iterator[Problem]:
    for check in checks:
        with suppress(AttributeError):  # the check came to a part that could not be read
            yield from check(settings)

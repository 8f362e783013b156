"""Reads one domain file and takes the declaration out of it.

Makes sure that the declaration can be worked with: that it is there and holds values of the
types it says. What the values may be is ``_catalogue``'s to judge.
"""

from collections.abc import Iterator
from dataclasses import fields
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any, cast, get_args, get_origin

from domains._model import Api, Domain, Secrets, Topic
from problems import BadInput, Problem


def read_domain(file: Path, place: str) -> Domain:
    """Executes a domain file and returns its ``DOMAIN``.

    The file is found by its path and kept out of ``sys.modules``, so that any folder will do.

    Args:
        file: The file.
        place: What a problem calls the file.

    Raises:
        BadInput: The file cannot be executed, has no ``DOMAIN``, or one with values of wrong types.
    """
    domain = _execute(file, place).get("DOMAIN")
    if not isinstance(domain, Domain):
        problem = Problem(
            code="domain-missing",
            path=place,
            what="the file declares no domain" if domain is None else "DOMAIN is not a Domain",
            got=None if domain is None else repr(domain),
            fix="write DOMAIN = Domain(...)",
        )
        raise BadInput([problem])
    problems = list(_type_problems(domain, place)) or [
        problem
        for part in (domain.api, *domain.publishes, *domain.secrets)
        for problem in _type_problems(part, place)
    ]
    if problems:
        raise BadInput(problems)
    return domain


def _execute(file: Path, place: str) -> dict[str, Any]:
    """Returns the names the file defines."""
    module = ModuleType(file.stem)
    try:
        SourceFileLoader(file.stem, str(file)).exec_module(module)
    except Exception as error:
        problem = Problem(
            code="domain-import",
            path=place,
            what=f"the file raises {type(error).__name__}: {error}",
            fix="correct the file",
        )
        raise BadInput([problem]) from error
    return vars(module)


def _type_problems(declared: Api | Domain | Secrets | Topic, place: str) -> Iterator[Problem]:
    """Tells what the type checker would: a deployment runs without one."""
    for field in fields(declared):
        value = getattr(declared, field.name)
        if not _is_a(field.type, value):
            yield Problem(
                code="domain-type",
                path=place,
                what=f"{field.name} of a {type(declared).__name__} has the wrong type",
                got=repr(value),
                fix=f"give it {_wanted(field.type)}",
            )


def _is_a(declared: Any, value: object) -> bool:  # noqa: ANN401 - the annotation of a field
    if get_origin(declared) is not tuple:
        return isinstance(value, declared)
    (item_type, _) = get_args(declared)
    return isinstance(value, tuple) and all(
        isinstance(item, item_type) for item in cast("tuple[object, ...]", value)
    )


def _wanted(declared: Any) -> str:  # noqa: ANN401 - the annotation of a field
    if get_origin(declared) is tuple:
        (item_type, _) = get_args(declared)
        return f"a tuple of {item_type.__name__}; with one item that is (x,)"
    return f"a value of {getattr(declared, '__name__', declared)}"

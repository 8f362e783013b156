"""What is wrong with what a domain declares to do with secrets.

Vault takes a path for a text: without these rules ``card/a`` would open nothing, ``cards*`` a
neighbour's folder, and ``cards/../payments`` whatever a careless client makes of it.
"""

import re
from collections.abc import Collection, Iterator

from domains._model import Domain, Secrets
from problems import Problem

CAPABILITIES = ("create", "delete", "list", "patch", "read", "update")
"""Vault's, without ``sudo``, which opens what is kept for administrators, and ``deny``."""

_SEGMENT = re.compile(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?")


def problems(domain: Domain, place: str, domains: Collection[str]) -> Iterator[Problem]:
    """Tells all that is wrong.

    Args:
        domain: Who declares it.
        place: What a problem calls its file.
        domains: The names of all domains.
    """
    for secrets in domain.secrets:
        for what, fix in _path_faults(secrets.path, domain.name, domains):
            yield Problem(code="secrets-path", path=place, what=what, got=secrets.path, fix=fix)
        for word in secrets.may:
            if word not in CAPABILITIES:
                yield Problem(
                    code="secrets-capability",
                    path=place,
                    what=f"{domain.name} may not have this done to {secrets.path}",
                    got=word,
                    fix=f"use {', '.join(CAPABILITIES[:-1])} or {CAPABILITIES[-1]}",
                )
        if not secrets.may:
            yield _useless(domain, secrets, place)


def _path_faults(path: str, own: str, domains: Collection[str]) -> Iterator[tuple[str, str]]:
    below = f"name a folder of its own, like {own}/keys"
    first, *rest = path.split("/")
    if "*" in path or "+" in path:
        yield "a path of secrets has a wildcard", "name one folder; what is in it is meant too"
    elif not all(_SEGMENT.fullmatch(segment) for segment in (first, *rest)):
        yield (
            "a path of secrets is not canonical",
            "join segments of lower-case letters, digits, - and _ by single slashes",
        )
    elif first == own:
        if not rest:
            yield "a path of secrets is all that the domain has", below
    elif first in domains:
        yield f"a path of secrets is another domain's than {own}", below
    elif own.startswith(first) or first.startswith(own):
        yield f"a path of secrets begins like {own} and is not its folder", below
    else:
        yield f"a path of secrets is not {own}'s", below


def _useless(domain: Domain, secrets: Secrets, place: str) -> Problem:
    return Problem(
        code="secrets-capability",
        path=place,
        what=f"{domain.name} does nothing at {secrets.path}",
        got="()",
        fix="say what it may do there, or leave it out",
    )

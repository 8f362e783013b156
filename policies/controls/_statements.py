"""Policies in IAM's language, statement by statement."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, cast

from policies.controls._wire import at, document, listed

ANYONE = "*"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One of a policy's statements.

    Args:
        allows: Whether it allows; else it denies.
        principals: Whom it names, ``*`` for anybody; accounts, roles and users only.
        services: Which services of AWS it names.
        names_others: Whether it is about all but those that it names.
        actions: Patterns of what it is about.
        not_actions: Patterns of what it is not about, where it is about all else.
        resources: Patterns of what it is about; empty in policies of one thing.
        conditions: Operator, key in lower case, and values of each condition.
    """

    allows: bool
    principals: Sequence[str]
    services: Sequence[str]
    names_others: bool
    actions: Sequence[str]
    not_actions: Sequence[str]
    resources: Sequence[str]
    conditions: Sequence[tuple[str, str, tuple[str, ...]]]

    @property
    def is_for_anyone(self) -> bool:
        """Whether it is about whoever comes, conditions aside."""
        return self.names_others or ANYONE in self.principals or ANYONE in self.services

    def covers(self, action: str) -> bool:
        """Whether it is about an action: ``kms:Decrypt``."""
        if self.not_actions:
            return not any_like(self.not_actions, action)
        return any_like(self.actions, action)

    def values(self, key: str, *operators: str) -> list[str]:
        """What conditions with these operators compare a key with."""
        return [
            value
            for operator, found, values in self.conditions
            if found == key.lower() and operator.rpartition(":")[2] in operators
            for value in values
        ]


def statements(properties: Any, *path: str | int) -> list[Statement]:
    """A policy's statements; none where there is no policy.

    Raises:
        ValueError: It is no policy.
        Unknown: It, or a value in it, is only known after an update.
    """
    policy = document(properties, *path)
    if policy is None:
        return []
    if not isinstance(policy, Mapping) or "Statement" not in policy:
        raise ValueError("a policy has statements")
    return [_statement(each) for each in listed(cast("Any", policy), "Statement")]


def _statement(told: Any) -> Statement:
    effect = at(told, "Effect")
    if effect not in ("Allow", "Deny"):
        raise ValueError("a statement allows or denies")
    who = at(told, "Principal")
    named = isinstance(who, Mapping)
    return Statement(
        allows=effect == "Allow",
        principals=_texts(who, "AWS") if named else _texts(told, "Principal"),
        services=[*_texts(who, "Service"), *_texts(who, "Federated")] if named else [],
        names_others=at(told, "NotPrincipal") is not None,
        actions=_texts(told, "Action"),
        not_actions=_texts(told, "NotAction"),
        resources=_texts(told, "Resource"),
        conditions=[*conditions(told)],
    )


def conditions(told: Any) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What a statement asks for besides: operator, key in lower case, and values."""
    asked: Mapping[str, Any] = at(told, "Condition") or {}
    for operator in asked:
        for key in asked[operator]:
            yield operator, key.lower(), tuple(_texts(asked, operator, key))


def _texts(told: Any, *path: str) -> list[str]:
    # JSON's own true and "true" mean the same to IAM.
    return [
        str(each).lower() if isinstance(each, bool) else str(each) for each in listed(told, *path)
    ]


def any_like(patterns: Iterable[object], action: str) -> bool:
    """Whether an action is named by one of these, in whatever way."""
    return any(fnmatchcase(action.lower(), str(pattern).lower()) for pattern in patterns)

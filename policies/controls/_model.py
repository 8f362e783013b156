"""What a control is, and the rules that decide it.

A rule is a pure function of one resource, of one resource in its stack, or of a stack. It yields a
sentence for each thing that is wrong, and none if all is well; sentences never hold a property's
value, since policies see secrets in clear.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from policies.controls._stack import Resource, Stack

Level = Literal["mandatory", "advisory", "disabled"]
Severity = Literal["low", "medium", "high", "critical"]
Pack = Literal["security", "data_protection", "operations"]
AnyPack = Pack | Literal["all"]
"""A pack, or that of every control: the engine asks each pack twice about each resource."""
Wrong = Iterator[str]
"""What is wrong, a sentence each: which property, what is allowed, never what it is."""

ENVIRONMENTS = ("sandbox", "staging", "production")
FRAMEWORKS = {
    "C5": "CIS AWS Foundations 5.0",
    "CE": "CIS Amazon EKS 1.8",
    "D": "DORA (EU) 2022/2554",
    "G": "GDPR (EU) 2016/679",
    "HUB": "AWS Security Hub, foundational best practices",
    "AML": "Directive (EU) 2015/849",
    "N": "NIST SP 800-53 rev. 5",
    "P": "PSD2 RTS (EU) 2018/389",
    "PCI": "PCI DSS 4.0.1",
    "PSS": "Kubernetes Pod Security Standards",
    "R": "Delegated Regulation (EU) 2024/1774",
    "VH": "Vault production hardening",
}
"""By the sign that a control names it with."""

_LEVELS: dict[str, Level] = {"M": "mandatory", "A": "advisory", "-": "disabled"}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One property that a control asks for.

    Args:
        name: In all packs only once: the control's id and what it looks at.
        asks: What it asks for, as a sentence.
        scope: Whether it judges a resource by itself, a resource in its stack, or the stack.
        types: Tokens of the resources that it judges; of those that make it apply, for a stack.
        judge: Yields what is wrong.
    """

    name: str
    asks: str
    scope: Literal["resource", "in-stack", "stack"]
    types: tuple[str, ...]
    judge: Callable[..., Wrong]


@dataclass(frozen=True, kw_only=True)
class Control:
    """A row of the catalogue.

    Args:
        id: Family and number.
        pack: Where it is enforced.
        title: What is asked for, in a few words.
        levels: In sandbox, staging and production: ``M``, ``A`` or ``-``.
        severity: Of a violation.
        supports: What it helps to meet, by our reading: ``HUB EC2.8, PCI 2.2.1``.
        remedy: What to do about a violation.
    """

    id: str
    pack: Pack
    title: str
    levels: str
    severity: Severity
    supports: str
    remedy: str
    rules: list[Rule] = field(default_factory=list[Rule])

    def __post_init__(self) -> None:
        """Refuses signs that mean nothing.

        Raises:
            ValueError: A level or a framework is unknown.
        """
        if len(self.levels) != len(ENVIRONMENTS) or set(self.levels) - set(_LEVELS):
            raise ValueError(f"{self.id}: levels are {len(ENVIRONMENTS)} of {', '.join(_LEVELS)}")
        if unknown := {framework for framework, _ in self.references} - set(FRAMEWORKS):
            raise ValueError(f"{self.id}: no such framework: {', '.join(sorted(unknown))}")

    @property
    def references(self) -> tuple[tuple[str, str], ...]:
        """Framework's sign and number of each requirement that it supports."""
        parts = (each.strip().partition(" ") for each in self.supports.split(","))
        return tuple((framework, number) for framework, _, number in parts)

    def level(self, environment: str) -> Level:
        """How it is enforced there."""
        return _LEVELS[self.levels[ENVIRONMENTS.index(environment)]]

    def rule(
        self, name: str, asks: str, *types: str
    ) -> Callable[[Callable[[Resource], Wrong]], Callable[[Resource], Wrong]]:
        """Makes a function a rule on each resource of these types."""
        return self._add(name, asks, "resource", types)

    def rule_in_stack(
        self, name: str, asks: str, *types: str
    ) -> Callable[[Callable[[Resource, Stack], Wrong]], Callable[[Resource, Stack], Wrong]]:
        """Makes a function a rule on each resource of these types, beside all others."""
        return self._add(name, asks, "in-stack", types)

    def rule_of_stack(
        self, name: str, asks: str, *types: str
    ) -> Callable[[Callable[[Stack], Wrong]], Callable[[Stack], Wrong]]:
        """Makes a function a rule on a stack that has any resource of these types."""
        return self._add(name, asks, "stack", types)

    def _add(self, name: str, asks: str, scope: Any, types: tuple[str, ...]) -> Any:
        if not types:
            raise ValueError(f"{self.id} {name}: names no type")

        def add(judge: Callable[..., Wrong]) -> Callable[..., Wrong]:
            full = f"{self.id.lower()}-{name}"
            self.rules.append(Rule(name=full, asks=asks, scope=scope, types=types, judge=judge))
            return judge

        return add

"""The one form in which wrong input is told to a person.

Owns the form and its sorting. What counts as wrong is decided where the input is read:
``settings`` for a stack file, ``domains`` for the catalogue. Knows no Pulumi.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing a person has to put right.

    Args:
        code: What kind of mistake, in kebab case; stable, so that a tool may match on it.
        path: Where: a stack file's key (``corebank:network.cidr``) or a file.
        what: What is wrong, in words.
        got: The value found, or ``None`` where there is none or where it may be a secret.
        fix: What to write instead.
    """

    code: str
    path: str
    what: str
    got: object | None = None
    fix: str

    def __str__(self) -> str:
        return f"ERR {self._line}"

    @property
    def as_warning(self) -> str:
        """Its line where it stops nothing yet."""
        return f"WARN {self._line}"

    @property
    def _line(self) -> str:
        got = "" if self.got is None else f" (got {self.got})"
        return f"{self.code} {self.path}: {self.what}{got}; {self.fix}"


class BadInput(Exception):  # noqa: N818 - it names what the person gave, not a failure of ours
    """Everything wrong with the input, found in one run and sorted by path."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.path, p.code, p.what)))
        super().__init__("\n".join(map(str, self.problems)))

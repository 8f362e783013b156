"""What may be wrong for a while: exemptions from controls, in a file that is reviewed.

An exemption is for one control, one stack and one resource; there are no patterns. One that has
expired counts for nothing, and is wrong itself, as is one that nothing wrong matches.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    TypeAdapter,
    model_validator,
)
from pydantic import ValidationError as Invalid

from policies.controls import CONTROLS, ENVIRONMENTS, Verdict

FILE = Path(__file__).parents[1] / "exemptions.yaml"
LONGEST = timedelta(days=90)
STACK = "stack"
"""Stands for the whole stack where a resource is named."""

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def _known(control: str) -> str:
    if control not in CONTROLS:
        raise ValueError("there is no such control; docs/controls.md has them")
    return control


def _environment(stack: str) -> str:
    if stack not in ENVIRONMENTS:
        raise ValueError(f"use one of {', '.join(ENVIRONMENTS)}")
    return stack


class Exemption(BaseModel):
    """One control, one stack, one resource, and who answers for it until when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    control: Annotated[str, AfterValidator(_known)]
    stack: Annotated[str, AfterValidator(_environment)]
    resource: Text
    """The end of its URN, ``type::name``; ``stack`` for the whole stack."""
    owner: Text
    reason: Text
    ticket: Text
    granted: date
    expires: date

    @model_validator(mode="after")
    def _ends_in_time(self) -> Self:
        if not self.granted < self.expires <= self.granted + LONGEST:
            raise ValueError(f"expires at most {LONGEST.days} days after granted, and after it")
        return self

    def covers(self, control: str, verdict: Verdict) -> bool:
        """Whether it is about what a control says of a resource."""
        return self.control == control and self.resource == named(verdict.urn)

    def __str__(self) -> str:
        return f"{self.control} for {self.resource} ({self.ticket})"


def named(urn: str) -> str:
    """How an exemption names a resource: the end of its URN."""
    if not urn:
        return STACK
    types, name = urn.split("::", 3)[2:]
    return f"{types.rpartition('$')[2]}::{name}"


def load(file: Path = FILE) -> list[Exemption]:
    """All exemptions.

    Raises:
        ValueError: The file is none of exemptions; every mistake in it is told.
    """
    try:
        return TypeAdapter(list[Exemption]).validate_python(yaml.safe_load(file.read_text()))
    except yaml.YAMLError as error:
        raise ValueError(f"{file.name} is no YAML: {error}") from None
    except Invalid as error:
        told = [
            f"{file.name} {'.'.join(map(str, each['loc']))}: {each['msg']}"
            for each in error.errors(include_url=False)
        ]
        raise ValueError("\n".join(told)) from None


class Register:
    """The exemptions of one pack in one environment, and which of them were needed.

    Args:
        exemptions: All of the file.
        controls: Ids of the pack's controls that are in force.
        environment: The stack's.
        today: By which they expire.
    """

    def __init__(
        self,
        exemptions: Sequence[Exemption],
        *,
        controls: set[str],
        environment: str,
        today: date | None = None,
    ) -> None:
        today = today or datetime.now(UTC).date()
        ours = [e for e in exemptions if e.stack == environment and e.control in controls]
        self._expired = [each for each in ours if each.expires < today]
        self._open = [each for each in ours if each.expires >= today]
        self._used: set[int] = set()

    def exempts(self, control: str, verdict: Verdict) -> bool:
        """Whether what is wrong is so by permission; remembers that it was needed."""
        found = [n for n, each in enumerate(self._open) if each.covers(control, verdict)]
        self._used.update(found)
        return bool(found)

    def wrong(self) -> Iterator[str]:
        """What is wrong with the exemptions themselves, once all was judged."""
        for each in self._expired:
            yield f"{each} has expired: put it right, or have it granted anew"
        for number, each in enumerate(self._open):
            if number not in self._used:
                yield f"{each} is for nothing that is wrong: take it out"

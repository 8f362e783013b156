"""From pydantic's errors to the problems a person reads."""

from collections.abc import Collection, Iterator, Sequence

from pydantic_core import ErrorDetails

from problems import Problem
from settings._fields import Refused
from settings._model import Settings
from settings._places import Place
from settings._section import Section, entry_of, section_of
from settings._telling import NAMESPACE, choice, listed, nearest, path_of, shown


def place_of(error: ErrorDetails) -> Place:
    """The keys that lead to the error; pydantic marks one in a key itself by ``[key]``."""
    return tuple(str(part) for part in error["loc"] if part != "[key]")


def explained(errors: Sequence[ErrorDetails], told: Collection[Place]) -> Iterator[Problem]:
    """One problem for each mistake.

    Args:
        errors: Pydantic's.
        told: Places of which something worse has been told already.
    """
    misspelt = [place_of(error) for error in errors if error["type"] == "extra_forbidden"]
    meant = {(*place[:-1], nearest(place[-1], keys_at(place[:-1]))) for place in misspelt}
    for error in errors:
        place = place_of(error)
        if place not in told and not (error["type"] == "missing" and place in meant):
            yield _problem(error, place)


def _problem(error: ErrorDetails, place: Place) -> Problem:
    path = path_of(*place)
    refused = error.get("ctx", {}).get("error")
    if isinstance(refused, Refused):
        got = None if refused.hidden else shown(error["input"])
        return Problem(code=refused.code, path=path, what=refused.what, got=got, fix=refused.fix)
    if error["type"] == "missing":
        return Problem(
            code="missing-key", path=path, what="is missing", fix=f"add {_sketch(place)}"
        )
    if error["type"] == "extra_forbidden":
        fix = choice(place[-1], keys_at(place[:-1]))
        return Problem(code="unknown-key", path=path, what="is no known key", fix=fix)
    # The only other thing pydantic itself is asked to tell: a mapping from what is none.
    return Problem(
        code="wrong-type",
        path=path,
        what="must be a mapping",
        got=shown(error["input"]),
        fix=f"write {_sketch(place)}",
    )


def keys_at(place: Place) -> list[str]:
    """The keys that may stand in the section at this place."""
    section = _section_at(place)
    return [field.alias or name for name, field in section.model_fields.items()] if section else []


def _section_at(place: Place) -> type[Section] | None:
    """The section at this place; None where there is a single value or a mapping of names."""
    section: type[Section] | None = Settings
    entry: type[Section] | None = None
    for key in place:
        fields = section.model_fields.values() if section else ()
        found = next((field for field in fields if field.alias == key), None)
        # What an entry is called tells nothing of what is in it.
        section = entry or (section_of(found) if found else None)
        entry = entry_of(found) if found else None
    return section


def _sketch(place: Place) -> str:
    """How the key is written: with its keys if it is a section, else by an example."""
    if keys := keys_at(place):
        return f"it with {listed(keys, 'and')}"
    section = _section_at(place[:-1])
    fields = section.model_fields.values() if section else ()
    example = next(field.examples for field in fields if field.alias == place[-1])
    key = f"{NAMESPACE}:{place[-1]}" if len(place) == 1 else place[-1]
    return f"it, for example {key}: {(example or [''])[0]}"

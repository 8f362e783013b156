"""Refusals that any row may need: what it has no call for would be lost without a word."""

from rehearsal.providers.values import Plain, same


def refuse_others(token: str, inputs: Plain, *known: str) -> None:
    """Refuses properties beside the known ones.

    Raises:
        RuntimeError: There are some; it names them.
    """
    if others := sorted(inputs.keys() - set(known)):
        raise RuntimeError(
            f"the rehearsal can't give {', '.join(others)} to {token}: its row has no call for it"
        )


def refuse_changes(token: str, old: Plain, new: Plain, *changeable: str) -> None:
    """Refuses changes beside those that can be made.

    Raises:
        RuntimeError: There are some; it names the properties.
    """
    names = sorted({*old, *new} - set(changeable))
    if stuck := [name for name in names if not same(old.get(name), new.get(name))]:
        raise RuntimeError(f"the rehearsal can't change {', '.join(stuck)} of {token}")

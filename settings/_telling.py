"""How a value, a choice and a place are put into words.

Owns what may be shown: a value that looks like a secret never is, wherever it stands. Which
values are wrong is decided elsewhere.
"""

import json
import re
from collections.abc import Iterable
from difflib import get_close_matches

from settings._places import is_mapping

NAMESPACE = "corebank"

_SECRETS = {
    "an AWS access key": r"\b(AKIA|ASIA)[A-Z0-9]{16}\b",
    "a Vault token": r"\bhv[bsr]\.[\w-]{8,}|\bs\.[A-Za-z0-9]{24}\b",
    "a payment provider's key": r"\b[prs]k_(live|test)_\w+",
    "a key or certificate in PEM form": r"-----BEGIN ",
    "a GitHub token": r"\bgh[oprsu]_\w{20,}|\bgithub_pat_\w+",
    "a Slack token": r"\bxox[abeprs]-\w",
    "a signed token": r"\beyJ[\w-]+\.[\w-]+\.[\w-]",
    "a URL with credentials in it": r"://[^/\s@]+@",
}

_PLAIN = re.compile(r"[!-~]*[A-Za-z./][!-~]*")
_LONGEST_SHOWN = 80


def kind_of_secret(text: str) -> str | None:
    """What kind of secret the text looks like, if any."""
    return next((kind for kind, form in _SECRETS.items() if re.search(form, text)), None)


def shown(value: object) -> str:
    """A value as a message shows it: text is quoted where it could be taken for something else."""
    if is_mapping(value):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if not isinstance(value, str):
        return json.dumps(value, default=str)
    if kind_of_secret(value):
        return "(hidden)"
    if len(value) > _LONGEST_SHOWN:
        value = value[:_LONGEST_SHOWN] + "…"
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def path_of(*place: str) -> str:
    """A place in the settings as a path: ``corebank:network.zones.eu-west-1a``."""
    return f"{NAMESPACE}:" + ".".join(map(shown_key, place))


def shown_key(key: str) -> str:
    """A key as a path shows it."""
    return "(hidden)" if kind_of_secret(key) else key


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most likely meant, if one is near."""
    by_lower_case = {each.lower(): each for each in known}
    # A half is shared by "prod" and "production", which difflib's own 0.6 holds to be strangers.
    matches = get_close_matches(word.lower(), by_lower_case, n=1, cutoff=0.5)
    return by_lower_case[matches[0]] if matches else None


def listed(words: Iterable[object], last: str = "or") -> str:
    """``a, b or c``."""
    *most, final = map(str, words)
    return f"{', '.join(most)} {last} {final}" if most else final


def choice(word: object, allowed: Iterable[str]) -> str:
    """What may be written, and which of it was probably meant."""
    allowed = tuple(allowed)
    near = nearest(word, allowed) if isinstance(word, str) else None
    return f"use {listed(allowed)}" + (f" (did you mean {near}?)" if near else "")

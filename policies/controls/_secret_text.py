"""Whether a text looks like a secret, by its name, by its shape or by how little it repeats."""

import re
from collections import Counter
from math import log2

_NAMED = re.compile(
    r"(pass(word|wd|phrase)?|pwd|secret|token|credentials?"
    r"|(api|access|encryption|private|secret|signing)[_-]?key)$",
    re.IGNORECASE,
)
"""How the name ends of what holds a secret; ``SECRET_NAME`` holds none."""
_ELSEWHERE = re.compile(
    r"|/.*|true|false|[0-9.]+|\$[({].*|\{\{.*|https?://[^@]*|arn:.*|\[.*\]",
    re.IGNORECASE | re.DOTALL,
)
"""A path, an address, a switch, a number or a template: where a secret is, and not what it is."""
_SHAPES = re.compile(
    r"-----BEGIN ([A-Z]+ )*PRIVATE KEY-----"
    r"|\b(AKIA|ASIA)[A-Z0-9]{16}\b"
    r"|\bhv[sbr]\.[A-Za-z0-9_-]{20,}"
    r"|\b(gh[pousr]|github_pat)_[A-Za-z0-9_]{20,}"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\."
    r"|://[^/\s:@{}$]*:[^/\s@{}$]+@"
)
"""Private keys, keys of AWS, tokens of Vault, GitHub, Slack, of JSON, and addresses with them."""
_ASSIGNED = re.compile(
    r"(?:password|passwd|passphrase|secret_?key|api_?key|token)[\"']?\s*[:=]\s*"
    r"[\"']?(?P<value>[^\s\"',;{}$<>]{8,})",
    re.IGNORECASE,
)
"""One line of a file that gives a secret its value."""
_WORD = re.compile(r"[A-Za-z0-9+=_-]{32,}")
_ENTROPY = 4.2
"""Bits a character: above any digest in hexadecimal digits, and below 32 random ones of base 64."""


def looks_secret(text: object, name: str = "") -> bool:
    """Whether a text is, or holds, something that nobody else should read."""
    if not isinstance(text, str) or not text:
        return False
    if _NAMED.search(name) and not _ELSEWHERE.fullmatch(text):
        return True
    return bool(_SHAPES.search(text)) or _assigns(text) or any(map(_is_random, _words(text)))


def _assigns(text: str) -> bool:
    return any(not _ELSEWHERE.fullmatch(each["value"]) for each in _ASSIGNED.finditer(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _is_random(word: str) -> bool:
    kinds = (str.islower, str.isupper, str.isdigit)
    return all(any(map(kind, word)) for kind in kinds) and _entropy(word) > _ENTROPY


def _entropy(word: str) -> float:
    shares = [number / len(word) for number in Counter(word).values()]
    return -sum(share * log2(share) for share in shares)

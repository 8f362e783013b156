"""What is wrong with a name, in words.

Pure text. Whether a name is taken, or known to anybody, is ``_catalogue``'s to judge.
"""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

DOMAIN_FORM = (
    "use lower-case letters, digits and -, beginning with a letter, not ending with -, at most 63"
)
TOPIC_FORM = "write corebank.<area>.<event>.v<N>, in lower-case letters and digits"

_DNS_LABEL = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
"""RFC 1035, section 2.3.1."""
_TOPIC_NAME_LIMIT = 249
"""Characters. Apache Kafka, ``Topic.MAX_NAME_LENGTH``."""


def look_alike(name: str) -> str:
    """Tells of the first character that is not ASCII and may look as if it were.

    Returns:
        ``": character 3 is CYRILLIC SMALL LETTER A"``, to be added to a message, or nothing.
    """
    for position, character in enumerate(name, start=1):
        if not character.isascii():
            known_as = unicodedata.name(character, f"U+{ord(character):04X}")
            return f": character {position} is {known_as}"
    return ""


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str) -> str:
    """The fix for a name that nobody knows: the nearest known one, or else the other advice."""
    nearest = get_close_matches(name, known, n=1)
    return f"did you mean {nearest[0]}?" if nearest else otherwise


def is_domain_name(name: str) -> bool:
    """Whether the name is a DNS label, as Kubernetes demands of a namespace."""
    return _DNS_LABEL.fullmatch(name) is not None


def topic_name_faults(name: str) -> list[str]:
    """Everything that keeps a name from being ``corebank.<area>.<event>.v<N>``.

    ``<event>`` may have several segments, N is 1 or more. Of a name that is not all ASCII nothing
    else is said.
    """
    if foreign := look_alike(name):
        return [f"the topic's name is not ASCII{foreign}"]
    stem, version = _split_version(name)
    prefix, *words = stem.split(".")
    faults = [fault for word in words if (fault := _segment_fault(word))]
    if prefix != "corebank":
        faults.append(f"the topic's name begins with {prefix!r} and not with 'corebank'")
    elif len(words) < len(("area", "event")):
        faults.append("the topic's name lacks an area or an event")
    if version is None:
        faults.append("the topic's name has no version")
    elif not re.fullmatch(r"v[1-9]\d*", version):
        faults.append(f"the topic's version is {version!r} and not v followed by 1 or more")
    if len(name) > _TOPIC_NAME_LIMIT:
        faults.append(f"the topic's name has {len(name)} characters, above {_TOPIC_NAME_LIMIT}")
    return faults


def _split_version(name: str) -> tuple[str, str | None]:
    """Cuts off what was meant as the version, be it ``v1``, ``V1`` or ``v1.2``."""
    found = re.search(r"\.(v\d+(\.\d+)*)$", name, re.IGNORECASE)
    return (name[: found.start()], found[1]) if found else (name, None)


def _segment_fault(segment: str) -> str | None:
    """The first thing wrong with what stands between two dots."""
    if re.fullmatch(r"[a-z][a-z0-9]*", segment):
        return None
    if not segment:
        return "the topic's name has an empty segment"
    if "_" in segment:
        return f"segment {segment!r} has '_', which Kafka's metrics do not tell from '.'"
    if segment != segment.lower():
        return f"segment {segment!r} has upper case"
    return f"segment {segment!r} is not a letter followed by letters and digits"

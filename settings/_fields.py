"""The single values of a stack file: from what a person wrote to what the program uses.

Owns what can be told from one value alone. Whether values agree with each other is
``_cross_checks``'s to judge. Every function returns the value read or raises ``Refused``.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network
from typing import TypeVar, cast
from urllib.parse import urlsplit

from settings._allowed import (
    BROKER_TYPES,
    EU_REGIONS,
    KAFKA_SUPPORT_ENDED,
    KAFKA_VERSIONS,
    LARGEST_NETWORK,
    LONGEST_TOKEN,
    PRIVATE_SPACE,
    SHORTEST_TOKEN,
    SMALLEST_NETWORK,
    SMALLEST_ZONE,
)
from settings._telling import choice, listed

Word = TypeVar("Word", bound=StrEnum)

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_SECONDS = {"s": 1, "m": 60, "h": 3600}


class Refused(ValueError):  # noqa: N818 - it names what happens to the value, not a failure
    """A value that cannot be taken, in the parts of a ``problems.Problem``.

    Args:
        code: What kind of mistake.
        what: What is wrong, in words.
        fix: What to write instead.
        hidden: Whether the value must not be shown, since it may be a secret.
    """

    def __init__(self, code: str, what: str, fix: str, *, hidden: bool = False) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.fix = fix
        self.hidden = hidden


def text(value: object) -> str:
    """Text, not empty, without spaces at its ends."""
    if isinstance(value, int) and not isinstance(value, bool):
        raise Refused("wrong-type", "must be text", f'put it in quotes: "{value}"')
    if not isinstance(value, str):
        raise Refused("wrong-type", "must be text", "write text, in quotes if in doubt")
    if not value.strip():
        raise Refused("empty", "is empty", "write what it is")
    if value != value.strip():
        raise Refused("spaces", "has spaces at its ends", f"write {value.strip()}")
    return value


def tag(value: object) -> str:
    """Text that AWS takes as a tag's value."""
    words = text(value)
    if not re.fullmatch(r"[\w +\-=.:/@]{1,256}", words, re.ASCII):
        raise Refused(
            "not-a-tag",
            "AWS takes no such tag",
            "use at most 256 letters, digits, spaces and + - = . _ : / @",
        )
    return words


def name(value: object) -> str:
    """A name in lower case: letters, digits and hyphens."""
    words = text(value)
    if not re.fullmatch(_LABEL, words):
        raise Refused(
            "not-a-name", "is no name", "use lower-case letters, digits and hyphens, at most 63"
        )
    return words


def flag(value: object) -> bool:
    """``true`` or ``false``; as text too, since Pulumi hands a program every value as text."""
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise Refused("wrong-type", "must be true or false", "write true or false, without quotes")


def whole(lowest: int, highest: int) -> Callable[[object], int]:
    """A reader of whole numbers within these bounds, both included."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            digits = isinstance(value, str) and re.fullmatch(r" *-?\d+ *", value, re.ASCII)
            raise Refused(
                "wrong-type",
                "must be a whole number",
                "leave out the quotes" if digits else f"write one from {lowest} to {highest}",
            )
        if not lowest <= value <= highest:
            raise Refused("out-of-range", "is out of range", f"use {lowest} to {highest}")
        return value

    return read


def several(each: Callable[[object], str]) -> Callable[[object], tuple[str, ...]]:
    """A reader of a list, which may be empty, of texts that differ from each other.

    Args:
        each: What reads one of them.
    """

    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise Refused("wrong-type", "must be a list", "write it in brackets: [one, another]")
        found: list[str] = []
        for item in cast("list[object]", value):
            try:
                found.append(each(item))
            except Refused as bad:
                raise Refused(bad.code, f"have {item}, which {bad.what}", bad.fix) from bad
        if twice := sorted({item for item in found if found.count(item) > 1}):
            raise Refused("twice", f"have {twice[0]} twice", "write each name once")
        return tuple(found)

    return read


def word(kind: type[Word]) -> Callable[[object], Word]:
    """A reader of the words of one vocabulary."""

    def read(value: object) -> Word:
        written = text(value)
        if written not in list(kind):
            raise Refused("unknown-word", "is not a known word", choice(written, kind))
        return kind(written)

    return read


def account(value: object) -> str:
    """An AWS account's number."""
    number = text(value)
    if not re.fullmatch(r"[0-9]{12}", number):
        raise Refused(
            "not-an-account",
            "is not an AWS account number",
            f"write 12 digits in quotes, these are {len(number)} characters",
        )
    return number


def region(value: object) -> str:
    """An AWS region inside the European Union, where the bank's data must stay."""
    written = text(value)
    if written not in EU_REGIONS:
        raise Refused(
            "not-in-eu", "is no region in the European Union", f"use {listed(EU_REGIONS)}"
        )
    return written


def network(value: object) -> IPv4Network:
    """An IPv4 network by its first address and prefix length."""
    written = text(value)
    try:
        meant = IPv4Network(written, strict=False)
    except ValueError:
        meant = None
    if meant is None or not re.fullmatch(r"[0-9.]+/(0|[1-9][0-9]?)", written):
        raise Refused(
            "not-a-network",
            "is not an IPv4 network",
            "write its first address and a prefix length from 0 to 32, like 10.16.0.0/16",
        )
    if str(meant) != written:
        raise Refused("host-bits", "has host bits set", f"write {meant} if that is meant")
    return meant


def own_network(value: object) -> IPv4Network:
    """The stack's own network: private, and of a size that AWS and the zones can use."""
    block = network(value)
    if not any(block.subnet_of(space) for space in PRIVATE_SPACE):
        raise Refused(
            "not-private", "is not private address space", f"use a part of {listed(PRIVATE_SPACE)}"
        )
    if not LARGEST_NETWORK <= block.prefixlen <= SMALLEST_NETWORK:
        raise Refused(
            "network-size",
            "has a size that does not fit",
            f"use a prefix length from /{LARGEST_NETWORK} (AWS's largest VPC)"
            f" to /{SMALLEST_NETWORK} (two zones)",
        )
    return block


def zone_block(value: object) -> IPv4Network:
    """The part of the network that one zone's subnets are cut out of."""
    block = network(value)
    if block.prefixlen > SMALLEST_ZONE:
        raise Refused(
            "zone-too-small",
            "is too small for a zone",
            f"use /{SMALLEST_ZONE} or larger: three tiers of subnets are cut out of it",
        )
    return block


def kafka_version(value: object) -> str:
    """A Kafka version that Amazon MSK supports, as its API writes it."""
    written = text(value)
    if written in KAFKA_SUPPORT_ENDED:
        raise Refused(
            "out-of-support",
            f"is out of Amazon MSK's support since {KAFKA_SUPPORT_ENDED[written]}",
            f"use {listed(KAFKA_VERSIONS)}",
        )
    if written not in KAFKA_VERSIONS:
        raise Refused(
            "unknown-version",
            "is no version that Amazon MSK supports",
            choice(written, KAFKA_VERSIONS),
        )
    return written


def broker_type(value: object) -> str:
    """A size of broker that Amazon MSK offers."""
    written = text(value)
    if written not in BROKER_TYPES:
        raise Refused(
            "unknown-broker-type",
            "is no broker type for this bank",
            choice(written, BROKER_TYPES),
        )
    return written


def address(value: object) -> str:
    """The address of a server that is reached over TLS: ``https://name[:port]``."""
    written = text(value)
    scheme, separator, rest = written.partition("://")
    if not separator or scheme != "https":
        raise Refused("not-tls", "is not reached over TLS", f"write https://{rest or written}")
    try:
        port = urlsplit(written).port
    except ValueError:
        port = 0
    if port == 0 or rest.endswith(":"):
        raise Refused(
            "bad-port", "has a port that does not exist", "use digits only, from 1 to 65535"
        )
    if not re.fullmatch(rf"({_LABEL}\.)+{_LABEL}(:[0-9]+)?", rest) or re.search(
        r"\.[0-9]+(:|$)", rest
    ):
        raise Refused(
            "not-an-address",
            "is not the address of a named server",
            "write https://, a DNS name in lower case and a port, with nothing after it",
        )
    return written


def token_life(value: object) -> timedelta:
    """How long a token of Vault lives, or a login that it has made."""
    if value in (0, "0", "0s", "0m", "0h"):
        raise Refused("unlimited", "means no limit to Vault", "write 1h or less, for example 30m")
    match = re.fullmatch(r"([0-9]{1,9})([smh])", str(value))
    if not match:
        raise Refused(
            "not-a-duration",
            "is not a length of time",
            "write a whole number and s, m or h, for example 30m",
        )
    life = timedelta(seconds=int(match[1]) * _SECONDS[match[2]])
    if not SHORTEST_TOKEN <= life <= LONGEST_TOKEN:
        raise Refused("out-of-range", "is out of range for a token or a login", "use 1m to 1h")
    return life

"""The single values of a stack file that are about the account: roles, delivery, names, time kept.

Beside ``_fields``, and like it: every function returns the value read or raises ``Refused``.
"""

import math
import re
from datetime import timedelta
from ipaddress import IPv4Address
from typing import cast
from urllib.parse import urlsplit

from settings._allowed import EU_REGIONS, LONGEST_YEARS
from settings._fields import Refused, text

ANY_NAME = "*"
"""Instead of names that may be resolved: all of them."""

EACH_DOMAIN = "*"
"""In a role's ARN: the name of the domain whose role it is."""

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = rf"({_LABEL}\.)+{_LABEL}"
_FEWEST_SERVERS = 2
"""One that fails leaves the other."""


def role(value: object) -> str:
    """The ARN of an IAM role."""
    arn = text(value)
    if not re.fullmatch(r"arn:aws:iam::[0-9]{12}:role/[\w+=,.@/-]{1,512}", arn, re.ASCII):
        raise Refused(
            "not-a-role",
            "is not an IAM role's ARN",
            "write arn:aws:iam::<12 digits>:role/<its path and name>",
        )
    return arn


def roles_by_domain(value: object) -> str:
    """The ARNs of the IAM roles that there are for each domain, in one."""
    arn = text(value)
    try:
        if arn.count(EACH_DOMAIN) == 1:
            role(arn.replace(EACH_DOMAIN, "domain"))
            return arn
    except Refused:
        pass
    raise Refused(
        "not-roles",
        "is not the ARN of a role for each domain",
        f"write arn:aws:iam::<12 digits>:role/<name with one {EACH_DOMAIN} for the domain's>",
    )


def key(value: object) -> str:
    """The ARN of a KMS key in the European Union; an alias may be pointed elsewhere."""
    arn = text(value)
    match = re.fullmatch(r"arn:aws:kms:([a-z0-9-]+):[0-9]{12}:key/[0-9a-z-]{36,40}", arn)
    if not match or match[1] not in EU_REGIONS:
        raise Refused(
            "not-a-key",
            "is not the ARN of a KMS key in the European Union",
            "write arn:aws:kms:<region>:<12 digits>:key/<its id>",
        )
    return arn


def issuer(value: object) -> str:
    """Who vouches for a job of the code host, or for people: ``https://name[/path]``."""
    url = text(value)
    parts = urlsplit(url)
    plain = rf"https://{_NAME}(/[\w./-]*[\w-])?"
    if parts.scheme != "https" or not re.fullmatch(plain, url, re.ASCII):
        raise Refused(
            "not-an-issuer",
            "is not an issuer of OIDC tokens",
            "write https:// and its name, with nothing after it but a path",
        )
    return url


def repository(value: object) -> str:
    """A repository as the code host writes it: ``owner/name``."""
    written = text(value)
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", written, re.ASCII):
        raise Refused(
            "not-a-repository", "is not a repository", "write its owner, a / and its name"
        )
    return written


def branch(value: object) -> str:
    """A branch's name; a pattern would let other branches in."""
    written = text(value)
    if not re.fullmatch(r"[\w][\w./-]*", written, re.ASCII) or ".." in written:
        raise Refused(
            "not-a-branch", "is not a branch's name", "write one branch, without any pattern"
        )
    return written


def bucket(value: object) -> str:
    """The name of an S3 bucket (S3 user guide, bucket naming rules)."""
    written = text(value)
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", written) or (
        ".." in written or re.fullmatch(r"[0-9.]+", written)
    ):
        raise Refused(
            "not-a-bucket",
            "is no name for a bucket",
            "use 3 to 63 lower-case letters, digits, hyphens and single dots, and no IP address",
        )
    return written


def dns_name(value: object) -> str:
    """A DNS name of two labels or more, in lower case."""
    written = text(value)
    if not re.fullmatch(_NAME, written) or len(written) > 253:  # noqa: PLR2004 - RFC 1035
        raise Refused(
            "not-a-dns-name",
            "is no DNS name",
            "use two labels or more of lower-case letters, digits and hyphens, without a final dot",
        )
    return written


def servers(value: object) -> tuple[IPv4Address, ...]:
    """The addresses of the servers that answer for a name."""
    written = cast("list[object]", value) if isinstance(value, list) else []
    try:
        found = tuple(IPv4Address(address) for address in map(text, written))
    except ValueError:
        found = ()
    if len(set(found)) < _FEWEST_SERVERS or len(set(found)) < len(found):
        raise Refused(
            "not-servers",
            "are not the addresses of its servers",
            "write two IPv4 addresses or more, each once, for example [10.128.0.53, 10.129.0.53]",
        )
    return found


def names(value: object) -> tuple[str, ...]:
    """The names that may be resolved: DNS names, ``*.`` before one for all below it, or ``*``."""
    written = tuple(cast("list[object]", value)) if isinstance(value, list) else ()
    if written == (ANY_NAME,):
        return (ANY_NAME,)
    if not written:
        raise Refused(
            "no-names", "are no names", f'write a list of names, or ["{ANY_NAME}"] for all'
        )
    found = tuple(map(str, written))
    for name in found:
        try:
            dns_name(name.removeprefix("*."))
        except Refused as bad:
            what = f"have {name}, which {bad.what}"
            raise Refused(bad.code, what, f'{bad.fix}, or ["{ANY_NAME}"] alone for all') from bad
    if twice := sorted({name for name in found if found.count(name) > 1}):
        raise Refused("twice", f"have {twice[0]} twice", "write each name once")
    return found


def days(value: object) -> timedelta:
    """A time to keep something, in whole days: ``30d``, or ``7y`` of 365.25 days, rounded up."""
    match = re.fullmatch(r"([1-9][0-9]{0,4})([dy])", str(value))
    if not match:
        raise Refused(
            "not-a-time-to-keep",
            "is not a time to keep something",
            "write a whole number and d or y, for example 35d or 7y",
        )
    number = int(match[1])
    length = timedelta(days=number if match[2] == "d" else math.ceil(number * 365.25))
    if length > timedelta(days=math.ceil(LONGEST_YEARS * 365.25)):
        raise Refused("out-of-range", "is out of range", f"use {LONGEST_YEARS}y at most")
    return length


def email(value: object) -> str:
    """An e-mail address."""
    written = text(value)
    if not re.fullmatch(rf"[\w.+-]+@{_NAME}", written, re.ASCII):
        raise Refused("not-an-email", "is no e-mail address", "write name@domain in lower case")
    return written

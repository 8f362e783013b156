"""The single values of a stack file that are about Vault.

Beside ``_fields``, and like it: every function returns the value read or raises ``Refused``.
"""

import re

from settings._allowed import FEWEST_SERVERS, MOST_SERVERS
from settings._fields import Refused, text, whole
from settings._telling import listed

_LAST_PORT = 65535
_DAY = 24
_EACH = range(FEWEST_SERVERS, MOST_SERVERS + 1, 2)


def servers(value: object) -> int:
    """How many servers: odd, since of four no more may be lost than of three."""
    number = whole(FEWEST_SERVERS, MOST_SERVERS)(value)
    if number not in _EACH:
        raise Refused(
            "even",
            "is even, and then no more of them may be lost than with one less",
            f"use {listed(_EACH)}",
        )
    return number


def hours(value: object) -> int:
    """A number of hours that a day is a multiple of, so that all are equally long."""
    number = whole(1, _DAY)(value)
    if _DAY % number:
        raise Refused(
            "uneven-hours",
            "does not go into a day, whose last hours would be left over",
            f"use {listed(it for it in range(1, _DAY + 1) if _DAY % it == 0)}",
        )
    return number


def library(value: object) -> str:
    """The path of a shared library in an image."""
    path = text(value)
    if not re.fullmatch(r"(/[A-Za-z0-9_][\w.-]*)+\.so(\.[0-9]+)*", path, re.ASCII):
        raise Refused(
            "not-a-library",
            "is not the path of a shared library",
            "write it from / on, for example /opt/hsm/libCryptoki2_64.so",
        )
    return path


def label(value: object) -> str:
    """The label of a key in a hardware security module."""
    words = text(value)
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,31}", words, re.ASCII):
        raise Refused(
            "not-a-label",
            "is no label for a key",
            "use at most 32 letters, digits, hyphens, underscores and dots",
        )
    return words


def secret(value: object) -> str:
    """The name of a Kubernetes secret. What could be a PIN is never shown."""
    if not isinstance(value, str) or not re.fullmatch(
        r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", value, re.ASCII
    ):
        raise Refused(
            "not-a-secret-name",
            "is not the name of a Kubernetes secret",
            "write its name, which begins with a letter; the PIN itself is never written here",
            hidden=True,
        )
    return value


def audit_file(value: object) -> str:
    """Where a server writes its audit log: on the disk that it has for that."""
    path = text(value)
    if not re.fullmatch(r"/vault/audit/[a-z0-9_-]+\.log", path):
        raise Refused(
            "not-an-audit-file",
            "is not a file on the disk for audit logs",
            "write /vault/audit/ and a name, for example /vault/audit/audit.log",
        )
    return path


def collector(value: object) -> str:
    """Where audit logs are collected: ``name:port``."""
    written = text(value)
    name, _, port = written.rpartition(":")
    if not re.fullmatch(r"([a-z0-9-]+\.)+[a-z][a-z0-9-]*", name) or not (
        re.fullmatch(r"[1-9][0-9]{0,4}", port) and int(port) <= _LAST_PORT
    ):
        raise Refused(
            "not-a-collector",
            "is not a name and a port",
            "write a DNS name in lower case, a colon and a port from 1 to 65535",
        )
    return written


def group(value: object) -> str:
    """A group of the identity provider."""
    words = text(value)
    if not re.fullmatch(r"[\w][\w .@/\\-]{0,127}", words, re.ASCII):
        raise Refused(
            "not-a-group",
            "is no name of a group",
            "use at most 128 letters, digits, spaces and - _ . @ / \\; no pattern",
        )
    return words

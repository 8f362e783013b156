"""The single values of a stack file that are about the SIEM.

Beside ``_fields``, and like it: every function returns the value read or raises ``Refused``.
"""

import re

from settings._fields import Refused, text

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_TOP = r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?"


def endpoint(value: object) -> str:
    """A URL that Firehose sends to: over TLS, at port 443, and nothing in it that could be a key.

    Firehose developer guide, HTTP endpoint request format.
    """
    url = text(value)
    scheme, separator, _ = url.partition("://")
    if separator and scheme != "https":
        raise Refused("not-tls", "is not reached over TLS", "write https://", hidden=True)
    if not re.fullmatch(rf"https://({_LABEL}\.)+{_TOP}(/[\w.~-]+)*/?", url, re.ASCII):
        raise Refused(
            "not-an-endpoint",
            "is not a URL that records are sent to",
            "write https://, a DNS name in lower case and a path, without login, port and query;"
            " the access key is never written here",
            # What is behind a question mark is often a key.
            hidden=True,
        )
    return url


def secret(value: object) -> str:
    """The name of a secret in Secrets Manager. What could be the key itself is never shown."""
    form = r"corebank/[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
    if not isinstance(value, str) or not re.fullmatch(form, value, re.ASCII):
        raise Refused(
            "not-a-secret-name",
            "is not the name of a secret of the bank's in Secrets Manager",
            "write corebank/ and a name in lower case; the access key itself is never written here",
            hidden=True,
        )
    if re.search(r"-[a-z0-9]{6}$", value):
        # Secrets Manager API reference, CreateSecret.
        raise Refused(
            "ends-like-an-arn",
            "ends in a hyphen and six characters, as only a secret's ARN does",
            "choose another ending",
        )
    return value

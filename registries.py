"""Where charts and images come from, and how one is named.

Stack files name some and the catalogue others, so what both are held to is here. Pure text.
"""

import re

REGISTRIES = ("registry.corp.bank.internal",)
"""What lies there the bank has looked at, and nobody outside can put another in its place."""

NAMED = r"[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+"
"""A registry and a name in it, as the OCI distribution specification has them."""

DIGEST_FORM = "write registry/name@sha256:<64 hexadecimal digits>"


def is_by_digest(image: str) -> bool:
    """Whether an image is named by its digest: what a tag points to may be changed by others."""
    return re.fullmatch(rf"{NAMED}@sha256:[0-9a-f]{{64}}", image) is not None


def registry_of(named: str) -> str:
    """The registry that a chart or an image comes from."""
    return named.partition("/")[0]

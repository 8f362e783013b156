"""The single values of a stack file that are about the data centre's vSphere.

Beside ``_fields``, and like it: every function returns the value read or raises ``Refused``.
"""

import re

from settings._fields import Refused, flag, text


def inventory_name(value: object) -> str:
    """What something is called in vCenter's inventory."""
    written = text(value)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._()-]{0,79}", written, re.ASCII):
        raise Refused(
            "not-an-inventory-name",
            "is no name in vCenter's inventory for this bank",
            "use letters, digits, spaces and . _ ( ) -, at most 80; no path",
        )
    return written


def group(value: object) -> str:
    r"""A group of people that vCenter knows from a directory: ``BANK\operators``."""
    written = text(value)
    if not re.fullmatch(r"[A-Za-z0-9.-]{1,253}\\[A-Za-z0-9._-]{1,104}", written, re.ASCII):
        raise Refused(
            "not-a-group",
            "is no group of a directory",
            r"write the directory, a backslash and the group, like BANK\corebank-operators",
        )
    return written


def verified(value: object) -> bool:
    """Whether a certificate is taken unseen: never."""
    if flag(value):
        raise Refused(
            "unverified-tls",
            "would talk to whoever answers at vCenter's address",
            "leave it out, and have vCenter's certificate signed by an authority that the runner"
            " trusts",
        )
    return False

"""The single values of a stack file that are about what is installed from a chart.

Beside ``_fields``, and like it: every function returns the value read or raises ``Refused``.
"""

import re

from settings._allowed import REGISTRIES
from settings._fields import Refused, text
from settings._telling import choice

_NAMED = r"[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+"
"""A registry and a name in it, as the OCI distribution specification has them."""


def chart(value: object) -> str:
    """The address of a Helm chart in a registry: ``oci://registry/name``."""
    written = text(value)
    if not re.fullmatch(rf"oci://{_NAMED}", written):
        raise Refused(
            "not-a-chart",
            "is not the address of a chart in a registry",
            "write oci://, the registry and the chart's name, without a version",
        )
    _of_the_bank(written.removeprefix("oci://"))
    return written


def chart_version(value: object) -> str:
    """The one version of a chart; a range would let the registry choose."""
    written = text(value)
    if not re.fullmatch(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){2}(-[0-9a-z.-]+)?", written):
        raise Refused(
            "not-a-chart-version",
            "is not one version of a chart",
            "write its three numbers, for example 5.4.0",
        )
    return written


def image(value: object) -> str:
    """A container image by its digest: what a tag points to may be changed by others."""
    written = text(value)
    if not re.fullmatch(rf"{_NAMED}@sha256:[0-9a-f]{{64}}", written):
        raise Refused(
            "not-a-digest",
            "does not say which image by its digest",
            "write registry/name@sha256:<64 hexadecimal digits>",
        )
    _of_the_bank(written)
    return written


def _of_the_bank(named: str) -> None:
    registry = named.partition("/")[0]
    if registry not in REGISTRIES:
        raise Refused(
            "other-registry",
            f"comes from {registry}, where nobody of the bank has looked at it",
            choice(registry, REGISTRIES),
        )

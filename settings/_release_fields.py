"""The single values of a stack file that are about what is installed from a chart.

Beside ``_fields``, and like it: every function returns the value read or raises ``Refused``.
"""

import re

from registries import DIGEST_FORM, NAMED, REGISTRIES, is_by_digest, registry_of
from settings._fields import Refused, text
from settings._telling import choice


def chart(value: object) -> str:
    """The address of a Helm chart in a registry: ``oci://registry/name``."""
    written = text(value)
    if not re.fullmatch(rf"oci://{NAMED}", written):
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
    if not is_by_digest(written):
        raise Refused(
            "not-a-digest",
            "does not say which image by its digest",
            DIGEST_FORM,
        )
    _of_the_bank(written)
    return written


def _of_the_bank(named: str) -> None:
    registry = registry_of(named)
    if registry not in REGISTRIES:
        raise Refused(
            "other-registry",
            f"comes from {registry}, where nobody of the bank has looked at it",
            choice(registry, REGISTRIES),
        )

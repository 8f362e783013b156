"""The single values of a stack file that are about the Kubernetes cluster.

Beside ``_fields``, and like it: every function returns the value read or raises ``Refused``.
Whether a version is still supported depends on the day, and is ``_ageing``'s to judge.
"""

import re
from ipaddress import IPv4Network

from settings._allowed import (
    LARGEST_SERVICES,
    NODE_FAMILIES,
    NODE_SIZES,
    PRIVATE_SPACE,
    SMALLEST_SERVICES,
)
from settings._fields import Refused, network, text
from settings._supported import known_versions
from settings._telling import choice, listed

EKS = "eks"
"""The product whose versions they are, as ``_supported`` knows it."""


def kubernetes_version(value: object) -> str:
    """A minor version of Kubernetes: ``1.35``."""
    if isinstance(value, float):
        raise Refused("wrong-type", "must be text", f'put it in quotes: "{value}"')
    written = text(value)
    if written not in (known := known_versions(EKS)):
        raise Refused(
            "unknown-version",
            "is no Kubernetes version that is known here",
            choice(written, known),
        )
    return written


def node_release(value: object) -> str:
    """A release of Bottlerocket with its build: ``1.65.0-0be31b34``."""
    written = text(value)
    if not re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+-[0-9a-f]{8}", written, re.ASCII):
        raise Refused(
            "not-a-node-release",
            "is no release of Bottlerocket",
            "write its version and its build, for example 1.65.0-0be31b34",
        )
    return written


def service_network(value: object) -> IPv4Network:
    """A private network that Amazon EKS takes for services."""
    found = network(value)
    if not any(found.subnet_of(space) for space in PRIVATE_SPACE):
        raise Refused(
            "not-private", "is not private", f"use a part of {listed(map(str, PRIVATE_SPACE))}"
        )
    if not LARGEST_SERVICES <= found.prefixlen <= SMALLEST_SERVICES:
        raise Refused(
            "wrong-size",
            "has a size that Amazon EKS does not take for services",
            f"use a network between /{LARGEST_SERVICES} and /{SMALLEST_SERVICES}",
        )
    return found


def instance_type(value: object) -> str:
    """A size of machine for nodes."""
    written = text(value)
    family, _, size = written.partition(".")
    if family not in NODE_FAMILIES or size not in NODE_SIZES:
        raise Refused(
            "unknown-instance-type",
            "is no instance type for this bank's nodes",
            f"use one of the families {listed(NODE_FAMILIES)} in a size from {NODE_SIZES[0]} to "
            f"{NODE_SIZES[-1]}, for example m7i.xlarge",
        )
    return written

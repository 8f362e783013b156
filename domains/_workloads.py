"""What is wrong with what a domain runs, and with what it answers.

Names become hosts, paths and namespaces, so two that mean the same place are refused, and those
that are the platform's.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from domains._model import Domain
from problems import Problem
from registries import DIGEST_FORM, REGISTRIES, is_by_digest, registry_of

_NAMESPACES = frozenset(
    {
        "argocd",
        "default",
        "evidence",
        "external-secrets",
        "gatekeeper-system",
        "logs",
        "monitoring",
        "traces",
        "vault",
    }
)
"""Namespaces in which the platform itself runs, or will."""
_ROLES = frozenset(
    {
        "apply",
        "auditor",
        "backup",
        "boundary",
        "break-glass",
        "control-plane",
        "guardrails",
        "hybrid-nodes",
        "log-replication",
        "logs",
        "nodes",
        "operator",
        "plan",
        "siem-feed",
        "siem-subscription",
        "siem-topics",
        "topic-archive",
        "traces",
        "trail",
        "vpc-cni",
    }
)
"""Names behind ``corebank-`` that roles in AWS have: a domain's role is named so too."""
_PLATFORMS_PREFIXES = (
    "amazon-",
    "aws-",
    "database-",
    "evidence-",
    "istio-",
    "kube-",
    "viewer-",
)
"""How those begin that the cluster, the mesh, AWS and people have."""

_LABEL = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
"""RFC 1035, section 2.3.1."""
_SHARED_HOST = "api"
"""The label of the host that all paths are under."""


def is_the_platforms(name: str) -> bool:
    """Whether a namespace or a role of this name is the platform's."""
    return name in _NAMESPACES | _ROLES or name.startswith(_PLATFORMS_PREFIXES)


def problems(domain: Domain, place: str) -> Iterator[Problem]:
    """Tells all that is wrong with one declaration.

    Args:
        domain: The declaration.
        place: What a problem calls its file.
    """
    if is_the_platforms(domain.name):
        yield Problem(
            code="domain-name",
            path=place,
            what="the domain has the name of a namespace or a role that is the platform's",
            got=domain.name,
            fix="choose another name",
        )
    yield from _image_problems(domain, place)
    for what, got, fix in _api_faults(domain):
        yield Problem(code="api", path=place, what=what, got=got, fix=fix)


def problems_between(domains: Mapping[str, Domain]) -> Iterator[Problem]:
    """Tells what is wrong with declarations beside each other.

    Args:
        domains: The declarations by their file.
    """
    for kind in ("path", "host"):
        answering: dict[str, Domain] = {}
        for place, domain in domains.items():
            there = str(getattr(domain.api, kind))
            # One domain in two files is told of by itself.
            if there and (other := answering.setdefault(there, domain)).name != domain.name:
                yield Problem(
                    code="api-taken",
                    path=place,
                    what=f"the {kind} of its API is that of {other.name} too",
                    got=there,
                    fix=f"give it a {kind} of its own",
                )

    names = {domain.name for domain in domains.values()}
    for place, domain in domains.items():
        # Each domain's own certificate is for its name in the same zone.
        if domain.api.host in names - {domain.name}:
            yield Problem(
                code="api-taken",
                path=place,
                what="the host of its API is the name of another domain",
                got=domain.api.host,
                fix="use another",
            )


def _image_problems(domain: Domain, place: str) -> Iterator[Problem]:
    if not is_by_digest(domain.image):
        yield Problem(
            code="image-digest",
            path=place,
            what=f"{domain.name} does not say which image by its digest",
            got=domain.image or "none",
            fix=DIGEST_FORM,
        )
    if (registry := registry_of(domain.image)) not in REGISTRIES:
        yield Problem(
            code="image-registry",
            path=place,
            what=f"{domain.name} runs an image from where nobody of the bank has looked at it",
            got=registry or "nowhere",
            fix=f"use {' or '.join(REGISTRIES)}",
        )


def _api_faults(domain: Domain) -> Iterator[tuple[str, object, str]]:
    api = domain.api
    if not (api.rest or api.grpc):
        yield "its API answers neither HTTP nor gRPC", None, "set rest or grpc, or both"
    if api.path and not re.fullmatch(rf"/{_LABEL.pattern}", api.path):
        form = "write / and one segment of lower-case letters, digits and -, like /payments"
        yield "the path of its API is no segment", api.path, form
    if api.path and not api.rest:
        yield "its API has a path and does not answer HTTP", api.path, "leave it out, or set rest"
    if api.path and api.host:
        fix = "leave out the path, or the host"
        yield "its API has a path and a host, which are in place of each other", api.path, fix
    if api.host and not _LABEL.fullmatch(api.host):
        form = "use lower-case letters, digits and -, beginning with a letter, at most 63"
        yield "the host of its API is no DNS label", api.host, form
    if api.host == _SHARED_HOST or is_the_platforms(api.host):
        yield "the host of its API is the platform's", api.host, "use another"
    if not api.auth:
        fix = "say what a request has to show; who is inside the bank shows ROLES"
        yield "its API lets in whoever asks", "()", fix
    if len(set(api.auth)) < len(api.auth):
        yield "its API wants a thing shown twice", ", ".join(api.auth), "name each once"
    if api.p99 <= timedelta(0):
        yield "its API answers in no time", api.p99, "use a time above zero"

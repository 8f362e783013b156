"""Objects of any kind: secrets in them, what charts hide, and what is changed in part."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from policies.controls._kubernetes import (
    ACCOUNT,
    CONFIG_MAP,
    NAMESPACE,
    NETWORK_POLICY,
    RBAC,
    RELEASE,
    SECRET,
    WORKLOADS,
    containers,
    patched,
)
from policies.controls._model import Control, Wrong
from policies.controls._secret_text import looks_secret
from policies.controls._stack import Resource
from policies.controls._wire import Array, Object, Postponed, at, listed
from policies.controls.workloads import REGISTRIES

_FROM = "oci://registry.corp.bank.internal/charts"
CHARTS: Mapping[str, str] = {
    f"{_FROM}/istio/base": "1.31.4",
    f"{_FROM}/istio/cni": "1.31.4",
    f"{_FROM}/istio/gateway": "1.31.4",
    f"{_FROM}/istio/istiod": "1.31.4",
    f"{_FROM}/minio": "5.4.0",
    f"{_FROM}/monitoring/kube-prometheus-stack": "79.1.0",
    f"{_FROM}/monitoring/opentelemetry-collector": "0.141.0",
    f"{_FROM}/vault": "0.31.0",
}
"""The charts that the bank has looked at, each in the version that it has looked at."""
OF_THE_CLUSTER = frozenset({"default", "kube-node-lease", "kube-public", "kube-system"})
"""Namespaces that each cluster has by itself: a program can't declare them, only patch them."""

_OPENS = frozenset({"allowPrivilegeEscalation", "hostIPC", "hostNetwork", "hostPID", "privileged"})
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
"""Of an object in Kubernetes."""
_BY_DIGEST = re.compile(r".+@sha256:[0-9a-f]{64}")
_DIGITS = re.compile(r"(sha256:)?[0-9a-f]{64}")

SECRETS = Control(
    id="K8S-10",
    pack="security",
    title="No secret stands where everybody reads it",
    levels="MMM",
    severity="critical",
    supports="CE 4.4.1, CE 4.4.2, PCI 8.6.2, P 22, N IA-5(7)",
    remedy="Let the pod get it from Vault, or mark it as a secret of the stack and put it into a"
    " Secret.",
)
RELEASES = Control(
    id="K8S-11",
    pack="security",
    title="A chart whose objects are not seen is one that the bank has looked at",
    levels="AMM",
    severity="high",
    supports="PCI 6.3.2, N CM-7, R 16",
    remedy="Take a chart and version of the list, with images by digest; or use helm.sh/v4:Chart,"
    " whose objects are judged one by one.",
)
PATCHES = Control(
    id="K8S-12",
    pack="security",
    title="Objects are declared as a whole",
    levels="MMM",
    severity="high",
    supports="N CM-3, N CM-5",
    remedy="Declare the object itself, or import it, instead of patching it.",
)


def _is_marked(holder: Any, key: str) -> bool:
    return isinstance(holder, Object) and holder.is_secret(key)


@SECRETS.rule("env", "no secret in the environment of a container", *WORKLOADS)
def _env(workload: Resource) -> Wrong:
    others = Postponed()
    for path, container in containers(workload):
        for place, variable in enumerate(listed(container, "env")):
            with others:
                # What is marked is in clear again in the object that comes of it.
                marked = _is_marked(variable, "value")
                if marked or looks_secret(at(variable, "value"), variable["name"]):
                    yield f"{path}.env.{place}.value looks like a secret"
    others.settle()


@SECRETS.rule("config-map", "no secret in a ConfigMap", *patched(CONFIG_MAP))
def _config_map(config: Resource) -> Wrong:
    if _is_marked(config.properties, "data"):
        yield "data is marked as a secret"
    others = Postponed()
    data: Any = config.at("data") or {}
    for key in data:
        with others:
            if _is_marked(data, key) or looks_secret(data[key], key):
                yield f"data.{key} looks like a secret"
    others.settle()


@SECRETS.rule("secret", "what a Secret holds is marked", *patched(SECRET))
def _secret(secret: Resource) -> Wrong:
    others = Postponed()
    for part in ("stringData", "data"):
        if _is_marked(secret.properties, part):
            continue
        held: Any = secret.at(part) or {}
        for key in held:
            with others:
                if not _is_marked(held, key) and held[key]:
                    yield f"{part}.{key} is not marked as a secret"
    others.settle()


@SECRETS.rule("values", "no secret in clear in a chart's values", RELEASE)
def _values(release: Resource) -> Wrong:
    if _is_marked(release.properties, "values"):
        return
    others = Postponed()
    for path, key, value in _told(release, others):
        # Charts have it that this names a Secret.
        names_one = key.lower().endswith("secret") and _NAME.fullmatch(str(value))
        if looks_secret(value, "" if names_one else key):
            yield f"{path} looks like a secret"
    others.settle()


def _told(release: Resource, others: Postponed) -> Iterator[tuple[str, str, Any]]:
    """Where each of a chart's values stands, by what name, and what it is; none that is marked."""
    yield from _below(release.at("values"), "values", "", others)


def _below(found: Any, path: str, name: str, others: Postponed) -> Iterator[tuple[str, str, Any]]:
    if isinstance(found, Mapping):
        keys: Any = cast("Mapping[str, Any]", found)
    elif isinstance(found, (list, Array)):
        keys = range(len(cast("list[Any]", found)))
    else:
        return
    inside = cast("Any", found)
    for key in keys:
        if _is_marked(found, key):
            continue
        with others:
            value = inside[key]
            # In a list things have the list's name.
            called = key if isinstance(key, str) else name
            yield f"{path}.{key}", called, value
            yield from _below(value, f"{path}.{key}", called, others)


@RELEASES.rule("chart", "only charts that the bank has looked at", RELEASE)
def _chart(release: Resource) -> Wrong:
    if _address(release) not in CHARTS:
        yield "chart is none of the list"


@RELEASES.rule("version", "charts at the version that the bank has looked at", RELEASE)
def _version(release: Resource) -> Wrong:
    address = _address(release)
    if address in CHARTS and release.at("version") != CHARTS[address]:
        yield f"version is not {CHARTS[address]}"


def _address(release: Resource) -> str:
    chart = str(release.at("chart"))
    repository = release.at("repositoryOpts", "repo")
    return f"{repository.rstrip('/')}/{chart}" if repository else chart


@RELEASES.rule("images", "images of a chart from the bank's registry, by digest", RELEASE)
def _images(release: Resource) -> Wrong:
    others = Postponed()
    for path, key, value in _told(release, others):
        if not (key.lower().endswith("image") and _is_image(value)):
            continue
        registry, name, digest = _parts(value)
        if f"{registry}/{name}".lstrip("/").partition("/")[0] not in REGISTRIES:
            yield f"{path} is not from {' or '.join(REGISTRIES)}"
        if not digest:
            yield f"{path} has no digest"
    others.settle()


def _is_image(value: Any) -> bool:
    return isinstance(value, str) or at(value, "repository") is not None


def _parts(image: Any) -> tuple[str, str, bool]:
    """Registry, name and whether there is a digest, as charts write them in one or many values."""
    if isinstance(image, str):
        return "", image, bool(_BY_DIGEST.fullmatch(image))
    name = str(at(image, "repository"))
    # Charts that know of tags only are given a digest in two halves.
    keys = ("tag",) if name.endswith("@sha256") else ("digest", "sha")
    digest = any(_DIGITS.fullmatch(str(at(image, key) or "")) for key in keys)
    return str(at(image, "registry") or ""), name, digest


@RELEASES.rule("opens", "nothing of the host for a chart's pods", RELEASE)
def _opens(release: Resource) -> Wrong:
    others = Postponed()
    for path, key, value in _told(release, others):
        if (key in _OPENS and value is True) or key == "hostPath":
            yield f"{path} gives a pod something of its node"
    others.settle()


@RELEASES.rule("elsewhere", "nothing that changes a chart outside its values", RELEASE)
def _elsewhere(release: Resource) -> Wrong:
    for key in ("valueYamlFiles", "postrender"):
        if release.at(key):
            yield f"{key} is set, and nobody sees what it does"
    if release.at("createNamespace"):
        yield "createNamespace makes a namespace without labels or policies"


@PATCHES.rule(
    "whole",
    "no object changed in part that others declare",
    *(
        f"{kind}Patch"
        for kind in (
            NAMESPACE,
            NETWORK_POLICY,
            ACCOUNT,
            *(f"{RBAC}:{role}" for role in ("ClusterRole", "ClusterRoleBinding")),
            *(f"{RBAC}:{role}" for role in ("Role", "RoleBinding")),
        )
    ),
    *(kind for kind in WORKLOADS if kind.endswith("Patch")),
)
def _whole(patch: Resource) -> Wrong:
    of_namespace = patch.type == f"{NAMESPACE}Patch"
    if not (of_namespace and patch.at("metadata", "name") in OF_THE_CLUSTER):
        yield "changes an object in part, which goes round what is asked of the whole"


CONTROLS = (SECRETS, RELEASES, PATCHES)

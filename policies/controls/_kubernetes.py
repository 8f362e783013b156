"""Kubernetes' objects: where their pods are described, and which of them belong together.

Versions of APIs that no supported server answers any more have no tokens here.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from policies.controls._stack import Resource
from policies.controls._wire import Unknown, at, listed

DEFAULT = "default"
"""The namespace, and the service account, of what names none."""
RBAC = "kubernetes:rbac.authorization.k8s.io/v1"


def patched(*tokens: str) -> tuple[str, ...]:
    """The tokens, and those that change an object of the same kind in part."""
    return (*tokens, *(f"{token}Patch" for token in tokens))


NAMESPACE = "kubernetes:core/v1:Namespace"
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
ACCOUNT = "kubernetes:core/v1:ServiceAccount"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
SECRET = "kubernetes:core/v1:Secret"  # noqa: S105 - a token of a kind
RELEASE = "kubernetes:helm.sh/v3:Release"
BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"
AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
STATEFUL_SET = "kubernetes:apps/v1:StatefulSet"
POD = "kubernetes:core/v1:Pod"
CRON_JOB = "kubernetes:batch/v1:CronJob"

SERVING = patched(
    DEPLOYMENT,
    STATEFUL_SET,
    "kubernetes:apps/v1:DaemonSet",
    "kubernetes:apps/v1:ReplicaSet",
    "kubernetes:core/v1:ReplicationController",
)
"""What keeps its pods running."""
_INSIDE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(patched(POD), ()),
    **dict.fromkeys((*SERVING, *patched("kubernetes:batch/v1:Job")), ("spec", "template")),
    **dict.fromkeys(patched("kubernetes:core/v1:PodTemplate"), ("template",)),
    **dict.fromkeys(patched(CRON_JOB), ("spec", "jobTemplate", "spec", "template")),
}
WORKLOADS = tuple(_INSIDE)
"""What describes pods."""


def pod(workload: Resource, *path: str | int) -> Any:
    """A property of the pods that something describes: ``spec``, ``hostNetwork``."""
    return workload.at(*_INSIDE[workload.type], *path)


def containers(workload: Resource) -> Iterator[tuple[str, Any]]:
    """Where each container stands, and what it is; also those that start first or come later."""
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for place, container in enumerate(listed(pod(workload, "spec"), kind)):
            yield f"{kind}.{place}", container


def namespace_of(thing: Resource) -> str:
    """The namespace that an object stands in: its own, or its provider's, or the default one."""
    own = thing.at("namespace") if thing.type == RELEASE else thing.at("metadata", "namespace")
    return own or (thing.provider and thing.provider.at("namespace")) or DEFAULT


def stands_in(thing: Resource, namespace: Resource) -> bool:
    """Whether an object stands in a namespace."""
    made_of = thing.refers.get("metadata", ())
    try:
        if name := namespace.at("metadata", "name"):
            return namespace_of(thing) == name
    except Unknown:
        # Of what its place was made is known also where the name is not.
        if not made_of:
            raise
    return namespace.urn in made_of


def together(one: Resource, other: Resource) -> bool:
    """Whether two objects stand in the same namespace."""
    try:
        return namespace_of(one) == namespace_of(other)
    except Unknown:
        if {*one.refers.get("metadata", ())} & {*other.refers.get("metadata", ())}:
            return True
        raise


def selects(selector: Any, labels: Any) -> bool:
    """Whether a selector of labels finds what has these; an empty one does, a missing one not."""
    if selector is None:
        return False
    wanted = cast("Mapping[str, str]", at(selector, "matchLabels") or {})
    return all(at(labels, key) == value for key, value in wanted.items()) and all(
        _meets(at(labels, each["key"]), each["operator"], listed(each, "values"))
        for each in listed(selector, "matchExpressions")
    )


def _meets(label: Any, operator: str, values: Any) -> bool:
    return {
        "In": label in values,
        "NotIn": label not in values,
        "Exists": label is not None,
        "DoesNotExist": label is None,
    }[operator]

"""What each tier of people, and delivery, may do inside a cluster: roles as data. Pure.

Nobody reads secrets, runs a command in a container or acts in another's name; that takes
break-glass, and every use of it is seen. Delivery writes secrets, and reads none but
those that it has just written: a patch is answered with the whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OPERATORS = "corebank:operators"
AUDITORS = "corebank:auditors"
DELIVERY = "corebank:delivery"
VIEWERS = "corebank:viewers"
"""The groups. Of viewers there is one for each namespace; see ``viewers``."""

_READ = ("get", "list", "watch")
_WRITE = ("create", "delete", "deletecollection", "patch", "update")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule.

    Args:
        groups: API groups; the empty one is the core.
        resources: Their resources.
        verbs: What may be done to them.
    """

    groups: Sequence[str]
    resources: Sequence[str]
    verbs: Sequence[str]

    def __post_init__(self) -> None:
        """Refuses what would allow more than is written."""
        if "*" in {*self.groups, *self.resources, *self.verbs}:
            raise ValueError(f"a rule names what it allows, and no wildcard: {self}")


_WORKLOADS = (
    Rule(
        groups=("",),
        resources=(
            "endpoints",
            "events",
            "limitranges",
            "persistentvolumeclaims",
            "pods",
            "pods/status",
            "resourcequotas",
            "serviceaccounts",
            "services",
        ),
        verbs=_READ,
    ),
    Rule(
        groups=("apps",),
        resources=("daemonsets", "deployments", "replicasets", "statefulsets"),
        verbs=_READ,
    ),
    Rule(groups=("autoscaling",), resources=("horizontalpodautoscalers",), verbs=_READ),
    Rule(groups=("batch",), resources=("cronjobs", "jobs"), verbs=_READ),
    Rule(groups=("discovery.k8s.io",), resources=("endpointslices",), verbs=_READ),
    Rule(groups=("networking.k8s.io",), resources=("ingresses", "networkpolicies"), verbs=_READ),
    Rule(groups=("policy",), resources=("poddisruptionbudgets",), verbs=_READ),
)
_LOGS = Rule(groups=("",), resources=("pods/log",), verbs=("get",))
_CLUSTER = (
    Rule(groups=("",), resources=("namespaces", "nodes", "persistentvolumes"), verbs=_READ),
    Rule(groups=("scheduling.k8s.io",), resources=("priorityclasses",), verbs=_READ),
    Rule(groups=("storage.k8s.io",), resources=("storageclasses",), verbs=_READ),
)
_GRANTS = Rule(
    groups=("rbac.authorization.k8s.io",),
    resources=("clusterrolebindings", "clusterroles", "rolebindings", "roles"),
    verbs=_READ,
)

ROLES: Mapping[str, Sequence[Rule]] = {
    # Keeps running what is there: nothing new comes, and no right changes hands.
    OPERATORS: (
        *_WORKLOADS,
        *_CLUSTER,
        _LOGS,
        # A pod that is deleted comes back as declared. Changing what is declared is delivery's.
        Rule(groups=("",), resources=("pods",), verbs=("delete",)),
        Rule(groups=("",), resources=("pods/eviction",), verbs=("create",)),
        # Takes a node out of service.
        Rule(groups=("",), resources=("nodes",), verbs=("patch",)),
        Rule(
            groups=("apps",),
            resources=("deployments/scale", "statefulsets/scale"),
            verbs=("get", "patch", "update"),
        ),
    ),
    # Sees who may do what, and what there is; not what is said in it.
    AUDITORS: (*_WORKLOADS, *_CLUSTER, _GRANTS),
    # What the program declares, and no more.
    DELIVERY: (
        Rule(
            groups=("",),
            resources=(
                "configmaps",
                "limitranges",
                "namespaces",
                "resourcequotas",
                "serviceaccounts",
                "services",
            ),
            verbs=(*_READ, *_WRITE),
        ),
        Rule(
            groups=("",),
            resources=("endpoints", "events", "nodes", "persistentvolumeclaims", "pods"),
            verbs=_READ,
        ),
        Rule(groups=("",), resources=("secrets",), verbs=("create", "delete", "patch")),
        Rule(groups=("apps",), resources=("deployments", "statefulsets"), verbs=(*_READ, *_WRITE)),
        Rule(groups=("apps",), resources=("daemonsets", "replicasets"), verbs=_READ),
        Rule(
            groups=("autoscaling",),
            resources=("horizontalpodautoscalers",),
            verbs=(*_READ, *_WRITE),
        ),
        Rule(groups=("discovery.k8s.io",), resources=("endpointslices",), verbs=_READ),
        Rule(
            groups=("networking.k8s.io",), resources=("networkpolicies",), verbs=(*_READ, *_WRITE)
        ),
        Rule(groups=("policy",), resources=("poddisruptionbudgets",), verbs=(*_READ, *_WRITE)),
        Rule(
            groups=("rbac.authorization.k8s.io",),
            resources=("clusterrolebindings", "clusterroles", "rolebindings", "roles"),
            # It grants what it has not got itself, as the program declares it.
            verbs=(*_READ, *_WRITE, "bind", "escalate"),
        ),
        Rule(
            groups=("scheduling.k8s.io",), resources=("priorityclasses",), verbs=(*_READ, *_WRITE)
        ),
        Rule(groups=("storage.k8s.io",), resources=("storageclasses",), verbs=(*_READ, *_WRITE)),
    ),
    # Bound in single namespaces only.
    VIEWERS: (*_WORKLOADS, _LOGS),
}


def viewers(namespace: str) -> str:
    """The group of those who see one namespace."""
    return f"{VIEWERS}:{namespace}"

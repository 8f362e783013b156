"""Each tier of people on the API server: what it may do there, and nothing more.

Everyone logs in as a principal that the cluster's access entries name, or do not, and asks the API
server itself; nothing is changed. What a tier is expected to do stands here, and is not taken from
the roles.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import kubernetes
from kubernetes.client.exceptions import ApiException

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.servers.control_plane.authenticator import token

_kubernetes: Any = kubernetes
"""A client without types of its own."""


@dataclass(frozen=True, kw_only=True)
class _Request:
    """What is asked for.

    Args:
        verb: What is done.
        resource: To what, with a subresource after a slash.
        group: Its API group.
        elsewhere: Whether in another namespace than the one that is looked at.
    """

    verb: str
    resource: str
    group: str = ""
    elsewhere: bool = False


_REQUESTS = {
    "see pods": _Request(verb="list", resource="pods"),
    "see a neighbour's pods": _Request(verb="list", resource="pods", elsewhere=True),
    "read logs": _Request(verb="get", resource="pods/log"),
    "restart a pod": _Request(verb="delete", resource="pods"),
    "scale": _Request(verb="patch", resource="deployments/scale", group="apps"),
    "evict": _Request(verb="create", resource="pods/eviction"),
    "drain a node": _Request(verb="patch", resource="nodes"),
    "see who may what": _Request(
        verb="list", resource="rolebindings", group="rbac.authorization.k8s.io"
    ),
    "change a workload": _Request(verb="patch", resource="deployments", group="apps"),
    "bring a workload": _Request(verb="create", resource="deployments", group="apps"),
    "read a secret": _Request(verb="get", resource="secrets"),
    "run a command": _Request(verb="create", resource="pods/exec"),
    "grant itself more": _Request(
        verb="create", resource="rolebindings", group="rbac.authorization.k8s.io"
    ),
    "act as another": _Request(verb="impersonate", resource="users"),
    "open a namespace": _Request(verb="create", resource="namespaces"),
}
_OPERATOR = {
    "see pods",
    "see a neighbour's pods",
    "read logs",
    "restart a pod",
    "scale",
    "evict",
    "drain a node",
}
_AUDITOR = {"see pods", "see a neighbour's pods", "see who may what"}
_VIEWER = {"see pods", "read logs"}


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    people, viewers = outputs["kubernetes"]["people"], outputs["workspaces"]
    namespaces = sorted(viewers)
    first, second = namespaces[0], namespaces[1]

    def tried(
        actor: str, principal: str, may: set[str], own: str, neighbour: str
    ) -> Iterator[Attempt]:
        reviews = _kubernetes.client.AuthorizationV1Api(_client(addresses["kubernetes"], principal))
        for target, request in _REQUESTS.items():
            where = neighbour if request.elsewhere else own
            granted = _granted(reviews, request, where)
            yield Attempt(actor=actor, target=target, expected=target in may, granted=granted)

    stranger = f"{people['operator']}-of-nowhere"
    return [
        *tried("break-glass", people["breakGlass"], set(_REQUESTS), first, second),
        *tried("operator", people["operator"], _OPERATOR, first, second),
        *tried("auditor", people["auditor"], _AUDITOR, first, second),
        *(
            attempt
            for own in namespaces
            for attempt in tried(
                f"viewer of {own}", viewers[own], _VIEWER, own, second if own == first else first
            )
        ),
        *tried("a stranger", stranger, set(), first, second),
    ]


def _client(kubernetes_at: Mapping[str, str], principal: str) -> Any:
    cluster = {
        "server": kubernetes_at["endpoint"],
        "certificate-authority-data": kubernetes_at["ca"],
    }
    config = {
        "current-context": principal,
        "contexts": [{"name": principal, "context": {"cluster": "here", "user": principal}}],
        "clusters": [{"name": "here", "cluster": cluster}],
        "users": [{"name": principal, "user": {"token": token(principal)}}],
    }
    return _kubernetes.config.new_client_from_config_dict(config)


def _granted(reviews: Any, request: _Request, namespace: str) -> bool:
    resource, _, subresource = request.resource.partition("/")
    attributes = {
        "verb": request.verb,
        "group": request.group,
        "resource": resource,
        "subresource": subresource,
        "namespace": namespace,
    }
    try:
        answer = reviews.create_self_subject_access_review(
            {
                "apiVersion": "authorization.k8s.io/v1",
                "kind": "SelfSubjectAccessReview",
                "spec": {"resourceAttributes": attributes},
            }
        )
    except ApiException as refused:
        error: Any = refused
        # Who is nobody to the cluster may not even ask.
        if error.status == HTTPStatus.UNAUTHORIZED:
            return False
        raise
    return bool(answer.status.allowed)


CLUSTER_ACCESS = Drill(
    name="cluster access",
    claim="in the cluster each tier of people does what is its own, and nothing more",
    needs="workspaces",
    attempts=_attempts,
)

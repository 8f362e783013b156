"""What may run in each domain's namespace, and what its service account may do in the cluster.

An administrator tries pods on the API server, and none is made. Each account asks for itself, with
a real token, what it may do in every namespace; that must be what any account may, and any account
may only ask about itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import kubernetes
from kubernetes.client.exceptions import ApiException

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._reach import EGRESS, INGRESS, closed
from rehearsal.drills._vault_callers import account_token

_kubernetes: Any = kubernetes
"""A client without types of its own."""

Right = tuple[str, ...]

_ANYBODY = {
    ("create", "authentication.k8s.io", "selfsubjectreviews"),
    ("create", "authorization.k8s.io", "selfsubjectaccessreviews"),
    ("create", "authorization.k8s.io", "selfsubjectrulesreviews"),
    *((verb, "certificates.k8s.io", "clustertrustbundles") for verb in ("get", "list", "watch")),
}
"""All that any account may do with things: ask who it is, what it may, and whom all trust."""

_RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}
_SMALL = {"requests": {"cpu": "1m", "memory": "4Mi"}, "limits": {"memory": "4Mi"}}
_LARGE = {**_SMALL, "requests": {"cpu": "1000", "memory": "4Mi"}}
_OF_NODE = {"volumes": [{"name": "node", "hostPath": {"path": "/"}}]}
_BY_SECURITY, _BY_QUOTA = "violates PodSecurity", "exceeded quota"


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    client = _kubernetes.config.new_client_from_config(addresses["kubernetes"]["kubeconfig"])
    core = _kubernetes.client.CoreV1Api(client)
    policies = client.sanitize_for_serialization(
        _kubernetes.client.NetworkingV1Api(client).list_network_policy_for_all_namespaces().items
    )
    namespaces = sorted(it.metadata.name for it in core.list_namespace().items)
    anybody = _rights(addresses, account_token(core, "default", "default"), namespaces)
    beyond = {right for rights in anybody.values() for right in rights} - _ANYBODY
    found = [
        Attempt(
            actor="any account",
            target="does more than ask",
            expected=False,
            granted=any(not _tells(right) for right in beyond),
        )
    ]
    for name, it in sorted(outputs["ground"].items()):
        space = it["namespace"]
        found += _runs(core, name, space)
        for direction in (INGRESS, EGRESS):
            found.append(
                Attempt(
                    actor=name,
                    target=f"is closed to what no rule names, {direction.lower()}",
                    expected=True,
                    granted=closed(policies, space, direction),
                )
            )
        token = account_token(core, space, it["serviceAccount"])
        found += _does(name, _rights(addresses, token, namespaces), anybody)
    return found


def _runs(core: Any, name: str, space: str) -> Iterator[Attempt]:
    """Pods that are tried in a namespace: which of them its rules let in."""
    pods: Mapping[str, tuple[bool, str, Mapping[str, Any]]] = {
        "a restricted pod": (True, "", _pod()),
        "a privileged pod": (False, _BY_SECURITY, _pod(security={"privileged": True})),
        "a pod as root": (False, _BY_SECURITY, _pod(runAsNonRoot=False, runAsUser=0)),
        "a pod on the node's network": (False, _BY_SECURITY, _pod(more={"hostNetwork": True})),
        "a pod with the node's files": (False, _BY_SECURITY, _pod(more=_OF_NODE)),
        "a pod above the quota": (False, _BY_QUOTA, _pod(resources=_LARGE)),
    }
    for target, (expected, because, pod) in pods.items():
        yield Attempt(
            actor=name,
            target=target,
            expected=expected,
            granted=_admitted(core, space, pod, because),
        )


def _pod(
    *,
    security: Mapping[str, Any] | None = None,
    resources: Mapping[str, Any] = _SMALL,
    more: Mapping[str, Any] | None = None,
    **of_pod: object,
) -> Mapping[str, Any]:
    """A pod that any namespace should let in, but for what is asked for otherwise."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "drill"},
        "spec": {
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 1000,
                "seccompProfile": {"type": "RuntimeDefault"},
                **of_pod,
            },
            "automountServiceAccountToken": False,
            "containers": [
                {
                    "name": "main",
                    "image": "drill.invalid/drill",
                    "resources": resources,
                    "securityContext": security or _RESTRICTED,
                }
            ],
            **(more or {}),
        },
    }


def _admitted(core: Any, space: str, pod: Mapping[str, Any], because: str) -> bool:
    """Whether a pod would be let in.

    Raises:
        ApiException: It is refused, and not for the reason for which it should be.
    """
    try:
        core.create_namespaced_pod(space, pod, dry_run="All")
    except ApiException as refused:
        error: Any = refused
        expected = error.status == HTTPStatus.FORBIDDEN and because in str(error.body)
        if because and not expected:
            raise
        return False
    return True


def _does(
    name: str, own: Mapping[str, set[Right]], anybody: Mapping[str, set[Right]]
) -> Iterator[Attempt]:
    """What an account may do beyond what any may: in no namespace anything."""
    more = {
        space: sorted(" ".join(right) for right in rights - anybody[space])
        for space, rights in own.items()
    }
    opened = {space: rights for space, rights in more.items() if rights}
    for space, rights in opened.items():
        for right in rights:
            yield Attempt(
                actor=name,
                target="does more than any account",
                expected=False,
                granted=True,
                what=f"{right}, in {space}:",
            )
    if not opened:
        yield Attempt(
            actor=name, target="does more than any account", expected=False, granted=False
        )


def _rights(
    addresses: Addresses, token: str, namespaces: Sequence[str]
) -> Mapping[str, set[Right]]:
    """What who has a token may do, by namespace.

    Raises:
        LookupError: The API server does not know all of it.
    """
    at = addresses["kubernetes"]
    config = {
        "current-context": "account",
        "contexts": [{"name": "account", "context": {"cluster": "here", "user": "account"}}],
        "clusters": [
            {
                "name": "here",
                "cluster": {"server": at["endpoint"], "certificate-authority-data": at["ca"]},
            }
        ],
        "users": [{"name": "account", "user": {"token": token}}],
    }
    client = _kubernetes.config.new_client_from_config_dict(config)
    reviews = _kubernetes.client.AuthorizationV1Api(client)
    return {space: _reviewed(reviews, space) for space in namespaces}


def _reviewed(reviews: Any, space: str) -> set[Right]:
    told = reviews.create_self_subject_rules_review(
        {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectRulesReview",
            "spec": {"namespace": space},
        }
    ).status
    if told.incomplete:
        raise LookupError(
            f"the API server knows not all rights in {space}: {told.evaluation_error}"
        )
    return {
        *(
            (verb, group, resource, *(rule.resource_names or ()))
            for rule in told.resource_rules
            for verb in rule.verbs
            for group in rule.api_groups or ("",)
            for resource in rule.resources or ("",)
        ),
        *(
            (verb, path)
            for rule in told.non_resource_rules
            for verb in rule.verbs
            for path in rule.non_resource_urls or ("",)
        ),
    }


def _tells(right: Right) -> bool:
    """Whether a right is to read what the API server says of itself: there are no things there."""
    return len(right) == len(("verb", "path")) and right[0] == "get" and right[1].startswith("/")


GROUND = Drill(
    name="ground",
    claim="in each domain's namespace only restricted pods run, within its quota, closed to"
    " what no rule names, and its account may do nothing in the cluster",
    needs="ground",
    attempts=_attempts,
)

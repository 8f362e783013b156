"""The service account as which the rehearsal's Vault asks the API server who a token is."""

from typing import Any

import kubernetes
from kubernetes.client.exceptions import ApiException

_kubernetes: Any = kubernetes
"""A client without types of its own."""

_NAMESPACE, _NAME = "kube-system", "vault-reviewer"
_LIVES_S = 30 * 24 * 3600
_CONFLICT = 409


def reviewers_token(kubeconfig: str) -> str:
    """A token of it; the account is made, and allowed to review, if need be.

    Args:
        kubeconfig: Path of the file with which the cluster's administrator logs in.
    """
    client = _kubernetes.config.new_client_from_config(kubeconfig)
    core = _kubernetes.client.CoreV1Api(client)
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": _NAME}}
    _unless_there(core.create_namespaced_service_account, _NAMESPACE, account)
    _unless_there(
        _kubernetes.client.RbacAuthorizationV1Api(client).create_cluster_role_binding,
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": _NAME},
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": "system:auth-delegator",
            },
            "subjects": [{"kind": "ServiceAccount", "name": _NAME, "namespace": _NAMESPACE}],
        },
    )
    asked = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": _LIVES_S},
    }
    made = core.create_namespaced_service_account_token(_NAME, _NAMESPACE, asked)
    return made.status.token


def _unless_there(create: Any, *arguments: Any) -> None:
    try:
        create(*arguments)
    except ApiException as error:
        refused: Any = error
        if refused.status != _CONFLICT:
            raise

"""Who reaches Vault's servers, and whom they reach: the policies of their namespace. Pure."""

from collections.abc import Mapping
from typing import Any

from components._network_policies import Reach, credentials, names, tcp, to
from components._vault_config import CLUSTER_PORT, PORT
from components._vault_values import PODS


def servers(*, clients: str, reaches: Mapping[str, Reach]) -> dict[str, Any]:
    """The policy of the servers.

    Args:
        clients: Label that a namespace has whose pods may ask Vault, with whatever value.
        reaches: What they open connections to beside each other, names and credentials.
    """
    labelled = {"matchExpressions": [{"key": clients, "operator": "Exists"}]}
    each_other = [{"podSelector": {"matchLabels": PODS}}]
    return {
        "podSelector": {"matchLabels": PODS},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [
            {"from": [{"namespaceSelector": labelled}], "ports": [tcp(PORT)]},
            {"from": each_other, "ports": [tcp(PORT), tcp(CLUSTER_PORT)]},
        ],
        "egress": [
            {"to": each_other, "ports": [tcp(PORT), tcp(CLUSTER_PORT)]},
            names(),
            credentials(),
            *(to(reach) for _, reach in sorted(reaches.items())),
        ],
    }


def client(*, pods: Mapping[str, str], store: Reach) -> dict[str, Any]:
    """The policy of pods beside the servers that ask them, and put what they get into a store.

    Args:
        pods: The pods' labels.
        store: Where that is.
    """
    return {
        "podSelector": {"matchLabels": dict(pods)},
        "policyTypes": ["Egress"],
        "egress": [
            {"to": [{"podSelector": {"matchLabels": PODS}}], "ports": [tcp(PORT)]},
            names(),
            to(store),
        ],
    }

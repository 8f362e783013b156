"""What the chart of Vault is told. Pure."""

from dataclasses import dataclass
from typing import Any

from components._quantities import cpu, memory
from components._vault_config import (
    AUDIT,
    DATA,
    PIN,
    PORT,
    TLS,
    HsmSeal,
    address,
    cluster_address,
)
from components._vault_shipper import Shipping, shipper

NAME = "vault"
"""Of the release, the servers' service account, and the beginning of each server's name."""
CERTIFICATE, LICENCE = "vault-tls", "vault-license"
"""Secrets beside the servers: ``tls.crt``, ``tls.key`` and ``ca.crt``; Vault Enterprise's
``license``."""

CPU_MILLIS, MEMORY_MIB = 500, 2048
"""What each server is sure of."""

_POD = "$(VAULT_K8S_POD_NAME)"
"""A server's own name; the chart says it before what refers to it."""
_USER, _GROUP = 100, 1000
"""Vault's, in its image."""


@dataclass(frozen=True, kw_only=True)
class Servers:
    """What the servers are, beside their configuration.

    Args:
        image: Vault's image, ``registry/name@sha256:…``.
        number: How many there are.
        data_gib: Size of each one's disk for what Vault knows, in GiB.
        audit_gib: Size of each one's disk for its audit log, in GiB.
        disk: Storage class of both.
        priority: Priority class of their pods.
        nodes: Label, and taint, of the nodes that they run on: key and value.
        shipping: Where their audit logs are sent.
    """

    image: str
    number: int
    data_gib: int
    audit_gib: int
    disk: str
    priority: str
    nodes: tuple[str, str]
    shipping: Shipping


def vault_values(servers: Servers, *, config: object, hsm: HsmSeal | None) -> dict[str, Any]:
    """The values of the chart.

    Args:
        servers: What the servers are.
        config: The text of their configuration, now or later.
        hsm: The seal whose key is in a hardware security module; None where it is in AWS.
    """
    image, _, digest = servers.image.rpartition(":")
    label, kind = servers.nodes
    return {
        "fullnameOverride": NAME,
        "global": {"tlsDisable": False},
        # Others' pods ask by themselves; none is changed on its way into the cluster.
        "injector": {"enabled": False},
        "csi": {"enabled": False},
        "ui": {"enabled": False},
        "server": {
            # The chart puts a colon between the two.
            "image": {"repository": image, "tag": digest},
            "logFormat": "json",
            "dev": {"enabled": False},
            "standalone": {"enabled": False},
            "ha": {
                "enabled": True,
                "replicas": servers.number,
                "apiAddr": address(_POD),
                "clusterAddr": cluster_address(_POD),
                "raft": {"enabled": True, "setNodeId": True, "config": config},
                "disruptionBudget": {"enabled": True, "maxUnavailable": 1},
            },
            # People replace one server after another, the leader last: each has to be unsealed and
            # have caught up before the next.
            "updateStrategyType": "OnDelete",
            "includeConfigAnnotation": True,
            "dataStorage": _storage(DATA, servers.data_gib, servers.disk),
            "auditStorage": _storage(AUDIT, servers.audit_gib, servers.disk),
            "persistentVolumeClaimRetentionPolicy": {
                "whenDeleted": "Retain",
                "whenScaled": "Retain",
            },
            # Kubernetes asks Vault whether the token of who logs in is genuine.
            "authDelegator": {"enabled": True},
            "extraEnvironmentVars": {"VAULT_CACERT": f"{TLS}/ca.crt"},
            "extraSecretEnvironmentVars": []
            if hsm is None
            else [{"envName": PIN, "secretName": hsm.pin_secret, "secretKey": "pin"}],
            "enterpriseLicense": {"secretName": "" if hsm is None else LICENCE},
            "volumes": [
                {"name": "tls", "secret": {"secretName": CERTIFICATE, "defaultMode": 0o440}},
                # The chart copies the configuration there, and the rest of the disk is read-only.
                {"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": "16Mi"}},
            ],
            "volumeMounts": [
                {"name": "tls", "mountPath": TLS, "readOnly": True},
                {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - a memory disk of the pod
            ],
            "extraContainers": [shipper(servers.shipping)],
            "statefulSet": {
                "securityContext": {
                    "pod": {
                        "runAsNonRoot": True,
                        "runAsUser": _USER,
                        "runAsGroup": _GROUP,
                        "fsGroup": _GROUP,
                        "seccompProfile": {"type": "RuntimeDefault"},
                    },
                    "container": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                        "readOnlyRootFilesystem": True,
                        "runAsNonRoot": True,
                        "seccompProfile": {"type": "RuntimeDefault"},
                    },
                }
            },
            # A standby is ready too, one that is sealed is not.
            "readinessProbe": {
                "enabled": True,
                "path": "/v1/sys/health?standbyok=true",
                "port": PORT,
            },
            "resources": {
                "requests": {"cpu": cpu(CPU_MILLIS), "memory": memory(MEMORY_MIB)},
                "limits": {"memory": memory(MEMORY_MIB)},
            },
            "priorityClassName": servers.priority,
            "nodeSelector": {label: kind},
            "tolerations": [
                {"key": label, "operator": "Equal", "value": kind, "effect": "NoSchedule"}
            ],
            "affinity": {
                "podAntiAffinity": {
                    "requiredDuringSchedulingIgnoredDuringExecution": [
                        {
                            "labelSelector": {"matchLabels": PODS},
                            "topologyKey": "kubernetes.io/hostname",
                        }
                    ]
                }
            },
            "topologySpreadConstraints": [
                {
                    "maxSkew": 1,
                    "topologyKey": "topology.kubernetes.io/zone",
                    "whenUnsatisfiable": "DoNotSchedule",
                    "labelSelector": {"matchLabels": PODS},
                }
            ],
        },
    }


PODS = {"app.kubernetes.io/instance": NAME, "app.kubernetes.io/name": NAME, "component": "server"}
"""Labels that the chart gives to the servers' pods, and to no others."""


def _storage(path: str, gib: int, disk: str) -> dict[str, Any]:
    return {
        "enabled": True,
        "size": f"{gib}Gi",
        "mountPath": path,
        "storageClass": disk,
        "accessMode": "ReadWriteOnce",
    }

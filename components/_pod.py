"""What a workload's pods are: restricted, spread, on nodes of their own kind, with Vault's agent.

Pure: dictionaries as Kubernetes takes them, in which what another resource yields may stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components._ports import HEALTH
from components._quantities import cpu, memory
from components._vault_agent import IDENTITY, SECRETS, TEXTS

CPU_MILLIS, MEMORY_MIB, MEMORY_LIMIT_MIB = 50, 64, 128
"""What the agent is sure of, and the memory that it may take."""
NAME = "app.kubernetes.io/name"
"""The label by which pods are known as a workload's."""

_USER = 10001
"""Nobody's in any image, and the same in all containers of a pod: what one writes the other reads,
and nobody else."""
_TOKEN_SECONDS = 600
"""The shortest that Kubernetes gives; it is exchanged for a new one before its end."""
_DRAIN_SECONDS, _END_SECONDS = 10, 45
"""Until nobody sends anything more, and until what was sent is answered."""
_EACH = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where pods run.

    Args:
        nodes: Labels that a node has to have.
        tolerates: Label to its value, for those of them that keep others' pods away.
        apart: Labels of nodes over whose values pods are spread evenly, or not started.
    """

    nodes: Mapping[str, str]
    tolerates: Mapping[str, str]
    apart: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much of a workload there is.

    Args:
        minimum: Replicas at least.
        maximum: Replicas at most.
        cpu_millis: What each is sure of; it may take twice as much where it is free.
        memory_mib: What each has.
    """

    minimum: int
    maximum: int
    cpu_millis: int
    memory_mib: int


@dataclass(frozen=True, kw_only=True)
class Pod:
    """A workload's pod.

    Args:
        workload: Its name, also that of its container.
        image: What it runs, ``registry/name@sha256:…``.
        ports: What it answers on, by name.
        size: How much of it there is.
        placement: Where it runs.
        priority: Its priority class.
        agent_image: Vault's image.
        vault: Where Vault answers.
        audience: Whom the token by which it logs in is made for.
        files: Names of files that are there before it starts.
    """

    workload: str
    image: str
    ports: Mapping[str, int]
    size: Size
    placement: Placement
    priority: str
    agent_image: str
    vault: str
    audience: str
    files: Sequence[str]


def labels(workload: str) -> dict[str, str]:
    """Of a workload's pods, and of no others."""
    return {NAME: workload}


def pod_spec(
    pod: Pod, *, service_account: object, environment: object, agent: object
) -> dict[str, Any]:
    """The pod, as Kubernetes takes it.

    Args:
        pod: What is known of it.
        service_account: Name of the service account that it is, now or later.
        environment: Name of the config map that is its environment, now or later.
        agent: Name of the config map that has the agent's configuration, now or later.
    """
    return {
        "serviceAccountName": service_account,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "priorityClassName": pod.priority,
        "nodeSelector": dict(pod.placement.nodes),
        "tolerations": [
            {"key": key, "operator": "Equal", "value": value, "effect": "NoSchedule"}
            for key, value in sorted(pod.placement.tolerates.items())
        ],
        "topologySpreadConstraints": [_spread(key, pod.workload) for key in pod.placement.apart],
        "terminationGracePeriodSeconds": _END_SECONDS,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _USER,
            "runAsGroup": _USER,
            "fsGroup": _USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "initContainers": [_agent(pod)],
        "containers": [_container(pod, environment)],
        "volumes": [
            {"name": "tmp", "emptyDir": {"sizeLimit": "256Mi"}},
            # In memory: a secret is never written to a disk.
            {"name": "secrets", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}},
            {"name": "agent", "configMap": {"name": agent}},
            {
                "name": "identity",
                "projected": {
                    "sources": [
                        {
                            "serviceAccountToken": {
                                "audience": pod.audience,
                                "expirationSeconds": _TOKEN_SECONDS,
                                "path": "token",
                            }
                        }
                    ]
                },
            },
        ],
    }


def _container(pod: Pod, environment: object) -> dict[str, Any]:
    return {
        "name": pod.workload,
        "image": pod.image,
        "ports": [
            *({"name": name, "containerPort": port} for name, port in pod.ports.items()),
            {"name": "health", "containerPort": HEALTH},
        ],
        "envFrom": [{"configMapRef": {"name": environment}}],
        "startupProbe": {**_asked("/live"), "periodSeconds": 2, "failureThreshold": 60},
        "livenessProbe": {**_asked("/live"), "periodSeconds": 10, "failureThreshold": 3},
        "readinessProbe": {**_asked("/ready"), "periodSeconds": 5, "failureThreshold": 2},
        # Whoever still has its address is answered while it goes out of use.
        "lifecycle": {"preStop": {"sleep": {"seconds": _DRAIN_SECONDS}}},
        "resources": {
            "requests": {"cpu": cpu(pod.size.cpu_millis), "memory": memory(pod.size.memory_mib)},
            "limits": {"cpu": cpu(2 * pod.size.cpu_millis), "memory": memory(pod.size.memory_mib)},
        },
        "securityContext": _EACH,
        "volumeMounts": [
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - a folder of the pod alone
            {"name": "secrets", "mountPath": SECRETS, "readOnly": True},
        ],
    }


def _agent(pod: Pod) -> dict[str, Any]:
    there = " && ".join(f"test -s {SECRETS}/{file}" for file in pod.files)
    return {
        "name": "vault-agent",
        "image": pod.agent_image,
        # It stays: a container that is to start before the others, and end after them.
        "restartPolicy": "Always",
        "command": ["vault", "agent", f"-config={TEXTS}/agent.hcl"],
        "env": [
            {"name": "VAULT_ADDR", "value": pod.vault},
            {"name": "HOME", "value": SECRETS},
        ],
        # The workload starts when all that it needs is there.
        "startupProbe": {
            "exec": {"command": ["/bin/sh", "-c", there]},
            "periodSeconds": 2,
            "timeoutSeconds": 5,
            "failureThreshold": 60,
        },
        "resources": {
            "requests": {"cpu": cpu(CPU_MILLIS), "memory": memory(MEMORY_MIB)},
            "limits": {"cpu": cpu(4 * CPU_MILLIS), "memory": memory(MEMORY_LIMIT_MIB)},
        },
        "securityContext": _EACH,
        "volumeMounts": [
            {"name": "agent", "mountPath": TEXTS, "readOnly": True},
            {"name": "identity", "mountPath": IDENTITY, "readOnly": True},
            {"name": "secrets", "mountPath": SECRETS},
        ],
    }


def _asked(path: str) -> dict[str, Any]:
    return {"httpGet": {"path": path, "port": "health"}, "timeoutSeconds": 2}


def _spread(key: str, workload: str) -> dict[str, Any]:
    return {
        "maxSkew": 1,
        "topologyKey": key,
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": labels(workload)},
        # Each version by itself, so that none is pushed to one side by the one before.
        "matchLabelKeys": ["pod-template-hash"],
        # A zone whose nodes are all gone or lost is not one that pods are owed to.
        "nodeAffinityPolicy": "Honor",
        "nodeTaintsPolicy": "Honor",
    }

"""The values of Istio's charts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components._mesh_network import ANSWERS
from components._mesh_policy import TRUST_DOMAIN
from components._mesh_routes import TLS
from components._quantities import cpu, memory
from components._trace_values import NAMESPACE as TRACES
from components._trace_values import OTLP, SERVICE

SYSTEM, NODES = "istio-system", "istio-cni"
"""The namespaces of the control plane, and of what runs on each node."""


PROXY_CPU_MILLIS, PROXY_MEMORY_MIB, PROXY_LIMIT_MIB = 100, 128, 256
"""Beside each replica: what its proxy is sure of, and the memory that it may take."""
PILOT_CPU_MILLIS, PILOT_MEMORY_MIB = 500, 2048
GATEWAY_CPU_MILLIS, GATEWAY_MEMORY_MIB = 200, 256
"""What each replica of the control plane and of a gateway is sure of."""


@dataclass(frozen=True, kw_only=True)
class MeshImages:
    """What runs, each as ``registry/name@sha256:…``.

    Args:
        pilot: The control plane.
        proxy: Beside each workload and at the gateways.
        cni: On each node.
    """

    pilot: str
    proxy: str
    cni: str


@dataclass(frozen=True, kw_only=True)
class MeshPlace:
    """Where the control plane and the gateways run.

    Args:
        nodes: Label, and taint, of their nodes: key and value.
        priority: Priority class of their pods.
        minimum: Replicas at least; each in a zone of its own.
        maximum: Replicas at most.
    """

    nodes: tuple[str, str]
    priority: str
    minimum: int
    maximum: int


_SECCOMP = {"type": "RuntimeDefault"}


def control_plane(images: MeshImages, place: MeshPlace) -> dict[str, Any]:
    """The values of chart ``istiod``: what holds in the whole mesh."""
    return {
        # An image with a slash in it is taken as it is, digest and all.
        "image": images.pilot,
        "autoscaleMin": place.minimum,
        "autoscaleMax": place.maximum,
        "cni": {"enabled": True, "provider": "default"},
        "seccompProfile": _SECCOMP,
        "resources": {
            "requests": {"cpu": cpu(PILOT_CPU_MILLIS), "memory": memory(PILOT_MEMORY_MIB)},
            "limits": {"memory": memory(PILOT_MEMORY_MIB)},
        },
        **_placed(place, "istiod"),
        "global": {
            "istioNamespace": SYSTEM,
            "priorityClassName": place.priority,
            "proxy": {
                "image": images.proxy,
                "resources": {
                    "requests": {"cpu": cpu(PROXY_CPU_MILLIS), "memory": memory(PROXY_MEMORY_MIB)},
                    "limits": {"memory": memory(PROXY_LIMIT_MIB)},
                },
            },
            "proxy_init": {"image": images.proxy},
        },
        "meshConfig": {
            "trustDomain": TRUST_DOMAIN,
            "rootNamespace": SYSTEM,
            "enableAutoMtls": True,
            # No boundary by itself (Istio says so): the network's policies are behind it.
            "outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"},
            "meshMTLS": {"minProtocolVersion": "TLSV1_3"},
            "tlsDefaults": {"minProtocolVersion": "TLSV1_2"},
            # /payments/../accounts is judged as what it becomes.
            "pathNormalization": {"normalization": "DECODE_AND_MERGE_SLASHES"},
            "accessLogFile": "/dev/stdout",
            "accessLogEncoding": "JSON",
            "enablePrometheusMerge": True,
            "enableTracing": True,
            "extensionProviders": [
                {"name": TRACES, "opentelemetry": {"service": SERVICE, "port": OTLP}}
            ],
            "defaultConfig": {"holdApplicationUntilProxyStarts": True},
        },
    }


def node_agent(images: MeshImages) -> dict[str, Any]:
    """The values of chart ``cni``."""
    return {
        "image": images.cni,
        "chained": True,
        "excludeNamespaces": [SYSTEM, NODES, "kube-system"],
        "seccompProfile": _SECCOMP,
        # A pod that came before its node was ready would talk past its proxy: it is made anew.
        "repair": {"enabled": True, "deletePods": True, "labelPods": False},
    }


def way_in(place: MeshPlace) -> dict[str, Any]:
    """The values of chart ``gateway`` for requests: reached from inside the network."""
    prefix = "service.beta.kubernetes.io/aws-load-balancer"
    return {
        **_gateway(place, "ingress"),
        "service": {
            "type": "LoadBalancer",
            "ports": [_port()],
            "annotations": {
                f"{prefix}-type": "external",
                f"{prefix}-scheme": "internal",
                f"{prefix}-nlb-target-type": "ip",
            },
        },
    }


def way_out(place: MeshPlace) -> dict[str, Any]:
    """The values of chart ``gateway`` for what leaves."""
    return {**_gateway(place, "egress"), "service": {"type": "ClusterIP", "ports": [_port()]}}


def _gateway(place: MeshPlace, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "labels": {"istio": name},
        "securityContext": {"seccompProfile": _SECCOMP},
        "priorityClassName": place.priority,
        "autoscaling": {"minReplicas": place.minimum, "maxReplicas": place.maximum},
        "podDisruptionBudget": {"maxUnavailable": 1},
        "resources": {
            "requests": {"cpu": cpu(GATEWAY_CPU_MILLIS), "memory": memory(GATEWAY_MEMORY_MIB)},
            "limits": {"memory": "512Mi"},
        },
        **_placed(place, name),
    }


def _placed(place: MeshPlace, app: str) -> dict[str, Any]:
    label, kind = place.nodes
    spread: Mapping[str, Any] = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": app}},
    }
    return {
        "nodeSelector": {label: kind},
        "tolerations": [{"key": label, "operator": "Equal", "value": kind, "effect": "NoSchedule"}],
        "topologySpreadConstraints": [spread],
    }


def _port() -> dict[str, Any]:
    return {"name": "tls", "port": TLS, "targetPort": ANSWERS, "protocol": "TCP"}

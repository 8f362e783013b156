"""Who takes traces: the values of its chart, and where proxies find it. Pure.

Proxies make the traces: of some requests, who asked whom and how long it took. Addresses that were
asked for stay out, since customers' and accounts' numbers are in them.
"""

from dataclasses import dataclass
from typing import Any

from components._network_policies import Peer
from components._quantities import cpu, memory

NAMESPACE = "traces"
"""The namespace, its release, its service, and the service account."""
OTLP = 4317
"""Where it is told, by OpenTelemetry's own protocol over gRPC."""
SERVICE = f"{NAMESPACE}.{NAMESPACE}.svc.cluster.local"
PODS = {
    "app.kubernetes.io/instance": NAMESPACE,
    "app.kubernetes.io/name": "opentelemetry-collector",
}
"""Labels that the chart gives to its pods."""
TRACES = Peer(namespace=NAMESPACE, labels=PODS, ports=(OTLP,))
SAMPLED_PERCENT = 1.0
"""Of how many in a hundred requests a trace is made (Istio's own default)."""
CPU_MILLIS, MEMORY_MIB = 100, 256
"""What each replica is sure of."""

_LEFT_OUT = (
    "http.target",
    "http.url",
    "http.user_agent",
    "peer.address",
    "url.full",
    "url.path",
    "url.query",
    "user_agent",
    "user_agent.original",
)
"""Attributes of a span that may tell of a customer (OpenTelemetry's conventions for HTTP, old and
new, and what Envoy adds)."""


@dataclass(frozen=True, kw_only=True)
class TracePlace:
    """Where it runs.

    Args:
        nodes: Label of its nodes: key and value.
        priority: Priority class of its pods.
        replicas: How many there are; each in a zone of its own while there are zones.
    """

    nodes: tuple[str, str]
    priority: str
    replicas: int


def trace_collector(image: str, *, region: str, place: TracePlace) -> dict[str, Any]:
    """The values of chart ``opentelemetry-collector``: traces, and nothing else.

    Args:
        image: What runs, ``registry/name@sha256:…``.
        region: Where traces are kept, by AWS X-Ray, for 30 days.
        place: Where it runs.
    """
    repository, _, digest = image.rpartition("@")
    label, kind = place.nodes
    others = ("otlp-http", "jaeger-compact", "jaeger-thrift", "jaeger-grpc", "zipkin")
    return {
        "mode": "deployment",
        "fullnameOverride": NAMESPACE,
        "replicaCount": place.replicas,
        "image": {"repository": repository, "digest": digest},
        "serviceAccount": {"create": False, "name": NAMESPACE},
        "ports": {
            "otlp": {"enabled": True, "appProtocol": "grpc"},
            **{each: {"enabled": False} for each in others},
        },
        "config": {
            "receivers": {"jaeger": None, "prometheus": None, "zipkin": None},
            "processors": {
                "attributes": {"actions": [{"key": key, "action": "delete"} for key in _LEFT_OUT]}
            },
            "exporters": {"awsxray": {"region": region}},
            "service": {
                "pipelines": {
                    "logs": None,
                    "metrics": None,
                    "traces": {
                        "receivers": ["otlp"],
                        "processors": ["memory_limiter", "attributes", "batch"],
                        "exporters": ["awsxray"],
                    },
                }
            },
        },
        "podSecurityContext": {
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "resources": {
            "requests": {"cpu": cpu(CPU_MILLIS), "memory": memory(MEMORY_MIB)},
            "limits": {"memory": memory(MEMORY_MIB)},
        },
        "podDisruptionBudget": {"enabled": True, "maxUnavailable": 1},
        "priorityClassName": place.priority,
        "nodeSelector": {label: kind},
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "DoNotSchedule",
                "labelSelector": {"matchLabels": PODS},
            }
        ],
    }


def made() -> dict[str, Any]:
    """What every proxy of the mesh makes traces of, and whom it tells (Istio's ``Telemetry``)."""
    return {
        "tracing": [
            {"providers": [{"name": NAMESPACE}], "randomSamplingPercentage": SAMPLED_PERCENT}
        ]
    }

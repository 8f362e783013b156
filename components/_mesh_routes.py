"""How requests go through the mesh: the specs of Istio's networking kinds. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from components._mesh_policy import WAY_IN, WAY_IN_NAMESPACE, WAY_OUT, WAY_OUT_NAMESPACE
from components._trace_values import SERVICE, TRACES

TLS = 443
"""Where both gateways answer."""
_OUT = f"{WAY_OUT}.{WAY_OUT_NAMESPACE}.svc.cluster.local"
_LIMIT = "envoy.filters.http.local_ratelimit"


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long an answer is waited for, and how often it is asked for again.

    Args:
        p99: How long an answer takes at most in 99 of 100 cases.
        retries: How often a request is sent once more that nobody has taken.
        ejected: The share of replicas in percent that may be left out at once for failing.
    """

    p99: timedelta
    retries: int
    ejected: int

    @property
    def each(self) -> str:
        """For one try: twice as long, so that one in a hundred is not cut off each time."""
        return _milliseconds(2 * self.p99)

    @property
    def all(self) -> str:
        """For all tries together."""
        return _milliseconds(2 * self.p99 * (self.retries + 1))


def service(workload: str) -> str:
    """A workload's host within the cluster."""
    return f"{workload}.{workload}.svc.cluster.local"


def within(workload: str, *, ports: Sequence[int], patience: Patience) -> dict[str, Any]:
    """Routes from others in the mesh."""
    return {
        "hosts": [service(workload)],
        "gateways": ["mesh"],
        "http": [{"match": [{"port": port}], **_route(workload, port, patience)} for port in ports],
    }


def from_outside(  # noqa: PLR0913 - what a route consists of
    workload: str, *, host: str, path: str, gateway: str, port: int, patience: Patience
) -> dict[str, Any]:
    """Routes from a gateway, of a path and all below it, or of a whole host.

    Args:
        workload: Who answers.
        host: The name that is asked for.
        path: Such as ``/payments``; empty for all.
        gateway: Name of the gateway's declaration, in the gateway's namespace.
        port: Where it answers.
        patience: How long it may take.
    """
    # Not /payments-of-others, which begins like it.
    below = [{"uri": {"exact": path}}, {"uri": {"prefix": f"{path}/"}}] if path else []
    return {
        "hosts": [host],
        "gateways": [f"{WAY_IN_NAMESPACE}/{gateway}"],
        "exportTo": [WAY_IN_NAMESPACE],
        "http": [
            {
                "name": workload,
                **({"match": below} if below else {}),
                **_route(workload, port, patience),
            }
        ],
    }


def paths(path: str) -> list[str]:
    """A path and all below it, as policies have it; none where all are meant."""
    return [path, f"{path}/*"] if path else []


def connections(workload: str, patience: Patience) -> dict[str, Any]:
    """How others keep connections to a workload, and which of its replicas they leave out."""
    return {
        "host": service(workload),
        "trafficPolicy": {
            "tls": {"mode": "ISTIO_MUTUAL"},
            "connectionPool": {
                # A name that is known and an address that is near: what takes longer is not there.
                "tcp": {"connectTimeout": "1s"},
                "http": {"idleTimeout": "300s", "maxRetries": 10},
            },
            "outlierDetection": {
                "consecutive5xxErrors": 5,
                "interval": "10s",
                "baseEjectionTime": "30s",
                "maxEjectionPercent": patience.ejected,
            },
        },
    }


def sidecar(*, calls: Sequence[str], outside: bool) -> dict[str, Any]:
    """What a namespace's proxies know of: its own, those whom it calls, and what all need.

    Args:
        calls: Whom it calls; each has a namespace of its name.
        outside: Whether it connects to hosts outside.
    """
    return {
        "egress": [
            {
                "hosts": [
                    "./*",
                    "istio-system/*",
                    f"{TRACES.namespace}/{SERVICE}",
                    *(f"{each}/{service(each)}" for each in sorted(calls)),
                    *([f"{WAY_OUT_NAMESPACE}/{_OUT}"] if outside else []),
                ]
            }
        ],
        "outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"},
    }


def gateway(
    host: str, *, certificate: str, authorities: str = "", namespace: str = "*"
) -> dict[str, Any]:
    """Where the gateway answers for a host.

    Args:
        host: The name that is asked for.
        certificate: Name of the secret that has its certificate.
        authorities: Name of the secret that has those who certify whoever asks; empty where nobody
            needs a certificate.
        namespace: Whose routes it may have; ``*`` for anybody's.
    """
    tls: dict[str, Any] = {
        "mode": "MUTUAL" if authorities else "SIMPLE",
        "credentialName": certificate,
        "minProtocolVersion": "TLSV1_2",
    }
    if authorities:
        tls["caCertCredentialName"] = authorities
    return {
        "selector": {"istio": WAY_IN},
        "servers": [
            {
                "hosts": [f"{namespace}/{host}"],
                "port": {"number": TLS, "name": "https", "protocol": "HTTPS"},
                "tls": tls,
            }
        ],
    }


def limiting() -> dict[str, Any]:
    """Lets the gateway limit how often a route is asked for; it limits none by itself."""
    return _patches(
        {
            "applyTo": "HTTP_FILTER",
            "match": {
                "context": "GATEWAY",
                "listener": {
                    "filterChain": {
                        "filter": {"name": "envoy.filters.network.http_connection_manager"}
                    }
                },
            },
            "patch": {
                "operation": "INSERT_BEFORE",
                "value": {
                    "name": _LIMIT,
                    "typed_config": _typed({"stat_prefix": "http_local_rate_limiter"}),
                },
            },
        }
    )


def limit(*, host: str, route: str, per_second: int) -> dict[str, Any]:
    """How often a route may be asked for, at each replica of the gateway: 429 beyond."""
    all_of_it = {"numerator": 100, "denominator": "HUNDRED"}
    bucket = {"max_tokens": per_second, "tokens_per_fill": per_second, "fill_interval": "1s"}
    config = _typed(
        {
            "stat_prefix": f"limit_{route.replace('-', '_')}",
            "token_bucket": bucket,
            "filter_enabled": {"default_value": all_of_it},
            "filter_enforced": {"default_value": all_of_it},
        }
    )
    return _patches(
        {
            "applyTo": "HTTP_ROUTE",
            "match": {
                "context": "GATEWAY",
                "routeConfiguration": {
                    "vhost": {"name": f"{host}:{TLS}", "route": {"name": route}}
                },
            },
            "patch": {"operation": "MERGE", "value": {"typed_per_filter_config": {_LIMIT: config}}},
        }
    )


def outlet(
    hosts: Sequence[str], *, port: int, protocol: str, networks: Sequence[str]
) -> dict[str, Any]:
    """Something outside the mesh that all may know of; who reaches it is the network's to say.

    Args:
        hosts: Its names.
        port: Where it answers.
        protocol: What is spoken there: by TLS it is known by its name, by TCP by its address.
        networks: Where it is.
    """
    return {
        "hosts": [*hosts],
        **({"addresses": [*networks]} if networks else {}),
        "location": "MESH_EXTERNAL",
        "ports": [{"number": port, "name": protocol.lower(), "protocol": protocol}],
        # To the very address that the workload has found.
        "resolution": "NONE",
        "exportTo": ["*"],
    }


def foreign(host: str) -> dict[str, Any]:
    """A host outside the bank, known in one namespace."""
    return {
        "hosts": [host],
        "location": "MESH_EXTERNAL",
        "ports": [{"number": TLS, "name": "tls", "protocol": "TLS"}],
        "resolution": "DYNAMIC_DNS" if host.startswith("*.") else "DNS",
        "exportTo": ["."],
    }


def way_out(host: str) -> dict[str, Any]:
    """From a workload's proxy to the gateway; what was encrypted for the host stays so."""
    return _by_name(host, "mesh", _OUT, exported=".")


def passage(host: str) -> dict[str, Any]:
    """Where the gateway takes connections for a host outside, without opening them."""
    return {
        "selector": {"istio": WAY_OUT},
        "servers": [
            {
                "hosts": [f"./{host}"],
                "port": {"number": TLS, "name": "tls", "protocol": "TLS"},
                "tls": {"mode": "PASSTHROUGH"},
            }
        ],
    }


def leaving(host: str, *, by: str) -> dict[str, Any]:
    """From the gateway to the host.

    Args:
        host: The host.
        by: Name of the gateway's declaration.
    """
    return _by_name(host, by, host, exported=".")


def label(host: str) -> str:
    """A host as a part of names: ``any-swift-com`` of ``*.swift.com``."""
    return host.replace("*", "any").replace(".", "-")


def _by_name(host: str, gateway: str, to: str, *, exported: str) -> dict[str, Any]:
    return {
        "hosts": [host],
        "gateways": [gateway],
        "exportTo": [exported],
        "tls": [
            {
                "match": [{"port": TLS, "sniHosts": [host]}],
                "route": [{"destination": {"host": to, "port": {"number": TLS}}}],
            }
        ],
    }


def _route(workload: str, port: int, patience: Patience) -> dict[str, Any]:
    return {
        "route": [{"destination": {"host": service(workload), "port": {"number": port}}}],
        "timeout": patience.all,
        "retries": {
            "attempts": patience.retries,
            "perTryTimeout": patience.each,
            # Only what nobody has begun to do: a payment is not made twice.
            "retryOn": "connect-failure,refused-stream",
        },
    }


def _patches(*patches: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "workloadSelector": {"labels": {"istio": WAY_IN}},
        "configPatches": [dict(patch) for patch in patches],
    }


def _typed(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "type.googleapis.com/udpa.type.v1.TypedStruct",
        "type_url": (
            "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit"
        ),
        "value": dict(value),
    }


def _milliseconds(time: timedelta) -> str:
    return f"{time // timedelta(milliseconds=1)}ms"

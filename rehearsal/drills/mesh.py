"""Who may call whom, reasoned from the policies that are deployed, for every pair and both ports.

No proxy runs in a rehearsal: what is read from the API server is judged by what Istio documents of
it. That the proxies do so is Istio's own to prove.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import kubernetes

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._mesh_reasoning import Request, Workload, let_in, mode

_kubernetes: Any = kubernetes
"""A client without types of its own."""

_KINDS = {
    "authentications": ("security.istio.io", "peerauthentications"),
    "authorizations": ("security.istio.io", "authorizationpolicies"),
    "gateways": ("networking.istio.io", "gateways"),
    "routes": ("networking.istio.io", "virtualservices"),
}
Deployed = Mapping[str, Sequence[Mapping[str, Any]]]
_ELSEWHERE = "nowhere"
_NOBODYS: Mapping[str, Any] = {
    "namespace": _ELSEWHERE,
    "serviceAccount": "default",
    "labels": {},
    "ports": [],
    "callers": [],
    "outsiders": [],
}
"""A workload of a namespace that no policy names: it is a stranger to all, and closed to all."""


def deployed(kubeconfig: str) -> Deployed:
    """The mesh's policies and routes, as the API server has them."""
    client = _kubernetes.config.new_client_from_config(kubeconfig)
    custom = _kubernetes.client.CustomObjectsApi(client)
    return {
        label: custom.list_cluster_custom_object(group, "v1", plural)["items"]
        for label, (group, plural) in _KINDS.items()
    }


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    there = deployed(addresses["kubernetes"]["kubeconfig"])
    return [*reasoned(outputs["mesh"], there), *_doors(outputs["mesh"], there)]


def reasoned(told: Mapping[str, Any], there: Deployed) -> Iterator[Attempt]:
    """Each pair of a caller and a workload, at each port that any workload has.

    Args:
        told: What the stack says should hold.
        there: What is deployed.
    """
    domains: Mapping[str, Any] = {**told["domains"], _ELSEWHERE: _NOBODYS}
    # Exports are JSON, where a number may be a float.
    ports = sorted({int(port) for domain in domains.values() for port in domain["ports"]})
    gateway = told["gateway"]["serviceAccount"]
    principals = {
        **{name: _principal(told, domain) for name, domain in domains.items()},
        gateway: _principal(told, told["gateway"]),
    }
    for actor, principal in principals.items():
        for target, domain in domains.items():
            let = domain["outsiders"] if actor == gateway else domain["ports"]
            called = actor == gateway or actor in domain["callers"]
            for port in ports:
                yield Attempt(
                    actor=actor,
                    target=target,
                    expected=called and port in let,
                    granted=_let_in(told, there, domain, Request(principal=principal, port=port)),
                    what=f"at {port}",
                )
    for target, domain in domains.items():
        for port in ports:
            bare = Request(principal=principals[gateway], port=port, bare=True)
            yield Attempt(
                actor=f"{gateway}, with no proof",
                target=target,
                expected=False,
                granted=_let_in(told, there, domain, bare),
                what=f"at {port}",
            )
            # Refused before any policy is asked.
            how = mode(_workload(domain), port, there["authentications"], told["root"])
            yield Attempt(
                actor="without a certificate",
                target=target,
                expected=False,
                granted=how != "STRICT",
                what=f"at {port}",
            )


def _let_in(
    told: Mapping[str, Any], there: Deployed, domain: Mapping[str, Any], request: Request
) -> bool:
    return let_in(
        request,
        _workload(domain),
        authentications=there["authentications"],
        authorizations=there["authorizations"],
        root=told["root"],
    )


def _workload(domain: Mapping[str, Any]) -> Workload:
    return Workload(namespace=domain["namespace"], labels=domain["labels"])


def _doors(told: Mapping[str, Any], there: Deployed) -> Iterator[Attempt]:
    """Under which host and path each workload is asked from outside, and with what."""
    doors = {
        f"{each['metadata']['namespace']}/{each['metadata']['name']}": each["spec"]
        for each in there["gateways"]
    }
    for name, domain in told["domains"].items():
        service = f"{name}.{domain['namespace']}.svc.cluster.local"
        declared = {(door["host"], door["path"]) for door in domain["doors"]}
        found: dict[tuple[str, str], bool] = {}
        for route in there["routes"]:
            for gateway in route["spec"].get("gateways", []):
                if gateway == "mesh":
                    continue
                for host, path in _leading_to(service, route["spec"]):
                    found[host, path] = _certified(host, doors.get(gateway, {}))
        certified = {(door["host"], door["path"]): door["certified"] for door in domain["doors"]}
        for host, path in sorted({*declared, *found}):
            door = (host, path)
            actor, what = f"outside, {host}{path}", "asks"
            yield Attempt(
                actor=actor,
                target=name,
                expected=door in declared,
                granted=door in found,
                what=what,
            )
            yield Attempt(
                actor=actor,
                target=name,
                expected=door in declared and not certified[door],
                granted=door in found and not found[door],
                what="asks without a certificate",
            )


def _leading_to(service: str, route: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for each in route.get("http", []):
        if not any(to["destination"]["host"] == service for to in each.get("route", [])):
            continue
        uris = [match.get("uri", {}) for match in each.get("match", [{}])]
        for host in route["hosts"]:
            # A whole folder is told by its own name.
            yield from {(host, str(next(iter(uri.values()), "")).removesuffix("/")) for uri in uris}


def _certified(host: str, gateway: Mapping[str, Any]) -> bool:
    """Whether each server of a gateway that answers for a host wants a certificate."""
    servers = [
        server
        for server in gateway.get("servers", [])
        if any(each.partition("/")[2] == host for each in server["hosts"])
    ]
    return all(server.get("tls", {}).get("mode") == "MUTUAL" for server in servers)


def _principal(told: Mapping[str, Any], whose: Mapping[str, str]) -> str:
    return f"{told['trustDomain']}/ns/{whose['namespace']}/sa/{whose['serviceAccount']}"


MESH = Drill(
    name="mesh",
    claim="by the policies that are deployed (no proxy runs here) each service is called by those"
    " who are declared, and by nobody else",
    needs="mesh",
    attempts=_attempts,
)

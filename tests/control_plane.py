"""A control plane that runs alone, clients of it, and objects to try it with."""

import io
import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import kubernetes
import psutil
from kubernetes.client.exceptions import ApiException
from rich.console import Console

from rehearsal import servers
from rehearsal.servers.control_plane.access_entries import Entry, write_entry
from rehearsal.servers.control_plane.authenticator import token
from rehearsal.servers.kubernetes import Kubernetes
from rehearsal.toolchain import KUBERNETES, KWOK, ensure
from tests import waiting

_kubernetes: Any = kubernetes
"""A client without types of its own."""

ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
TAINT = {"key": "bank.internal/tier", "value": "critical", "effect": "NoSchedule"}
TOLERATION = {**TAINT, "operator": "Equal"}


@dataclass(frozen=True)
class Plane:
    """A control plane in a folder of its own."""

    folder: Path

    def start(self) -> dict[str, str]:
        tools = ensure(KUBERNETES, KWOK, console=quiet())
        server = Kubernetes(programs=tools[KUBERNETES.name], kwok=tools[KWOK.name])
        return servers.start(self.folder, [server], console=quiet())["kubernetes"]

    @property
    def addresses(self) -> dict[str, str]:
        return servers.addresses(self.folder)["kubernetes"]

    @property
    def status(self) -> servers.Status:
        (status,) = servers.status(self.folder, ["kubernetes"])
        return status

    @property
    def processes(self) -> list[psutil.Process]:
        """The one that keeps the others, and these."""
        (first,) = (p for p in psutil.process_iter() if p.pid == self.status.pid)
        return [first, *first.children()]

    def administrator(self) -> Any:
        return _kubernetes.config.new_client_from_config(self.addresses["kubeconfig"])

    def holder(self, principal: str) -> Any:
        """A client of somebody who holds an IAM role: it shows a new token each time."""
        return self.client(lambda: token(principal))

    def client(self, shown: Callable[[], str] | None) -> Any:
        """A client that shows what is told as its token at each request, or none."""
        known = json.loads(Path(self.addresses["kubeconfig"]).read_bytes())
        configuration = _kubernetes.client.Configuration()
        configuration.host = self.addresses["endpoint"]
        configuration.ssl_ca_cert = known["clusters"][0]["cluster"]["certificate-authority"]
        if shown:

            def show(its: Any) -> None:
                its.api_key["authorization"] = f"Bearer {shown()}"

            show(configuration)
            configuration.refresh_api_key_hook = show
        return _kubernetes.client.ApiClient(configuration)

    def enter(self, principal: str, entry: Entry | None) -> None:
        write_entry(Path(self.addresses["entries"]), principal, entry)


def started(folder: Path) -> Generator[Plane]:
    plane = Plane(folder)
    try:
        plane.start()
        yield plane
    finally:
        servers.stop(folder)
        marked = (p for p in psutil.process_iter() if str(folder) in mark(p))
        assert list(marked) == []


def quiet() -> Console:
    return Console(file=io.StringIO(), width=80)


def mark(process: psutil.Process) -> str:
    try:
        return process.environ().get("COREBANK_REHEARSAL", "")
    except (psutil.Error, OSError):
        return ""


def wait_until(true: Callable[[], bool]) -> None:
    """What a control plane does takes its time."""
    waiting.wait_until(true, within=60)


def status_of(call: Any, *arguments: Any) -> int:
    """The HTTP status with which a request ends."""
    try:
        _, status, _ = getattr(call.__self__, f"{call.__name__}_with_http_info")(*arguments)
    except ApiException as refusal:
        return cast("Any", refusal).status
    return status


def ready(core: Any) -> list[str]:
    return [
        node.metadata.name
        for node in core.list_node().items
        for condition in node.status.conditions or ()
        if (condition.type, condition.status) == ("Ready", "True")
    ]


def pods(core: Any, app: str) -> list[Any]:
    return core.list_namespaced_pod("payments", label_selector=f"app={app}").items


def available(apps: Any, name: str) -> int:
    return apps.read_namespaced_deployment(name, "payments").status.available_replicas or 0


def why_not(core: Any, name: str) -> str:
    """The scheduler's own reason for not placing a pod."""

    def reasons() -> list[str]:
        found = core.read_namespaced_pod(name, "payments").status.conditions or ()
        return [each.message for each in found if each.reason == "Unschedulable"]

    wait_until(lambda: reasons() != [])
    return reasons()[0]


def bind(rbac: Any, group: str, role: str) -> None:
    kind = {"apiGroup": "rbac.authorization.k8s.io"}
    rbac.create_cluster_role_binding(
        {
            "metadata": {"name": group},
            "roleRef": {**kind, "kind": "ClusterRole", "name": role},
            "subjects": [{**kind, "kind": "Group", "name": group}],
        }
    )


def node(zone: str) -> dict[str, Any]:
    size = {"cpu": "2", "memory": "8Gi", "pods": "110"}
    labels = {"kubernetes.io/hostname": zone, "topology.kubernetes.io/zone": zone}
    return {
        "metadata": {"name": zone, "labels": labels},
        "spec": {"taints": [TAINT]},
        "status": {"allocatable": size, "capacity": size},
    }


def namespace(name: str, enforce: str = "baseline") -> dict[str, Any]:
    labels = {"pod-security.kubernetes.io/enforce": enforce}
    return {"metadata": {"name": name, "labels": labels}}


def pod(
    name: str, cpu: str = "100m", tolerations: Sequence[dict[str, str]] = (TOLERATION,)
) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "securityContext": {
                "runAsNonRoot": True,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [
                {
                    "name": "main",
                    "image": "bank.internal/main:1",
                    "resources": {"requests": {"cpu": cpu, "memory": "64Mi"}},
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                    },
                }
            ],
            "tolerations": list(tolerations),
        },
    }


def deployment(name: str, replicas: int, cpu: str = "500m") -> dict[str, Any]:
    template = pod(name, cpu)
    del template["metadata"]["name"]
    selector = {"matchLabels": {"app": name}}
    template["spec"]["topologySpreadConstraints"] = [
        {
            "labelSelector": selector,
            "maxSkew": 1,
            "topologyKey": "topology.kubernetes.io/zone",
            "whenUnsatisfiable": "DoNotSchedule",
        }
    ]
    return {
        "metadata": {"name": name},
        "spec": {"replicas": replicas, "selector": selector, "template": template},
    }

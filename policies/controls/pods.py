"""What pods may do on their nodes: the restricted level of Kubernetes' Pod Security Standards.

A container's own security context goes before its pod's.
"""

from collections.abc import Iterator
from typing import Any

from policies.controls._kubernetes import WORKLOADS, containers, pod
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource
from policies.controls._wire import at, listed

VOLUMES = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
_SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    }
)
_SELINUX = frozenset(
    {None, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}
)
_CONFINED = frozenset({"RuntimeDefault", "Localhost"})
_CONTEXT = "securityContext"

RESTRICTED = Control(
    id="K8S-04",
    pack="security",
    title="Pods get nothing of the node that they run on",
    levels="MMM",
    severity="critical",
    supports="PSS restricted, CE 4.2.1, CE 4.2.2, CE 4.2.3, CE 4.2.4, CE 4.2.5, PCI 2.2.1, N CM-7",
    remedy="Give every container the security context of the restricted level, and the pod no"
    " host namespace, host port or host path.",
)


def _contexts(workload: Resource) -> Iterator[tuple[str, Any]]:
    """The pod's own security context, and that of each container."""
    yield f"spec.{_CONTEXT}", pod(workload, "spec", _CONTEXT)
    for path, container in containers(workload):
        yield f"{path}.{_CONTEXT}", at(container, _CONTEXT)


@RESTRICTED.rule("non-root", "no container that may run as root", *WORKLOADS)
def _non_root(workload: Resource) -> Wrong:
    for path, container in containers(workload):
        own = at(container, _CONTEXT, "runAsNonRoot")
        if (pod(workload, "spec", _CONTEXT, "runAsNonRoot") if own is None else own) is not True:
            yield f"{path}.{_CONTEXT}.runAsNonRoot is not true, nor is the pod's"


@RESTRICTED.rule("user", "no user 0", *WORKLOADS)
def _user(workload: Resource) -> Wrong:
    for path, context in _contexts(workload):
        if at(context, "runAsUser") == 0:
            yield f"{path}.runAsUser is root's"


@RESTRICTED.rule("escalation", "no container that gets more rights than it starts with", *WORKLOADS)
def _escalation(workload: Resource) -> Wrong:
    for path, container in containers(workload):
        if at(container, _CONTEXT, "allowPrivilegeEscalation") is not False:
            yield f"{path}.{_CONTEXT}.allowPrivilegeEscalation is not false"


@RESTRICTED.rule("privileged", "no privileged container", *WORKLOADS)
def _privileged(workload: Resource) -> Wrong:
    for path, container in containers(workload):
        if at(container, _CONTEXT, "privileged"):
            yield f"{path}.{_CONTEXT}.privileged is not false"


@RESTRICTED.rule("dropped", "no capability kept", *WORKLOADS)
def _dropped(workload: Resource) -> Wrong:
    for path, container in containers(workload):
        if "ALL" not in listed(container, _CONTEXT, "capabilities", "drop"):
            yield f"{path}.{_CONTEXT}.capabilities.drop has no ALL"


@RESTRICTED.rule("added", "no capability added but that of low ports", *WORKLOADS)
def _added(workload: Resource) -> Wrong:
    for path, container in containers(workload):
        if {*listed(container, _CONTEXT, "capabilities", "add")} - {"NET_BIND_SERVICE"}:
            yield f"{path}.{_CONTEXT}.capabilities.add has others than NET_BIND_SERVICE"


@RESTRICTED.rule("seccomp", "a profile of system calls for each container", *WORKLOADS)
def _seccomp(workload: Resource) -> Wrong:
    for path, container in containers(workload):
        own = at(container, _CONTEXT, "seccompProfile", "type")
        if (own or pod(workload, "spec", _CONTEXT, "seccompProfile", "type")) not in _CONFINED:
            yield f"{path} has no seccompProfile of RuntimeDefault or Localhost, nor has the pod"


@RESTRICTED.rule("host-namespaces", "no namespace of the host", *WORKLOADS)
def _host_namespaces(workload: Resource) -> Wrong:
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if pod(workload, "spec", key):
            yield f"the pods' {key} is not false"


@RESTRICTED.rule("host-ports", "no port of the host", *WORKLOADS)
def _host_ports(workload: Resource) -> Wrong:
    for path, container in containers(workload):
        for place, port in enumerate(listed(container, "ports")):
            if at(port, "hostPort"):
                yield f"{path}.ports.{place}.hostPort is set"


@RESTRICTED.rule("volumes", "no volume of the host, and none of another unlisted kind", *WORKLOADS)
def _volumes(workload: Resource) -> Wrong:
    for place, volume in enumerate(listed(pod(workload, "spec"), "volumes")):
        if {*volume} - VOLUMES - {"name"}:
            yield f"volumes.{place} is of none of the kinds {', '.join(sorted(VOLUMES))}"


@RESTRICTED.rule("kernel", "nothing of the kernel's protection taken away", *WORKLOADS)
def _kernel(workload: Resource) -> Wrong:
    for path, context in _contexts(workload):
        if at(context, "procMount") not in (None, "Default"):
            yield f"{path}.procMount is not Default"
        if {each["name"] for each in listed(context, "sysctls")} - _SYSCTLS:
            yield f"{path}.sysctls has others than the safe ones"
        if at(context, "windowsOptions", "hostProcess"):
            yield f"{path}.windowsOptions.hostProcess is not false"


@RESTRICTED.rule("modules", "no profile of AppArmor or SELinux that lets more through", *WORKLOADS)
def _modules(workload: Resource) -> Wrong:
    for path, context in _contexts(workload):
        if at(context, "appArmorProfile", "type") not in (None, *_CONFINED):
            yield f"{path}.appArmorProfile is neither RuntimeDefault nor Localhost"
        if at(context, "seLinuxOptions", "type") not in _SELINUX:
            yield f"{path}.seLinuxOptions.type is none of a container's"
        if at(context, "seLinuxOptions", "user") or at(context, "seLinuxOptions", "role"):
            yield f"{path}.seLinuxOptions has a user or a role"


CONTROLS = (RESTRICTED,)

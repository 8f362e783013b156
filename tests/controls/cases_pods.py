"""What pods may do on their nodes: K8S-04."""

from typing import Any

from policies.controls._kubernetes import CRON_JOB, DEPLOYMENT, POD
from tests.controls.cases import UNKNOWN, Cases, Change, Given, change, thing

_DAEMONS = "kubernetes:apps/v1:DaemonSet"


def _spec(**spec: Any) -> Given:
    return thing(DEPLOYMENT, spec={"template": {"spec": spec}})


def _one(container: dict[str, Any] | None = None, /, **context: object) -> Given:
    """A Deployment whose only container has this security context."""
    return _spec(containers=[{"securityContext": context, **(container or {})}])


def _under(of_pod: object, **context: object) -> Given:
    return _spec(securityContext=of_pod, containers=[{"securityContext": context}])


def _beside(kind: str, good: Any, bad: Any) -> Given:
    """A good container, and a bad one of another kind."""
    return _spec(**{"containers": [{"securityContext": good}], kind: [{"securityContext": bad}]})


def _cron(spec: Any) -> Given:
    return thing(CRON_JOB, spec={"jobTemplate": {"spec": {"template": {"spec": spec}}}})


_LATER = _spec(containers=UNKNOWN)

CASES = {
    "k8s-04-non-root": Cases(
        fails=[
            _one(),
            _spec(containers=[{}]),
            _under({"runAsNonRoot": True}, runAsNonRoot=False),
            _beside("initContainers", {"runAsNonRoot": True}, {}),
            _beside("ephemeralContainers", {"runAsNonRoot": True}, {}),
            thing(POD, spec={"containers": [{}]}),
            _cron({"containers": [{}]}),
            thing(f"{DEPLOYMENT}Patch", spec={"template": {"spec": {"containers": [{}]}}}),
        ],
        passes=[
            _one(runAsNonRoot=True),
            _under({"runAsNonRoot": True}),
            thing(POD, spec={"containers": [{"securityContext": {"runAsNonRoot": True}}]}),
            _cron({"securityContext": {"runAsNonRoot": True}, "containers": [{}]}),
        ],
        unknown=[_LATER, _one(runAsNonRoot=UNKNOWN), _under(UNKNOWN)],
    ),
    "k8s-04-user": Cases(
        fails=[_one(runAsUser=0.0), _under({"runAsUser": 0.0}, runAsUser=1000.0)],
        passes=[_one(), _one(runAsUser=1000.0), _under({"runAsUser": 65534.0})],
        unknown=[_LATER, _one(runAsUser=UNKNOWN)],
    ),
    "k8s-04-escalation": Cases(
        fails=[
            _one(),
            _one(allowPrivilegeEscalation=True),
            _beside("initContainers", {"allowPrivilegeEscalation": False}, {}),
        ],
        passes=[
            _one(allowPrivilegeEscalation=False),
            _cron({"containers": [{"securityContext": {"allowPrivilegeEscalation": False}}]}),
        ],
        unknown=[_LATER, _one(allowPrivilegeEscalation=UNKNOWN)],
    ),
    "k8s-04-privileged": Cases(
        fails=[_one(privileged=True), _beside("ephemeralContainers", {}, {"privileged": True})],
        passes=[_one(), _one(privileged=False)],
        unknown=[_LATER, _one(privileged=UNKNOWN)],
    ),
    "k8s-04-dropped": Cases(
        fails=[_one(), _one(capabilities={"drop": ["NET_RAW"]}), _one(capabilities={"drop": []})],
        passes=[
            _one(capabilities={"drop": ["ALL"]}),
            _one(capabilities={"drop": ["NET_RAW", "ALL"]}),
        ],
        unknown=[_LATER, _one(capabilities=UNKNOWN)],
    ),
    "k8s-04-added": Cases(
        fails=[
            _one(capabilities={"add": ["SYS_ADMIN"]}),
            _one(capabilities={"drop": ["ALL"], "add": ["NET_BIND_SERVICE", "NET_ADMIN"]}),
        ],
        passes=[_one(), _one(capabilities={"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]})],
        unknown=[_LATER, _one(capabilities={"add": UNKNOWN})],
    ),
    "k8s-04-seccomp": Cases(
        fails=[
            _one(),
            _one(seccompProfile={"type": "Unconfined"}),
            _under({"seccompProfile": {"type": "RuntimeDefault"}}, seccompProfile={"type": "x"}),
            _under({"seccompProfile": {}}),
        ],
        passes=[
            _one(seccompProfile={"type": "Localhost", "localhostProfile": "a.json"}),
            _under({"seccompProfile": {"type": "RuntimeDefault"}}),
        ],
        unknown=[_LATER, _one(seccompProfile=UNKNOWN)],
    ),
    "k8s-04-host-namespaces": Cases(
        fails=[
            _spec(hostNetwork=True),
            _spec(hostPID=True),
            thing(POD, spec={"hostIPC": True}),
            thing(_DAEMONS, spec={"template": {"spec": {"hostNetwork": True}}}),
        ],
        passes=[_spec(), _spec(hostNetwork=False, hostPID=False, hostIPC=False)],
        unknown=[_spec(hostNetwork=UNKNOWN), thing(POD, spec=UNKNOWN)],
    ),
    "k8s-04-host-ports": Cases(
        fails=[
            _one({"ports": [{"containerPort": 80.0, "hostPort": 80.0}]}),
            _one({"ports": [{"containerPort": 80.0}, {"hostPort": 81.0}]}),
        ],
        passes=[_one(), _one({"ports": [{"containerPort": 80.0, "hostPort": 0.0}]})],
        unknown=[_LATER, _one({"ports": UNKNOWN})],
    ),
    "k8s-04-volumes": Cases(
        fails=[
            _spec(volumes=[{"name": "a", "hostPath": {"path": "/"}}]),
            _spec(volumes=[{"name": "a", "emptyDir": {}}, {"name": "b", "nfs": {}}]),
            _cron({"volumes": [{"name": "a", "hostPath": UNKNOWN}]}),
        ],
        passes=[
            _spec(),
            _spec(volumes=[{"name": "a", "emptyDir": {}}, {"name": "b", "projected": UNKNOWN}]),
        ],
        unknown=[_spec(volumes=UNKNOWN)],
    ),
    "k8s-04-kernel": Cases(
        fails=[
            _one(procMount="Unmasked"),
            _under({"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}),
            _under({"windowsOptions": {"hostProcess": True}}),
        ],
        passes=[
            _one(procMount="Default"),
            _under({"sysctls": [{"name": "net.ipv4.tcp_syncookies", "value": "1"}]}),
        ],
        unknown=[_LATER, _under({"sysctls": UNKNOWN})],
    ),
    "k8s-04-modules": Cases(
        fails=[
            _one(appArmorProfile={"type": "Unconfined"}),
            _one(seLinuxOptions={"type": "spc_t"}),
            _under({"seLinuxOptions": {"user": "system_u"}}),
        ],
        passes=[
            _one(),
            _one(appArmorProfile={"type": "RuntimeDefault"}),
            _under({"seLinuxOptions": {"type": "container_t", "level": "s0"}}),
        ],
        unknown=[_LATER, _one(appArmorProfile=UNKNOWN)],
    ),
}

LOOSENED: dict[str, Change] = {
    "K8S-04": change(
        DEPLOYMENT, "spec.template.spec.initContainers.0.securityContext.runAsUser", 0.0
    ),
}

"""How workloads are made and kept running: K8S-07, K8S-08 and K8S-09."""

from typing import Any

from policies.controls import Resource
from policies.controls._kubernetes import (
    AUTOSCALER,
    BUDGET,
    CRON_JOB,
    DEPLOYMENT,
    NAMESPACE,
    POD,
    STATEFUL_SET,
)
from policies.controls.workloads import HOST, SITE, ZONE
from tests.controls.cases import UNKNOWN, Cases, Change, Given, change, thing, without

_JOB = "kubernetes:batch/v1:Job"
_IMAGE = f"registry.corp.bank.internal/cards@sha256:{'0a' * 32}"
_PROBE = {"httpGet": {"path": "/live", "port": "health"}}
_SHARES = {"cpu": "1", "memory": "1Gi"}
_LABELS = {"app": "cards"}


def _spec(kind: str = DEPLOYMENT, **spec: Any) -> Given:
    return thing(kind, spec={"template": {"spec": spec}})


def _one(**container: object) -> Given:
    return _spec(containers=[container])


def _first(**container: object) -> Given:
    return _spec(initContainers=[container])


def _cards(kind: str = DEPLOYMENT, environment: str = "production", **spec: object) -> Resource:
    return thing(
        kind,
        environment=environment,
        metadata={"namespace": "cards", "name": "cards"},
        spec={"template": {"metadata": {"labels": _LABELS}}, **spec},
    )


def _budget(selector: object, namespace: str = "cards") -> Resource:
    return thing(BUDGET, metadata={"namespace": namespace}, spec={"selector": selector})


def _scaler(least: object, name: object = "cards", kind: str = "Deployment") -> Resource:
    return thing(
        AUTOSCALER,
        metadata={"namespace": "cards"},
        spec={"scaleTargetRef": {"kind": kind, "name": name}, "minReplicas": least},
    )


def _later() -> list[Resource]:
    """Whose namespace is not known yet, and is the same."""
    namespace = thing(NAMESPACE)
    place = {"namespace": UNKNOWN}
    return [
        thing(
            DEPLOYMENT,
            refers={"metadata": namespace},
            metadata=place,
            spec={"template": {"metadata": {"labels": _LABELS}}},
        ),
        thing(
            BUDGET,
            refers={"metadata": namespace},
            metadata=place,
            spec={"selector": {"matchLabels": _LABELS}},
        ),
    ]


def _expression(operator: str, *values: str) -> dict[str, Any]:
    return {"matchExpressions": [{"key": "app", "operator": operator, "values": [*values]}]}


def _spread(over: str, otherwise: object = "DoNotSchedule") -> Any:
    return [{"topologyKey": over, "whenUnsatisfiable": otherwise}]


def _apart(over: str) -> dict[str, Any]:
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    return {"podAntiAffinity": {required: [{"topologyKey": over}]}}


_LATER = _spec(containers=UNKNOWN)

CASES = {
    "k8s-07-requests": Cases(
        fails=[
            _one(),
            _one(resources={"requests": {"cpu": "1"}}),
            _first(resources={"requests": {"memory": "1Gi"}}),
        ],
        passes=[
            _one(resources={"requests": _SHARES}),
            _one(resources={"limits": _SHARES}),
            _spec(ephemeralContainers=[{}]),
        ],
        unknown=[_LATER, _one(resources=UNKNOWN)],
    ),
    "k8s-07-limits": Cases(
        fails=[_one(), _one(resources={"requests": _SHARES, "limits": {"cpu": "1"}})],
        passes=[
            _one(resources={"limits": {"memory": "1Gi"}}),
            _first(resources={"limits": _SHARES}),
        ],
        unknown=[_LATER, _one(resources={"limits": UNKNOWN})],
    ),
    "k8s-07-read-only": Cases(
        fails=[
            _one(),
            _one(securityContext={"readOnlyRootFilesystem": False}),
            _first(securityContext={}),
            _spec(ephemeralContainers=[{}]),
        ],
        passes=[
            _one(securityContext={"readOnlyRootFilesystem": True}),
            _first(securityContext={"readOnlyRootFilesystem": True}),
        ],
        unknown=[_LATER, _one(securityContext=UNKNOWN)],
    ),
    "k8s-07-probes": Cases(
        fails=[
            _one(),
            _one(livenessProbe=_PROBE),
            _one(readinessProbe=_PROBE),
            thing(POD, spec={"containers": [{}]}),
            _spec(STATEFUL_SET, containers=[{}]),
        ],
        passes=[
            _one(livenessProbe=_PROBE, readinessProbe=_PROBE),
            _first(image=_IMAGE),
            thing(POD, spec={"restartPolicy": "Never", "containers": [{}]}),
        ],
        unknown=[_LATER, _one(livenessProbe=UNKNOWN)],
    ),
    "k8s-08-budget": Cases(
        fails=[
            [_cards()],
            [_cards(), _budget({"matchLabels": _LABELS}, "payments")],
            [_cards(), _budget({"matchLabels": {"app": "payments"}})],
            [_cards(), _budget({"matchLabels": _LABELS | {"track": "new"}})],
            [_cards(STATEFUL_SET), _budget(_expression("NotIn", "cards"))],
            [_cards(), _budget(None)],
        ],
        passes=[
            [_cards(), _budget({"matchLabels": _LABELS})],
            [_cards(), _budget({})],
            [_cards(STATEFUL_SET), _budget(_expression("In", "cards", "payments"))],
            [_cards(), _budget(_expression("Exists"))],
            _later(),
        ],
        unknown=[
            [_cards(), _budget(UNKNOWN)],
            [_cards(), thing(BUDGET, metadata={"namespace": UNKNOWN})],
        ],
    ),
    "k8s-08-replicas": Cases(
        fails=[
            [_cards()],
            [_cards(replicas=2.0)],
            [_cards(replicas=0.0)],
            [_cards(environment="staging", replicas=1.0)],
            [_cards(replicas=3.0), _scaler(2.0)],
            [_cards(replicas=3.0), _scaler(None)],
            [_cards(STATEFUL_SET), _scaler(3.0)],
            [_cards(), _scaler(3.0, "payments")],
        ],
        passes=[
            [_cards(replicas=3.0)],
            [_cards(environment="staging", replicas=2.0)],
            [_cards(), _scaler(3.0)],
            [_cards(STATEFUL_SET, replicas=1.0), _scaler(3.0, kind="StatefulSet")],
        ],
        unknown=[[_cards(replicas=UNKNOWN)], [_cards(), _scaler(UNKNOWN)]],
    ),
    "k8s-08-zones": Cases(
        fails=[
            _spec(),
            _spec(topologySpreadConstraints=_spread(HOST)),
            _spec(topologySpreadConstraints=_spread(ZONE, "ScheduleAnyway")),
            _spec(affinity=_apart(HOST)),
            _spec(nodeSelector={SITE: "dublin"}, topologySpreadConstraints=_spread(ZONE)),
        ],
        passes=[
            _spec(topologySpreadConstraints=[*_spread(HOST), *_spread(ZONE)]),
            _spec(topologySpreadConstraints=_spread(ZONE, None)),
            _spec(STATEFUL_SET, affinity=_apart(ZONE)),
            _spec(nodeSelector={SITE: "dublin"}, topologySpreadConstraints=_spread(HOST)),
        ],
        unknown=[
            _spec(topologySpreadConstraints=UNKNOWN),
            _spec(topologySpreadConstraints=_spread(UNKNOWN)),
        ],
    ),
    "k8s-09-digest": Cases(
        fails=[
            _one(),
            _one(image="registry.corp.bank.internal/cards"),
            _one(image="registry.corp.bank.internal/cards:1.2"),
            _one(image="registry.corp.bank.internal/cards@sha256:abc"),
            _first(image="cards:latest"),
            thing(f"{POD}Patch", spec={"ephemeralContainers": [{"image": "busybox"}]}),
        ],
        passes=[_one(image=_IMAGE), _one(image=_IMAGE.replace("@", ":1.2@")), _spec(_JOB)],
        unknown=[_LATER, _one(image=UNKNOWN)],
    ),
    "k8s-09-registry": Cases(
        fails=[
            _one(image="nginx"),
            _one(image="docker.io/library/nginx:1.2"),
            _one(image="registry.corp.bank.internal.evil.example/cards"),
            _spec(_JOB, containers=[{"image": "quay.io/a/b"}]),
        ],
        passes=[_one(image=_IMAGE), _first(image=_IMAGE)],
        unknown=[_LATER, thing(CRON_JOB, spec={"jobTemplate": UNKNOWN})],
    ),
    "k8s-09-latest": Cases(
        fails=[_one(image="nginx:latest"), _one(image=_IMAGE.replace("@", ":latest@"))],
        passes=[_one(image=_IMAGE), _one(image="latest:1.2")],
        unknown=[_one(image=UNKNOWN)],
    ),
}

LOOSENED: dict[str, Change] = {
    "K8S-07": change(
        DEPLOYMENT,
        "spec.template.spec.containers.0.securityContext.readOnlyRootFilesystem",
        value=False,
    ),
    "K8S-08": without(BUDGET, name="accounts-workload-disruption"),
    "K8S-09": change(
        DEPLOYMENT,
        "spec.template.spec.containers.0.image",
        "registry.corp.bank.internal/accounts:2",
    ),
}

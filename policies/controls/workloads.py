"""How workloads are made and kept running: their shares, their images, their copies."""

import re
from collections.abc import Iterator
from typing import Any

from policies.controls._kubernetes import (
    AUTOSCALER,
    BUDGET,
    DEPLOYMENT,
    POD,
    SERVING,
    STATEFUL_SET,
    WORKLOADS,
    containers,
    patched,
    pod,
    selects,
    together,
)
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import at, listed

REGISTRIES = ("registry.corp.bank.internal",)
"""What lies there the bank has looked at, and nobody outside can put another in its place."""

SITE = "bank.internal/site"
"""The label of nodes in the data centre, which is one zone: workloads that ask for it are spread
over its machines instead."""
ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
_COPIES = {"production": 3}
"""One in each zone; elsewhere two, so that one stays while a node is drained."""
_COPIED = (DEPLOYMENT, STATEFUL_SET)
_DIGEST = re.compile(r"[^@]+@sha256:[0-9a-f]{64}")

SHARES = Control(
    id="K8S-07",
    pack="security",
    title="Containers have their share, write nowhere by the way, and tell how they are",
    levels="AAM",
    severity="medium",
    supports="N SC-5, N SI-16, R 9",
    remedy="Set resources, readOnlyRootFilesystem, livenessProbe and readinessProbe of each"
    " container.",
)
COPIES = Control(
    id="K8S-08",
    pack="security",
    title="A workload outlives the loss of a node and of a zone",
    levels="-AM",
    severity="medium",
    supports="N CP-10, D 11(2), R 24",
    remedy="Add a PodDisruptionBudget, at least three replicas in production and two elsewhere,"
    " and a topologySpreadConstraint over zones.",
)
IMAGES = Control(
    id="K8S-09",
    pack="security",
    title="Images come from the bank's registry, by digest",
    levels="AMM",
    severity="high",
    supports="CE 5.1.4, PCI 6.3.2, N SI-7, N SR-4, D 28",
    remedy="Name the image as registry/name@sha256:<64 hexadecimal digits>.",
)


def _lasting(workload: Resource) -> Iterator[tuple[str, Any]]:
    """The containers that the kubelet gives resources to; those that come later get none."""
    for path, container in containers(workload):
        if not path.startswith("ephemeral"):
            yield path, container


@SHARES.rule("requests", "requests of processor and memory", *WORKLOADS)
def _requests(workload: Resource) -> Wrong:
    for path, container in _lasting(workload):
        for what in ("cpu", "memory"):
            # Without a request of its own a container requests its limit.
            if not any(at(container, "resources", kind, what) for kind in ("requests", "limits")):
                yield f"{path}.resources.requests.{what} is missing"


@SHARES.rule("limits", "a limit of memory", *WORKLOADS)
def _limits(workload: Resource) -> Wrong:
    for path, container in _lasting(workload):
        # Who wants more processor waits for it; who wants more memory takes another's.
        if not at(container, "resources", "limits", "memory"):
            yield f"{path}.resources.limits.memory is missing"


@SHARES.rule("read-only", "no writing to the image's own files", *WORKLOADS)
def _read_only(workload: Resource) -> Wrong:
    for path, container in containers(workload):
        if at(container, "securityContext", "readOnlyRootFilesystem") is not True:
            yield f"{path}.securityContext.readOnlyRootFilesystem is not true"


@SHARES.rule("probes", "probes of what has to answer", *SERVING, *patched(POD))
def _probes(workload: Resource) -> Wrong:
    if pod(workload, "spec", "restartPolicy") not in (None, "Always"):
        return
    for place, container in enumerate(listed(pod(workload, "spec"), "containers")):
        for probe in ("livenessProbe", "readinessProbe"):
            if at(container, probe) is None:
                yield f"containers.{place}.{probe} is missing"


@COPIES.rule_in_stack("budget", "a disruption budget for each workload", *_COPIED)
def _budget(workload: Resource, stack: Stack) -> Wrong:
    labels = pod(workload, "metadata", "labels")
    budgets = [each for each in stack.of(BUDGET) if together(each, workload)]
    if not any(selects(each.at("spec", "selector"), labels) for each in budgets):
        yield "no PodDisruptionBudget selects its pods"


@COPIES.rule_in_stack("replicas", "two replicas, three in production", *_COPIED)
def _replicas(workload: Resource, stack: Stack) -> Wrong:
    wanted = _COPIES.get(stack.environment, 2)
    scalers = [each for each in stack.of(AUTOSCALER) if _scales(each, workload)]
    if scalers:
        if any((each.at("spec", "minReplicas") or 1) < wanted for each in scalers):
            yield f"its autoscaler's spec.minReplicas is below {wanted}"
        return
    replicas = workload.at("spec", "replicas")
    if (1 if replicas is None else replicas) < wanted:
        yield f"spec.replicas is below {wanted}, and no autoscaler keeps that many"


def _scales(scaler: Resource, workload: Resource) -> bool:
    if workload.urn in scaler.refers.get("spec", ()):
        return True
    target = scaler.at("spec", "scaleTargetRef")
    kind = workload.type.rpartition(":")[2]
    return (
        at(target, "kind") == kind
        and together(scaler, workload)
        and at(target, "name") == workload.at("metadata", "name")
    )


@COPIES.rule("zones", "copies spread over zones, or over machines of the data centre", *_COPIED)
def _zones(workload: Resource) -> Wrong:
    over = HOST if pod(workload, "spec", "nodeSelector", SITE) else ZONE
    apart = listed(
        pod(workload, "spec", "affinity"),
        "podAntiAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
    )
    spread = [
        each
        for each in listed(pod(workload, "spec"), "topologySpreadConstraints")
        # This is what Kubernetes does if it is not told.
        if at(each, "whenUnsatisfiable") in (None, "DoNotSchedule")
    ]
    if not any(at(each, "topologyKey") == over for each in (*apart, *spread)):
        yield f"no topologySpreadConstraint with DoNotSchedule is over {over}"


@IMAGES.rule("digest", "images by digest", *WORKLOADS)
def _digest(workload: Resource) -> Wrong:
    for path, container in containers(workload):
        if not _DIGEST.fullmatch(at(container, "image") or ""):
            yield f"{path}.image has no @sha256: digest"


@IMAGES.rule("registry", "images from the bank's registry", *WORKLOADS)
def _registry(workload: Resource) -> Wrong:
    for path, container in containers(workload):
        if (at(container, "image") or "").partition("/")[0] not in REGISTRIES:
            yield f"{path}.image is not from {' or '.join(REGISTRIES)}"


@IMAGES.rule("latest", "no image of whatever is newest", *WORKLOADS)
def _latest(workload: Resource) -> Wrong:
    for path, container in containers(workload):
        if (at(container, "image") or "").partition("@")[0].endswith(":latest"):
            yield f"{path}.image is tagged latest"


CONTROLS = (SHARES, COPIES, IMAGES)

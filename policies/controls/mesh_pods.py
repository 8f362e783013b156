"""Istio: whose pods are in the mesh, and with which of their connections."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from policies.controls._charts import RELEASES, is_of, value
from policies.controls._kubernetes import WORKLOADS, pod, stands_in
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import at
from policies.controls.mesh import NAMESPACES, in_mesh, is_domains

_TRAFFIC = "traffic.sidecar.istio.io/"
"""How annotations begin that say which connections are the mesh's."""


INJECTED = Control(
    id="IST-03",
    pack="security",
    title="Every pod of a domain is in the mesh, with all of its connections",
    levels="MMM",
    severity="high",
    supports="N SC-8",
    remedy="Label the namespace istio-injection: enabled, and take annotations away that keep "
    "pods or ports out of the mesh.",
)


@INJECTED.rule("namespace", "a label that puts pods into the mesh", *NAMESPACES)
def _injected(namespace: Resource) -> Wrong:
    if is_domains(namespace) and not in_mesh(namespace):
        yield "metadata.labels do not put the namespace's pods into the mesh"


@INJECTED.rule_in_stack("pods", "no pod of a domain outside the mesh", *WORKLOADS)
def _opts_out(workload: Resource, stack: Stack) -> Wrong:
    if any(map(_out, _marks(workload))) and _of_domain(workload, stack):
        yield "the pods' metadata keeps them out of the mesh"


@INJECTED.rule_in_stack("connections", "no connection outside the mesh", *WORKLOADS)
def _excludes(workload: Resource, stack: Stack) -> Wrong:
    annotations = cast("Mapping[str, Any]", pod(workload, "metadata", "annotations") or {})
    names = [
        key.removeprefix(_TRAFFIC)
        for key in annotations
        if key.startswith(_TRAFFIC) and not _all_of_it(key, annotations[key])
    ]
    if names and _of_domain(workload, stack):
        yield f"the pods' annotations keep connections out of the mesh: {', '.join(names)}"


@INJECTED.rule("defaults", "no connection outside the mesh by default", *RELEASES)
def _by_default(release: Resource) -> Wrong:
    if not is_of(release, "istiod"):
        return
    proxy = cast("Mapping[str, Any]", value(release, "global", "proxy") or {})
    for key in proxy:
        if key.startswith(("exclude", "include")) and not _all_of_it(key, proxy[key]):
            yield f"values.global.proxy.{key} keeps connections out of the mesh"


def _of_domain(workload: Resource, stack: Stack) -> bool:
    return any(
        is_domains(namespace) and stands_in(workload, namespace)
        for namespace in stack.of(*NAMESPACES)
    )


def _marks(workload: Resource) -> Iterator[Any]:
    yield pod(workload, "metadata", "labels")
    yield pod(workload, "metadata", "annotations")


def _out(marks: Any) -> bool:
    return (
        at(marks, "sidecar.istio.io/inject") in ("false", False)
        or at(marks, "istio.io/dataplane-mode") == "none"
    )


def _all_of_it(key: str, told: Any) -> bool:
    """Whether all connections are still the mesh's: nothing is left out, or everything put in."""
    if key.rpartition("/")[2].startswith("include"):
        return told in (None, "*")
    return not told


CONTROLS = (INJECTED,)

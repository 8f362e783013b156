"""The definitions of kinds that charts bring, from their makers, put on the API server.

Known are those of Istio, whose chart ``base`` has nothing else in it, and those of Prometheus'
operator, which its chart runs. Of all other charts nothing is brought.
"""

import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from rehearsal.providers.kubernetes.cluster import Cluster
from rehearsal.providers.kubernetes.objects import Reference
from rehearsal.providers.kubernetes.readiness import verdict
from rehearsal.providers.values import Plain
from rehearsal.toolchain import ISTIO, PROMETHEUS_OPERATOR, Tool, ensure


@dataclass(frozen=True, kw_only=True)
class _Brought:
    """What a chart brings.

    Args:
        tool: Has the definitions, in a file or a folder.
        version: Which version of them, from the release's inputs.
        kinds: Of them, those that are made known; all without any.
    """

    tool: Tool
    version: Callable[[Plain], str]
    kinds: frozenset[str] = frozenset()


def _operators(release: Plain) -> str:
    """The chart has a version of its own; the operator's is that of the image it runs."""
    told: Any = release.get("values") or {}
    image: Any = told.get("prometheusOperator", {}).get("image", {})
    return str(image.get("tag", "")).removeprefix("v")


CHARTS = {
    "/istio/base": _Brought(tool=ISTIO, version=lambda release: str(release.get("version"))),
    "/kube-prometheus-stack": _Brought(
        tool=PROMETHEUS_OPERATOR,
        version=_operators,
        # The others are what the chart has objects of, and take the API server twenty seconds.
        kinds=frozenset({"PodMonitor", "PrometheusRule", "ServiceMonitor"}),
    ),
}
"""What charts bring, by the end of their address."""


class _Loader(yaml.CSafeLoader):
    """Takes a bare ``=`` for text, as YAML has done since its version 1.2."""


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    del loader
    return node.value


_Loader.add_constructor("tag:yaml.org,2002:value", _text)

_SECONDS = 30.0
"""How long the API server may take until it serves a kind."""


def bring(cluster: Cluster, release: Plain) -> None:
    """Makes known the kinds that a chart defines, and waits until the API server serves them.

    Args:
        cluster: Where.
        release: The inputs of the chart's release.

    Raises:
        RuntimeError: The definitions at hand are another version's, or one is not accepted.
    """
    chart = str(release.get("chart"))
    brought = next((each for end, each in CHARTS.items() if chart.endswith(end)), None)
    if brought is None:
        return
    tool, version = brought.tool, brought.version(release)
    if version != tool.version:
        raise RuntimeError(
            f"{chart} is {version}, and the rehearsal has the definitions of {tool.version}: "
            f"pin {version} in rehearsal/toolchain/{tool.name}/go.mod, or write {tool.version}"
        )
    found = ensure(tool, console=Console(file=io.StringIO()))[tool.name]
    definitions = [
        each
        for each in read(found)
        if not brought.kinds or each["spec"]["names"]["kind"] in brought.kinds
    ]
    for definition in definitions:
        # Over those of an earlier version, as the chart does.
        cluster.apply(definition, force=True)
    until = time.monotonic() + _SECONDS
    for definition in definitions:
        wanted = Reference.of(definition)
        while why := verdict(cluster.find(wanted) or definition):
            if time.monotonic() > until:
                raise RuntimeError(f"{wanted} is not ready: {why}")
            time.sleep(0.1)


@cache
def read(found: Path) -> Sequence[Plain]:
    """The definitions in a file, or in all files of a folder, in their order."""
    return [
        definition
        for file in (sorted(found.glob("*.yaml")) if found.is_dir() else [found])
        for definition in yaml.load_all(file.read_bytes(), Loader=_Loader)
        if definition
    ]

"""The definitions of kinds that charts bring, from their makers, put on the API server.

Known are those of Istio, whose chart ``base`` has nothing else in it. Of all other charts nothing
is brought.
"""

import io
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml
from rich.console import Console

from rehearsal.providers.kubernetes.cluster import Cluster
from rehearsal.providers.kubernetes.objects import Reference
from rehearsal.providers.kubernetes.readiness import verdict
from rehearsal.providers.values import Plain
from rehearsal.toolchain import ISTIO, ensure

CHARTS = {"istio/base": ISTIO}
"""Which chart, by the end of its address, brings the definitions of which tool's file."""

_SECONDS = 30.0
"""How long the API server may take until it serves a kind."""


def bring(cluster: Cluster, chart: str, version: str) -> None:
    """Makes known all kinds that a chart defines, and waits until the API server serves them.

    Args:
        cluster: Where.
        chart: The chart's address.
        version: The chart's version.

    Raises:
        RuntimeError: The definitions at hand are another version's, or one is not accepted.
    """
    tool = next((tool for end, tool in CHARTS.items() if chart.endswith(f"/{end}")), None)
    if tool is None:
        return
    if version != tool.version:
        raise RuntimeError(
            f"{chart} is {version}, and the rehearsal has the definitions of {tool.version}: "
            f"pin {version} in rehearsal/toolchain/{tool.name}/go.mod, or write {tool.version}"
        )
    found = ensure(tool, console=Console(file=io.StringIO()))[tool.name]
    definitions = read(found)
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
def read(file: Path) -> Sequence[Plain]:
    """The definitions in a file, in its order."""
    found = yaml.load_all(file.read_bytes(), Loader=yaml.CSafeLoader)
    return [definition for definition in found if definition]

"""Releases of Helm's charts, by the chart that they are of."""

from typing import Any

from policies.controls._stack import Resource

RELEASES = ("kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v4:Chart")


def is_of(release: Resource, chart: str) -> bool:
    """Whether a release is of a chart: by name, or as the last part of an address or file."""
    last = str(release.at("chart") or "").rstrip("/").rpartition("/")[2]
    return last == chart or (last.startswith(f"{chart}-") and last.endswith(".tgz"))


def value(release: Resource, *path: str) -> Any:
    """A value that a chart is given; ``None`` where its default holds."""
    return release.at("values", *path)

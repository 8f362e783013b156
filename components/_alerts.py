"""An alert as Prometheus reads it, and who is told of it. Pure."""

from collections.abc import Mapping
from typing import Any

PAGE, TICKET = "critical", "warning"
"""Severities: somebody is woken, or finds a ticket. The words of the rules that others write."""
RUNBOOK = "docs/runbooks/service-level.md"
"""Where it stands what to do, in this project."""


def alert(  # noqa: PLR0913 - what an alert consists of
    name: str,
    expr: str,
    *,
    pages: bool,
    labels: Mapping[str, str],
    summary: str,
    description: str,
    lasts: str = "",
) -> dict[str, Any]:
    """One rule.

    Args:
        name: What it is called.
        expr: PromQL; whatever it yields is an alert of its own.
        pages: Whether somebody is woken.
        labels: Whose it is, as who is told finds it.
        summary: What is wrong, in a line.
        description: By how much.
        lasts: How long it has to be so, such as ``5m``; at once without.
    """
    return {
        "alert": name,
        "expr": expr,
        **({"for": lasts} if lasts else {}),
        "labels": {"severity": PAGE if pages else TICKET, **labels},
        "annotations": {
            "summary": summary,
            "description": description,
            "runbook_url": RUNBOOK,
        },
    }

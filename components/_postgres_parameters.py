"""A PostgreSQL cluster's parameters: encrypted logins only, and an audit log. Pure."""

from collections.abc import Sequence
from typing import TypedDict


class Parameter(TypedDict):
    """One parameter of a cluster's parameter group."""

    name: str
    value: str
    apply_method: str


_AT_ONCE, _AT_RESTART = "immediate", "pending-reboot"

_LIBRARIES = ("pg_stat_statements", "pgaudit")
"""Loaded when an instance starts, and at no other time."""


def cluster_parameters(*, slow_ms: int) -> Sequence[Parameter]:
    """The parameters in which a cluster differs from Aurora's defaults, or that must not change.

    Args:
        slow_ms: Statements that take longer are logged, in milliseconds.
    """
    at_once = {
        "log_connections": "1",
        "log_disconnections": "1",
        "log_min_duration_statement": str(slow_ms),
        "password_encryption": "scram-sha-256",
        # Who may do what, and what there is. Statements that read and write are logged only for
        # tables granted to the role below: that of all of them would hold the bank's data.
        "pgaudit.log": "ddl,role",
        "pgaudit.role": "rds_pgaudit",
        "rds.force_ssl": "1",
        "ssl_min_protocol_version": "TLSv1.2",
    }
    return [
        *(Parameter(name=name, value=it, apply_method=_AT_ONCE) for name, it in at_once.items()),
        Parameter(
            name="shared_preload_libraries",
            value=",".join(_LIBRARIES),
            apply_method=_AT_RESTART,
        ),
    ]

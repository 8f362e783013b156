"""What reads a Vault server's audit log beside it, and sends it where it is kept. Pure.

Vault refuses to answer when it cannot write its log; it knows nothing of this one, and is not held
up by it. How far it is stands on the disk of the log, so that a new pod goes on from there.
"""

import json
from dataclasses import dataclass
from typing import Any

from components._quantities import cpu, memory
from components._vault_config import AUDIT

CPU_MILLIS, MEMORY_MIB = 50, 128
"""What it is sure of beside each server."""

_DISK = "audit"
"""What the chart calls the disk of the log."""
_CONFIG, _POD = "COLLECTOR_CONFIG", "POD"
"""Variables that it is started with."""


@dataclass(frozen=True, kw_only=True)
class Shipping:
    """From where to where.

    Args:
        image: OpenTelemetry's collector with the parts of its contributors, ``name@sha256:…``.
        file: The log, on the disk of audit logs.
        group: The log group it goes to; each server has a stream of its own there.
        region: Where that is.
    """

    image: str
    file: str
    group: str
    region: str


def shipper(shipping: Shipping) -> dict[str, Any]:
    """The container beside a server's own, which runs as the same user: nobody else may read."""
    return {
        "name": "audit-shipper",
        "image": shipping.image,
        "args": [f"--config=env:{_CONFIG}"],
        "env": [
            {"name": _POD, "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": _CONFIG, "value": json.dumps(_config(shipping))},
        ],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "resources": {
            "requests": {"cpu": cpu(CPU_MILLIS), "memory": memory(MEMORY_MIB)},
            "limits": {"memory": memory(MEMORY_MIB)},
        },
        "volumeMounts": [{"name": _DISK, "mountPath": AUDIT}],
    }


def _config(shipping: Shipping) -> dict[str, Any]:
    notes = "file_storage"
    never_given_up = {"enabled": True, "max_elapsed_time": "0s"}
    return {
        "extensions": {notes: {"directory": f"{AUDIT}/.shipped", "create_directory": True}},
        "receivers": {
            "filelog": {
                "include": [shipping.file],
                "start_at": "beginning",
                "storage": notes,
                "retry_on_failure": never_given_up,
            }
        },
        "exporters": {
            "awscloudwatchlogs": {
                "region": shipping.region,
                "log_group_name": shipping.group,
                "log_stream_name": f"${{env:{_POD}}}",
                # As Vault wrote it: what a hash is compared with may not be wrapped.
                "raw_log": True,
                "retry_on_failure": never_given_up,
                # A full queue stops the reading, where nothing is lost.
                "sending_queue": {"storage": notes, "block_on_overflow": True},
            }
        },
        "service": {
            "extensions": [notes],
            "pipelines": {
                "logs": {"receivers": ["filelog"], "exporters": ["awscloudwatchlogs"]},
            },
        },
    }

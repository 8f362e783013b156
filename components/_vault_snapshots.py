"""How Vault's snapshots are taken and put away: texts that its job reads, and the job's pod. Pure.

Two steps, each in an image of its own: Vault's takes the snapshot and fetches credentials of the
store that end within the hour, the other puts it there. What both share is in memory, but for the
snapshot, which is encrypted.
"""

import json
from dataclasses import dataclass
from typing import Any

from components._vault_config import PORT
from components._vault_values import CERTIFICATE

ROLE = "vault-snapshots"
"""Of the job in Vault and in Kubernetes."""
AUDIENCE = "vault"
PODS = {"app.kubernetes.io/name": ROLE}

_TEXTS, _KEPT, _SNAPSHOT, _TLS = "/etc/snapshots", "/run/snapshots", "/snapshots", "/tls"
_TOKEN = "/run/identity"  # noqa: S105 - a folder
_TAKE = f"""\
vault agent -config={_TEXTS}/agent.hcl
VAULT_TOKEN="$(cat {_KEPT}/token)" vault operator raft snapshot save {_SNAPSHOT}/vault.snap
"""
_PUT = """\
aws s3api put-object --endpoint-url "$STORE" --bucket "$BUCKET" \
--key "$(date -u +%Y/%m/%d/%H%M%S).snap" --body /snapshots/vault.snap --checksum-algorithm SHA256
"""
_WHOLE_POD = {
    "runAsNonRoot": True,
    "runAsUser": 1000,
    "runAsGroup": 1000,
    "fsGroup": 1000,
    "seccompProfile": {"type": "RuntimeDefault"},
}
_EACH = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}


@dataclass(frozen=True, kw_only=True)
class SnapshotJob:
    """What the job is told.

    Args:
        vault_image: Vault's image, by its digest.
        store_image: An image by its digest that has the AWS command line and a shell.
        store: The store's address.
        region: What requests to the store are signed for; it looks at no other.
        disk_gib: What a snapshot may take, in GiB.
        nodes: Label, and taint, of the nodes that it runs on: key and value.
        priority: Priority class of its pods.
    """

    vault_image: str
    store_image: str
    store: str
    region: str
    disk_gib: int
    nodes: tuple[str, str]
    priority: str


def texts(*, auth_path: str, credentials_path: str) -> dict[str, str]:
    """What the job reads, by name: Vault's agent's configuration, and the command line's.

    Args:
        auth_path: Where in Vault the job logs in.
        credentials_path: Where in Vault it reads credentials of the store.
    """
    quoted = json.dumps
    return {
        "agent.hcl": f"""\
exit_after_auth = true

auto_auth {{
  method "kubernetes" {{
    mount_path = {quoted(f"auth/{auth_path}")}
    config = {{
      role = {quoted(ROLE)}
      token_path = {quoted(f"{_TOKEN}/token")}
    }}
  }}
  sink "file" {{
    config = {{
      path = {quoted(f"{_KEPT}/token")}
      mode = 0600
    }}
  }}
}}

template_config {{
  exit_on_retry_failure = true
}}

template {{
  source = {quoted(f"{_TEXTS}/credentials.tpl")}
  destination = {quoted(f"{_KEPT}/credentials")}
  perms = "0600"
  error_on_missing_key = true
}}
""",
        "credentials.tpl": f"""\
{{{{ with secret {quoted(credentials_path)} -}}}}
[default]
aws_access_key_id = {{{{ .Data.access_key }}}}
aws_secret_access_key = {{{{ .Data.secret_key }}}}
aws_session_token = {{{{ .Data.session_token }}}}
{{{{ end -}}}}
""",
        # The store has one name, and none for each bucket.
        "config": "[default]\ns3 =\n  addressing_style = path\n",
    }


def pod(job: SnapshotJob, *, texts: object, bucket: object) -> dict[str, Any]:
    """The job's pod, as Kubernetes takes it.

    Args:
        job: What it is told.
        texts: Name of the config map that has ``texts``, now or later.
        bucket: Where in the store snapshots go, now or later.
    """
    label, kind = job.nodes
    shared = [_mount("texts", _TEXTS), _mount("kept", _KEPT), _mount("snapshot", _SNAPSHOT)]
    return {
        "serviceAccountName": ROLE,
        "automountServiceAccountToken": False,
        "restartPolicy": "Never",
        "priorityClassName": job.priority,
        "nodeSelector": {label: kind},
        "tolerations": [{"key": label, "operator": "Equal", "value": kind, "effect": "NoSchedule"}],
        "securityContext": _WHOLE_POD,
        "initContainers": [
            {
                "name": "take",
                "image": job.vault_image,
                "command": ["/bin/sh", "-ec", _TAKE],
                "env": [
                    # A snapshot is the leader's to give.
                    _said("VAULT_ADDR", f"https://vault-active:{PORT}"),
                    _said("VAULT_CACERT", f"{_TLS}/ca.crt"),
                    _said("HOME", _KEPT),
                ],
                "volumeMounts": [*shared, _mount("identity", _TOKEN), _mount("tls", _TLS)],
                "securityContext": _EACH,
                "resources": _SMALL,
            }
        ],
        "containers": [
            {
                "name": "put",
                "image": job.store_image,
                "command": ["/bin/sh", "-ec", _PUT],
                "env": [
                    _said("STORE", job.store),
                    {"name": "BUCKET", "value": bucket},
                    _said("AWS_REGION", job.region),
                    _said("AWS_CONFIG_FILE", f"{_TEXTS}/config"),
                    _said("AWS_SHARED_CREDENTIALS_FILE", f"{_KEPT}/credentials"),
                    _said("AWS_CA_BUNDLE", f"{_TLS}/ca.crt"),
                    _said("AWS_EC2_METADATA_DISABLED", "true"),
                    _said("HOME", _KEPT),
                ],
                "volumeMounts": [*shared, _mount("tls", _TLS)],
                "securityContext": _EACH,
                "resources": _SMALL,
            }
        ],
        "volumes": [
            {"name": "texts", "configMap": {"name": texts}},
            {"name": "kept", "emptyDir": {"medium": "Memory", "sizeLimit": "16Mi"}},
            {"name": "snapshot", "emptyDir": {"sizeLimit": f"{job.disk_gib}Gi"}},
            {
                "name": "tls",
                "secret": {
                    "secretName": CERTIFICATE,
                    # The servers' key is not for it.
                    "items": [{"key": "ca.crt", "path": "ca.crt"}],
                },
            },
            {
                "name": "identity",
                "projected": {
                    "sources": [
                        {
                            "serviceAccountToken": {
                                "audience": AUDIENCE,
                                "expirationSeconds": 600,
                                "path": "token",
                            }
                        }
                    ]
                },
            },
        ],
    }


_SMALL = {
    "requests": {"cpu": "100m", "memory": "256Mi"},
    "limits": {"memory": "512Mi"},
}


def _said(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


def _mount(name: str, path: str) -> dict[str, str]:
    return {"name": name, "mountPath": path}

"""How a workload has its secrets just in time: what Vault's agent beside it is told. Pure.

The agent starts before the workload and stays beside it. It logs in as the pod's service account,
writes what the workload needs into memory that both share, and writes it anew before it ends; then
it tells the workload so.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from components._ports import HEALTH

SECRETS = "/run/secrets/bank"
"""Where the workload finds ``database-write.json`` and ``database-read.json`` with ``username`` and
``password``, ``tls.pem`` with a key, its certificate and the issuer's, and ``vault-token``."""
IDENTITY = "/run/identity"
"""Where the agent finds the token by which it logs in."""
TEXTS = "/etc/vault-agent"
"""Where the agent finds ``agent.hcl``."""
RELOAD = "/reload"
"""Asked by ``POST`` on the port of health when a secret has changed: the workload reads its files
again, or ends, and then its container starts again with them."""

_SECONDS = 5


@dataclass(frozen=True, kw_only=True)
class Agent:
    """Vault's agent, as far as all workloads have the same.

    Args:
        image: Vault's image, ``registry/name@sha256:…``.
        address: Where Vault answers; the image trusts whoever signed its certificate.
    """

    image: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one workload has in Vault.

    Args:
        auth_path: Where its pods log in.
        role: As what, and by what certificates are issued to them.
        pki: Where certificates are issued.
        hostname: Whose name is in them.
        databases: Where logins of databases are had.
        logins: The roles that give them, by what they are for: ``write``, ``read``.
    """

    auth_path: str
    role: str
    pki: str
    hostname: str
    databases: str
    logins: Sequence[tuple[str, str]]


def files(logins: Sequence[str]) -> tuple[str, ...]:
    """Names of the files that are there once the agent is ready.

    Args:
        logins: What logins are for.
    """
    return ("tls.pem", "vault-token", *(f"database-{purpose}.json" for purpose in logins))


def configuration(share: Share) -> str:
    """The agent's configuration; it names secrets and has none."""
    quoted = json.dumps
    return "\n".join(
        [
            f"""\
auto_auth {{
  method "kubernetes" {{
    mount_path = {quoted(f"auth/{share.auth_path}")}
    config = {{
      role = {quoted(share.role)}
      token_path = {quoted(f"{IDENTITY}/token")}
    }}
  }}
  sink "file" {{
    config = {{
      path = {quoted(f"{SECRETS}/vault-token")}
      mode = 0600
    }}
  }}
}}
""",
            _template(
                "tls.pem",
                f"{{{{ with pkiCert {quoted(f'{share.pki}/issue/{share.role}')}"
                f" {quoted(f'common_name={share.hostname}')} -}}}}\n"
                "{{ .Key }}\n{{ .Cert }}\n{{ .CA }}\n"
                "{{- end }}",
            ),
            *(
                _template(
                    f"database-{purpose}.json",
                    f"{{{{ with secret {quoted(f'{share.databases}/creds/{login}')} -}}}}\n"
                    '{"username": {{ .Data.username | toJSON }},'
                    ' "password": {{ .Data.password | toJSON }}}\n'
                    "{{- end }}",
                )
                for purpose, login in share.logins
            ),
        ]
    )


def _template(file: str, contents: str) -> str:
    # Before the workload answers there is nobody to be told, and that is no failure.
    told = (
        f"wget -q -T {_SECONDS} -O /dev/null --post-data= http://127.0.0.1:{HEALTH}{RELOAD} || true"
    )
    return f"""\
template {{
  contents = <<EOT
{contents}
EOT
  destination = {json.dumps(f"{SECRETS}/{file}")}
  perms = "0600"
  error_on_missing_key = true
  exec {{
    command = ["/bin/sh", "-c", {json.dumps(told)}]
    timeout = "{2 * _SECONDS}s"
  }}
}}
"""

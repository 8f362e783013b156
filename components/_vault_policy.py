"""What workloads and people may do in Vault, as policy text. Pure.

A path ends at a segment (``…/cards/*``) or is exact, so that no name reaches what its own name only
begins. ``sudo`` stands in no workload's policy.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

Rules = Mapping[str, Collection[str]]
"""Capabilities by path."""


@dataclass(frozen=True, kw_only=True)
class Mounts:
    """Where Vault's engines are mounted.

    Args:
        kv: The versioned secret store.
        transit: The engine that encrypts without giving out its keys.
        pki: The engine that issues certificates.
        databases: The engine that makes logins of databases.
    """

    kv: str
    transit: str
    pki: str
    databases: str


def secrets_rules(
    mounts: Mounts, workload: str, writes: Mapping[str, Sequence[str]] | None = None
) -> Rules:
    """A workload reads its own secrets; writing them is people's and rotation's.

    Args:
        mounts: Where the engines are.
        workload: The workload's name, the first segment of its secrets.
        writes: What else it does, by folder of the store.
    """
    return {
        f"{mounts.kv}/data/{workload}/*": ["read"],
        f"{mounts.kv}/metadata/{workload}/*": ["list", "read"],
        **{
            f"{mounts.kv}/data/{folder}/*": sorted({*may, "read"})
            for folder, may in (writes or {}).items()
        },
    }


def key_rules(mounts: Mounts, key: str) -> Rules:
    """Encrypting and decrypting with one key; nothing is done to the key itself."""
    return {f"{mounts.transit}/{verb}/{key}": ["update"] for verb in ("decrypt", "encrypt")}


def certificate_rules(mounts: Mounts, role: str) -> Rules:
    """Having certificates issued by one role."""
    return {f"{mounts.pki}/issue/{role}": ["update"]}


def login_rules(mounts: Mounts, roles: Sequence[str]) -> Rules:
    """Being given logins by these roles."""
    return {f"{mounts.databases}/creds/{role}": ["read"] for role in roles}


def reads(path: str) -> str:
    """Writes the policy that lets one path be read and nothing else."""
    return policy_text({path: ["read"]})


def policy_text(rules: Rules) -> str:
    """Writes a policy in HCL: its paths and capabilities sorted, so that one policy has one text.

    Args:
        rules: Capabilities by path.
    """
    return "\n".join(
        f'path "{path}" {{\n  capabilities = [{_quoted(capabilities)}]\n}}\n'
        for path, capabilities in sorted(rules.items())
    )


def _quoted(words: Collection[str]) -> str:
    return ", ".join(f'"{word}"' for word in sorted(words))

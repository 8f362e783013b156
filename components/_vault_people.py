"""What people may do in Vault, by who they are. Pure.

Nobody reads a workload's secrets but who breaks the glass, and nobody changes audit, plugins,
logins or policies but delivery, and who holds a root token, which takes a quorum to make.
"""

from collections.abc import Mapping

from components._vault_policy import Mounts, Rules

ADMINISTRATOR, OPERATOR, AUDITOR, BREAK_GLASS = (
    "administrator",
    "operator",
    "auditor",
    "break-glass",
)

_FOR_NOBODY = (
    "auth/+/config",
    "auth/+/role/*",
    # A token that is made by another may outlive it.
    "auth/token/create*",
    "auth/token/roles/*",
    "identity/*",
    "sys/audit",
    "sys/audit/*",
    "sys/auth/*",
    "sys/config/auditing/*",
    "sys/mounts/auth/*",
    "sys/plugins/*",
    "sys/policies/*",
    # By its older name, which Vault still answers to.
    "sys/policy",
    "sys/policy/*",
    "sys/raw/*",
    "sys/remount",
)
"""Whoever writes there can run code on the host, give themselves any policy, or change who logs in
and what is logged of it (CVE-2025-5999, CVE-2025-6000)."""


def people_rules(mounts: Mounts) -> Mapping[str, Rules]:
    """The rules of each kind of people, by its name."""
    return {
        # Puts secrets in and cannot read them; destroys former versions of keys.
        ADMINISTRATOR: {
            f"{mounts.kv}/data/*": ["create", "update"],
            f"{mounts.kv}/metadata/*": ["list", "read"],
            f"{mounts.transit}/keys/*": ["list", "read"],
            f"{mounts.transit}/keys/+/config": ["update"],
            f"{mounts.transit}/keys/+/rotate": ["update"],
            f"{mounts.transit}/keys/+/trim": ["update"],
            f"{mounts.databases}/config/*": ["update"],
            f"{mounts.databases}/rotate-root/*": ["update"],
            "sys/leases/lookup": ["update"],
            "sys/leases/revoke": ["update"],
        },
        OPERATOR: {
            "sys/ha-status": ["read"],
            "sys/leases/lookup": ["update"],
            "sys/leases/revoke": ["update"],
            "sys/metrics": ["read"],
            "sys/storage/raft/autopilot/state": ["read"],
            "sys/storage/raft/configuration": ["read"],
        },
        AUDITOR: {
            "sys/auth": ["read"],
            "sys/mounts": ["read"],
            "sys/policies/acl": ["list"],
            "sys/policies/acl/*": ["read"],
            "sys/quotas/rate-limit/*": ["list", "read"],
            "auth/+/role": ["list"],
            "auth/+/role/*": ["read"],
            f"{mounts.databases}/roles/*": ["list", "read"],
            f"{mounts.pki}/roles/*": ["list", "read"],
            f"{mounts.transit}/keys/*": ["list", "read"],
        },
        BREAK_GLASS: {
            "*": ["create", "delete", "list", "patch", "read", "sudo", "update"],
            **{path: ["deny"] for path in _FOR_NOBODY},
        },
    }

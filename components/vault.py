"""Vault from the inside: its secret store, its login for workloads, and each workload's share.

Needs an initialised Vault. Owns mounts, policies and roles. Leaves out the servers, and the
address of the Kubernetes API that the login asks, which comes with the cluster.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pulumi
import pulumi_vault as vault
from pulumi_vault import kubernetes

from components._vault_policy import workload_policy

AUDIENCE = "vault"
"""Whom a service account's token must be made for, so that one stolen elsewhere opens nothing."""


@dataclass(frozen=True, kw_only=True)
class VaultArgs:
    """What a Vault holds.

    Args:
        kv_path: Where the versioned KV store is mounted.
        token_ttl: How long a workload's token lives, at most 1 h.
        protect: Whether the store is protected from deletion.
    """

    kv_path: str
    token_ttl: timedelta
    protect: bool


class Vault(pulumi.ComponentResource):
    """A versioned secret store, and the login with a Kubernetes service account."""

    kv_path: pulumi.Output[str]
    """Where the secret store is mounted."""
    auth_path: pulumi.Output[str]
    """Where workloads log in."""

    def __init__(
        self, name: str, args: VaultArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Vault", name, {}, opts)
        self.args = args
        kept = pulumi.ResourceOptions(parent=self, protect=args.protect)
        store = vault.Mount(
            f"{name}-kv",
            path=args.kv_path,
            type="kv",
            options={"version": "2"},
            description="Secrets of the workloads, each under its own name",
            opts=kept,
        )
        login = vault.AuthBackend(
            f"{name}-kubernetes",
            path="kubernetes",
            type="kubernetes",
            description="Workloads log in with their service account",
            opts=kept,
        )
        self.kv_path = store.path
        self.auth_path = login.path
        self.register_outputs({"kvPath": self.kv_path, "authPath": self.auth_path})


@dataclass(frozen=True, kw_only=True)
class VaultWorkloadArgs:
    """Whose share of Vault it is.

    Args:
        vault: The Vault.
        workload: Names the workload's secrets, policy and role.
        namespace: The only Kubernetes namespace it logs in from.
        service_account: The only service account it logs in as.
        policies: Names of policies that open more to it than its own secrets.
    """

    vault: Vault
    workload: str
    namespace: str
    service_account: str
    policies: Sequence[pulumi.Input[str]] = ()


class VaultWorkload(pulumi.ComponentResource):
    """One workload's policy and login role: its own secrets, and no neighbour's."""

    policy: pulumi.Output[str]
    """The policy's name."""
    role: pulumi.Output[str]
    """The login role's name."""
    path: pulumi.Output[str]
    """Under which its secrets are."""

    def __init__(
        self, name: str, args: VaultWorkloadArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:VaultWorkload", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        seconds = args.vault.args.token_ttl // timedelta(seconds=1)
        policy = vault.Policy(
            f"{name}-policy",
            name=args.workload,
            policy=workload_policy(args.vault.args.kv_path, args.workload),
            opts=own,
        )
        role = kubernetes.AuthBackendRole(
            f"{name}-role",
            backend=args.vault.auth_path,
            role_name=args.workload,
            audience=AUDIENCE,
            bound_service_account_names=[args.service_account],
            bound_service_account_namespaces=[args.namespace],
            token_policies=[policy.name, *args.policies],
            token_ttl=seconds,
            token_max_ttl=seconds,
            opts=own,
        )
        self.policy = policy.name
        self.role = role.role_name
        self.path = args.vault.kv_path.apply(lambda kv_path: f"{kv_path}/{args.workload}")
        self.register_outputs({"policy": self.policy, "role": self.role, "path": self.path})

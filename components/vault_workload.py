"""One workload's share of Vault: its secrets, its keys, its certificates, and how it logs in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pulumi
import pulumi_vault as vault
from pulumi_vault import kubernetes, pkisecret, transit

from components._vault_policy import (
    certificate_rules,
    key_rules,
    login_rules,
    policy_text,
    secrets_rules,
)
from components.vault import AUDIENCE, Vault

_SECOND = timedelta(seconds=1)
_ROTATED = timedelta(days=90)
"""PCI DSS 4.0.1, 3.7.4: a key is changed at the end of its period; NIST SP 800-57 leaves its length
to what it protects."""
_CERTIFICATE, _LONGEST_CERTIFICATE = timedelta(hours=24), timedelta(hours=72)
"""So short that none has to be called back."""


@dataclass(frozen=True, kw_only=True)
class VaultWorkloadArgs:
    """Whose share of Vault it is.

    Args:
        vault: The Vault.
        workload: Names its secrets, its key, its policy and its roles.
        namespace: The only Kubernetes namespace it logs in from.
        service_account: The only service account it logs in as.
        hostname: The only name that its certificates are for.
        writes: What it does with secrets beside reading its own, by folder of the store.
        erasable: Whether it has a further key, for what has to be erased by destroying that.
        logins: Names of the roles that give it logins of databases.
        policies: Names of policies that open more to it.
        protect: Whether its keys are protected from deletion.
    """

    vault: Vault
    workload: str
    namespace: str
    service_account: pulumi.Input[str]
    hostname: str
    writes: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    erasable: bool
    logins: Sequence[str]
    policies: Sequence[pulumi.Input[str]] = ()
    protect: bool


class VaultWorkload(pulumi.ComponentResource):
    """A workload's policy and login role: what is its own, and nothing of any neighbour's."""

    policy: pulumi.Output[str]
    """The policy's name."""
    role: pulumi.Output[str]
    """The login role's name."""
    path: pulumi.Output[str]
    """Under which its secrets are."""
    keys: tuple[str, ...]
    """Names of its keys; the second is for what has to be erased."""
    logins: tuple[str, ...]
    """Names of the roles that give it logins of databases."""

    def __init__(
        self, name: str, args: VaultWorkloadArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:VaultWorkload", name, {}, opts)
        self._name = name
        self._args = args
        self.keys = (args.workload, *([f"{args.workload}-personal"] if args.erasable else []))
        self.logins = tuple(args.logins)
        own = pulumi.ResourceOptions(parent=self)
        for key in self.keys:
            self._key(key)
        self._certificates()
        mounts = args.vault.mounts
        rules = {
            **secrets_rules(mounts, args.workload, args.writes),
            **certificate_rules(mounts, args.workload),
            **login_rules(mounts, args.logins),
        }
        for key in self.keys:
            rules |= key_rules(mounts, key)
        policy = vault.Policy(
            f"{name}-policy",
            name=args.workload,
            policy=policy_text(rules),
            opts=pulumi.ResourceOptions.merge(own, args.vault.audited),
        )
        seconds = args.vault.args.token_ttl // _SECOND
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
        self.register_outputs(
            {
                "policy": self.policy,
                "role": self.role,
                "path": self.path,
                "keys": list(self.keys),
                "logins": list(self.logins),
            }
        )

    def _key(self, key: str) -> None:
        transit.SecretBackendKey(
            f"{self._name}-key" if key == self._args.workload else f"{self._name}-personal-key",
            backend=self._args.vault.transit,
            name=key,
            type="aes256-gcm96",
            auto_rotate_period=_ROTATED // _SECOND,
            exportable=False,
            allow_plaintext_backup=False,
            # Erasing destroys a key's former versions. The key itself goes with its stack only.
            deletion_allowed=not self._args.protect,
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=self._args.protect,
                # People raise these to erase, and Vault lowers none below what was destroyed.
                ignore_changes=["minDecryptionVersion", "minEncryptionVersion"],
            ),
        )

    def _certificates(self) -> None:
        pkisecret.SecretBackendRole(
            f"{self._name}-certificates",
            backend=self._args.vault.pki,
            name=self._args.workload,
            allowed_domains=[self._args.hostname],
            allow_bare_domains=True,
            allow_subdomains=False,
            allow_any_name=False,
            allow_localhost=False,
            allow_ip_sans=False,
            enforce_hostnames=True,
            client_flag=True,
            server_flag=True,
            key_type="ec",
            key_bits=256,
            ttl=str(_CERTIFICATE // _SECOND),
            max_ttl=str(_LONGEST_CERTIFICATE // _SECOND),
            # Gone before anybody could be told that it is no longer good.
            no_store=True,
            opts=pulumi.ResourceOptions(parent=self),
        )

"""Vault from the inside: its audit, its engines, and the login of workloads.

Needs an initialised Vault, and makes nothing in it before its audit is on. Leaves out the servers,
what people do (``vault_people``), each workload's share (``vault_workload``), and databases
(``vault_databases``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pulumi
import pulumi_vault as vault
from pulumi_vault import kubernetes, pkisecret

from components._vault_policy import Mounts

AUDIENCE = "vault"
"""Whom a service account's token must be made for, so that one stolen elsewhere opens nothing."""

_API = "https://kubernetes.default.svc"
"""Where pods reach the API of their own cluster; Vault asks it whose a token is."""
_AUTHORITY_LIFE = timedelta(days=3650)
_REQUESTS, _LOGINS = 2000, 200
"""A second, from one address: far above what a node's pods ask, far below what stops Vault."""


@dataclass(frozen=True, kw_only=True)
class VaultArgs:
    """What a Vault holds.

    Args:
        kv_path: Where the versioned KV store is mounted.
        token_ttl: How long a workload's token lives, at most 1 h.
        audit: What each of the audit's devices is told, by its type; at least two types.
        issuer: Who issues certificates, as they say.
        protect: Whether engines, login and audit are protected from deletion.
    """

    kv_path: str
    token_ttl: timedelta
    audit: Mapping[str, Mapping[str, str]]
    issuer: str
    protect: bool


class Vault(pulumi.ComponentResource):
    """Two ways to write down every request, then the engines and the login of workloads."""

    kv_path: pulumi.Output[str]
    """Where the secret store is mounted."""
    transit: pulumi.Output[str]
    """Where the engine that encrypts is mounted."""
    pki: pulumi.Output[str]
    """Where the engine that issues certificates is mounted, known once it has an authority."""
    auth_path: pulumi.Output[str]
    """Where workloads log in, known once Vault knows whom to ask for them."""

    def __init__(
        self, name: str, args: VaultArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Vault", name, {}, opts)
        self.args = args
        self._name = name
        kept = pulumi.ResourceOptions(parent=self, protect=args.protect)
        self._audit: list[vault.Audit] = []
        for kind, options in args.audit.items():
            # One after another: while Vault makes its first device, it refuses every request.
            after = pulumi.ResourceOptions(depends_on=list(self._audit))
            device = vault.Audit(
                f"{name}-audit-{kind}",
                type=kind,
                path=kind,
                options=options,
                opts=pulumi.ResourceOptions.merge(kept, after),
            )
            self._audit.append(device)
        # Whatever is done to Vault from here on is written down twice.
        self._audited = pulumi.ResourceOptions(
            parent=self, protect=args.protect, depends_on=self._audit
        )
        store = vault.Mount(
            f"{name}-kv",
            path=args.kv_path,
            type="kv",
            options={"version": "2"},
            description="Secrets of the workloads, each under its own name",
            opts=self._audited,
        )
        transit = vault.Mount(
            f"{name}-transit",
            path="transit",
            type="transit",
            description="Keys of the workloads, which never leave",
            opts=self._audited,
        )
        self.kv_path = store.path
        self.transit = transit.path
        self.pki = self._issue()
        self.auth_path = self._let_workloads_in()
        self._limit()
        self.register_outputs(
            {
                "kvPath": self.kv_path,
                "transit": self.transit,
                "pki": self.pki,
                "authPath": self.auth_path,
            }
        )

    @property
    def mounts(self) -> Mounts:
        """Where the engines are, as policies name them."""
        return Mounts(kv=self.args.kv_path, transit="transit", pki="pki", databases="database")

    @property
    def audited(self) -> pulumi.ResourceOptions:
        """For what is made in Vault beside this: it waits for the audit."""
        return pulumi.ResourceOptions(depends_on=self._audit)

    def _issue(self) -> pulumi.Output[str]:
        engine = vault.Mount(
            f"{self._name}-pki",
            path="pki",
            type="pki",
            description="Certificates for connections with partners, for three days at most",
            max_lease_ttl_seconds=_AUTHORITY_LIFE // timedelta(seconds=1),
            opts=self._audited,
        )
        authority = pkisecret.SecretBackendRootCert(
            f"{self._name}-authority",
            backend=engine.path,
            # Its key is made in Vault and cannot be had.
            type="internal",
            common_name=self.args.issuer,
            issuer_name="partners",
            key_type="ec",
            key_bits=384,
            max_path_length=0,
            ttl=str(_AUTHORITY_LIFE // timedelta(seconds=1)),
            opts=pulumi.ResourceOptions(parent=self, protect=self.args.protect),
        )
        return authority.backend

    def _let_workloads_in(self) -> pulumi.Output[str]:
        login = vault.AuthBackend(
            f"{self._name}-kubernetes",
            path="kubernetes",
            type="kubernetes",
            description="Workloads log in with their service account",
            opts=self._audited,
        )
        asked = kubernetes.AuthBackendConfig(
            f"{self._name}-cluster",
            backend=login.path,
            # With its own service account's token, and its own cluster's authority.
            kubernetes_host=_API,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return asked.backend.apply(lambda backend: backend or "kubernetes")

    def _limit(self) -> None:
        logins = self.auth_path.apply(lambda path: f"auth/{path}/")
        for label, path, rate in (("requests", "", _REQUESTS), ("logins", logins, _LOGINS)):
            vault.QuotaRateLimit(
                f"{self._name}-{label}",
                name=label,
                path=path,
                rate=rate,
                interval=1,
                opts=pulumi.ResourceOptions.merge(
                    pulumi.ResourceOptions(parent=self), self.audited
                ),
            )

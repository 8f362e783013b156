"""The login of people at Vault: by a token of the bank's identity provider, with one of its groups.

No secret is shared with the provider: people bring a token that it has signed for Vault, and Vault
asks the provider for the keys only. Owns the login, its roles and their policies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pulumi
import pulumi_vault as vault
from pulumi_vault import jwt

from components._vault_people import (
    ADMINISTRATOR,
    AUDITOR,
    BREAK_GLASS,
    OPERATOR,
    people_rules,
)
from components._vault_policy import policy_text
from components.vault import Vault

__all__ = [
    "ADMINISTRATOR",
    "AUDITOR",
    "BREAK_GLASS",
    "OPERATOR",
    "VaultPeople",
    "VaultPeopleArgs",
]

_PATH = "people"
_LIVES, _GLASS_LIVES = timedelta(hours=1), timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class VaultPeopleArgs:
    """Who logs in.

    Args:
        vault: The Vault.
        issuer: The identity provider's issuer, which tells where its keys are.
        audience: Whom its tokens have to be made for.
        groups: The provider's group for each of ``administrator``, ``operator``, ``auditor`` and
            ``break-glass``.
        protect: Whether the login is protected from deletion.
    """

    vault: Vault
    issuer: str
    audience: str
    groups: Mapping[str, str]
    protect: bool


class VaultPeople(pulumi.ComponentResource):
    """A role and a policy for each kind of people; tokens live an hour, or a quarter of one."""

    path: pulumi.Output[str]
    """Where people log in."""

    def __init__(
        self, name: str, args: VaultPeopleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:VaultPeople", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        audited = pulumi.ResourceOptions.merge(own, args.vault.audited)
        login = jwt.AuthBackend(
            f"{name}-login",
            path=_PATH,
            type="jwt",
            description="People log in with a token of the identity provider",
            oidc_discovery_url=args.issuer,
            bound_issuer=args.issuer,
            opts=pulumi.ResourceOptions.merge(
                audited, pulumi.ResourceOptions(protect=args.protect)
            ),
        )
        for kind, rules in people_rules(args.vault.mounts).items():
            policy = vault.Policy(
                f"{name}-{kind}-policy",
                name=f"people-{kind}",
                policy=policy_text(rules),
                opts=audited,
            )
            seconds = (_GLASS_LIVES if kind == BREAK_GLASS else _LIVES) // timedelta(seconds=1)
            jwt.AuthBackendRole(
                f"{name}-{kind}-role",
                backend=login.path,
                role_name=kind,
                role_type="jwt",
                user_claim="sub",
                bound_audiences=[args.audience],
                bound_claims={"groups": args.groups[kind]},
                token_policies=[policy.name],
                token_no_default_policy=True,
                token_ttl=seconds,
                token_max_ttl=seconds,
                opts=own,
            )
        self.path = login.path.apply(lambda path: path or _PATH)
        self.register_outputs({"path": self.path})

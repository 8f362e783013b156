"""How changes get into the account: by jobs of the code host, for an hour, without any key.

Owns the trust in the code host, a role that plans, a role that applies, and the ceiling above every
role of the program. What these may do follows ``_delivery_actions``. The ceiling refuses them to
change delivery itself, so that is done by people, with the break-glass role.

The code host has to put repository, context and ref into the token's subject; GitHub does so where
the repository's OIDC settings name ``repo``, ``context`` and ``ref``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import iam

from components import _delivery_policies as policies
from components._delivery_policies import APPLY, AUDIENCE, BOUNDARY, PLAN, Account


@dataclass(frozen=True, kw_only=True)
class DeliveryArgs:
    """What delivery is made of.

    Args:
        account: The account: 12 digits.
        region: Where it is at home.
        second_region: Where its copies are.
        environment: The code host's environment whose jobs apply; those of ``<environment>-plan``
            plan.
        issuer: The code host's OIDC issuer, ``https://…``.
        repository: ``owner/name``.
        branch: The only branch that is applied.
        state_bucket: Name of the bucket of the engine's state.
        state_key: ARN of the key that encrypts the state's secrets.
        management_role: ARN of the role in the management account that writes the organisation's
            policies; ``None`` where there is none.
    """

    account: str
    region: str
    second_region: str
    environment: str
    issuer: str
    repository: str
    branch: str
    state_bucket: str
    state_key: str
    management_role: str | None


class Delivery(pulumi.ComponentResource):
    """Two roles for jobs: one that looks, and one that changes."""

    boundary_arn: pulumi.Output[str]
    """The ceiling that every role of the program has to have."""
    apply_role_arn: str
    """The ARN of the role that changes; a text, so that policies can name it before it is."""

    def __init__(
        self, name: str, args: DeliveryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Delivery", name, {}, opts)
        self._name = name
        own = pulumi.ResourceOptions(parent=self)
        account = Account(
            account=args.account,
            regions=(args.region, args.second_region),
            issuer=args.issuer.removeprefix("https://"),
            state_bucket=args.state_bucket,
            state_key=args.state_key,
        )
        iam.OpenIdConnectProvider(
            f"{name}-code-host", url=args.issuer, client_id_lists=[AUDIENCE], opts=own
        )
        boundary = iam.Policy(
            f"{name}-boundary",
            name=BOUNDARY,
            description="What no role of the program may do",
            policy=policies.boundary(account),
            opts=own,
        )
        self.boundary_arn = boundary.arn

        jobs = f"repo:{args.repository}:environment:{args.environment}"
        on_branch = f"ref:refs/heads/{args.branch}"
        reading = self._policy("plan-reads", f"{PLAN}-reads", policies.reading(account))
        writing = self._policy("apply-writes", f"{APPLY}-writes", policies.writing(account))
        networks = self._policy("apply-networks", f"{APPLY}-networks", policies.networking(account))
        watching = self._policy("apply-watching", f"{APPLY}-watching", policies.watching(account))
        identities = self._policy(
            "apply-identities",
            f"{APPLY}-identities",
            policies.identities(account, management_role=args.management_role),
        )
        self._role(
            "plan",
            PLAN,
            policies.trust(
                account,
                subjects=(
                    f"{jobs}-plan:{on_branch}",
                    # A pull request is looked at before it is on the branch.
                    f"{jobs}-plan:ref:refs/pull/*/merge",
                ),
            ),
            {"reads": reading},
        )
        self._role(
            "apply",
            APPLY,
            policies.trust(account, subjects=(f"{jobs}:{on_branch}",)),
            {
                "reads": reading,
                "writes": writing,
                "networks": networks,
                "watching": watching,
                "identities": identities,
            },
        )
        self.apply_role_arn = account.iam(f"role/{APPLY}")
        self.register_outputs(
            {"boundaryArn": self.boundary_arn, "applyRoleArn": self.apply_role_arn}
        )

    def _policy(self, label: str, policy: str, document: str) -> iam.Policy:
        return iam.Policy(
            f"{self._name}-{label}",
            name=policy,
            policy=document,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _role(
        self, label: str, role_name: str, trust: str, attached: Mapping[str, iam.Policy]
    ) -> None:
        name = f"{self._name}-{label}"
        own = pulumi.ResourceOptions(parent=self)
        role = iam.Role(
            f"{name}-role",
            name=role_name,
            assume_role_policy=trust,
            permissions_boundary=self.boundary_arn,
            # Seconds: one hour, the shortest that IAM takes as a role's longest.
            max_session_duration=3600,
            opts=own,
        )
        attachments = [
            iam.RolePolicyAttachment(
                f"{name}-{what}", role=role.name, policy_arn=policy.arn, opts=own
            )
            for what, policy in attached.items()
        ]
        iam.RolePolicyAttachmentsExclusive(
            f"{name}-attachments",
            role_name=role.name,
            policy_arns=[attachment.policy_arn for attachment in attachments],
            opts=own,
        )
        iam.RolePoliciesExclusive(
            f"{name}-policies", role_name=role.name, policy_names=[], opts=own
        )

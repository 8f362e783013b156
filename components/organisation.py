"""What the organisation holds over the account, so that its own administrators cannot lift it.

Owns the policies and that they are attached to this one account. Leaves out the organisation itself
and its other accounts. The provider it is given must reach the management account.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import organizations

from components._service_control_policies import guardrails_policy, regions_policy


@dataclass(frozen=True, kw_only=True)
class OrganisationGuardrailsArgs:
    """What is held over an account.

    Args:
        account: The account: 12 digits.
        environment: Tells its policies from those of other accounts, which share one organisation.
        regions: The only regions that it may use.
        exempt_roles: ARNs of its roles that may change what watches it.
    """

    account: str
    environment: str
    regions: Sequence[str]
    exempt_roles: Sequence[str]


class OrganisationGuardrails(pulumi.ComponentResource):
    """Two service control policies over one account."""

    def __init__(
        self,
        name: str,
        args: OrganisationGuardrailsArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("corebank:components:OrganisationGuardrails", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        for label, description, content in (
            ("regions", "Nothing outside the bank's regions", regions_policy(args.regions)),
            (
                "guardrails",
                "What nobody does, and what only delivery and break-glass do",
                guardrails_policy(args.exempt_roles),
            ),
        ):
            policy = organizations.Policy(
                f"{name}-{label}",
                name=f"corebank-{args.environment}-{label}",
                description=description,
                type="SERVICE_CONTROL_POLICY",
                content=content,
                opts=own,
            )
            organizations.PolicyAttachment(
                f"{name}-{label}", policy_id=policy.id, target_id=args.account, opts=own
            )
        self.register_outputs({})

"""A role that a service of AWS takes on in the account's name.

Owns the role and all that it may do. Leaves out the ceiling above every role of the account, which
comes with delivery.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import iam

from components._policy import Statement, policy_document

_INSTANCES = "ec2.amazonaws.com"
"""It takes on a role for instances of its own account only, and says no account."""
_PODS = "pods.eks.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class ServiceRoleArgs:
    """What a service's role is made of.

    Args:
        role: Its name in IAM.
        service: Who takes it on, such as ``backup.amazonaws.com``; nobody else can.
        account: The account, 12 digits: the service may not use the role for another one's sake.
        boundary: ARN of the permissions boundary, which nothing below can exceed.
        statements: What it may do.
        managed_policies: ARNs of policies of AWS's own that say more of it.
        own_policies: ARNs of policies of the account's own that do, by what each is about.
    """

    role: str
    service: str
    account: str
    boundary: pulumi.Input[str]
    statements: Sequence[Statement] | pulumi.Output[Sequence[Statement]] = ()
    managed_policies: Sequence[str] = ()
    own_policies: Mapping[str, pulumi.Input[str]] = field(
        default_factory=dict[str, pulumi.Input[str]]
    )


class ServiceRole(pulumi.ComponentResource):
    """A role for one service; a policy put on it by hand is drift, and the next update's to go."""

    arn: pulumi.Output[str]
    """The role's ARN."""

    def __init__(
        self, name: str, args: ServiceRoleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:ServiceRole", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        role = iam.Role(
            f"{name}-role",
            name=args.role,
            assume_role_policy=policy_document([_trust(args.service, args.account)]),
            permissions_boundary=args.boundary,
            opts=own,
        )
        policies: list[pulumi.Input[str]] = []
        if args.statements != ():
            policy = iam.RolePolicy(
                f"{name}-policy",
                name="own",
                role=role.name,
                policy=_document(args.statements),
                opts=own,
            )
            policies.append(policy.name)
        iam.RolePoliciesExclusive(
            f"{name}-policies", role_name=role.name, policy_names=policies, opts=own
        )
        attached = [
            iam.RolePolicyAttachment(
                f"{name}-{policy}", role=role.name, policy_arn=arn, opts=own
            ).policy_arn
            for policy, arn in (
                *((arn.rpartition("/")[2], arn) for arn in args.managed_policies),
                *args.own_policies.items(),
            )
        ]
        iam.RolePolicyAttachmentsExclusive(
            f"{name}-attachments", role_name=role.name, policy_arns=attached, opts=own
        )
        self._role = role
        self.arn = role.arn
        self.register_outputs({"arn": self.arn})

    @property
    def role(self) -> iam.Role:
        """The role itself. No output: the engine would be asked for it before it is there again."""
        return self._role


def _trust(service: str, account: str) -> Statement:
    statement: Statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    if service == _PODS:
        # Whose pod it is comes as tags of the session (EKS user guide, pod identities).
        statement["Action"] = ["sts:AssumeRole", "sts:TagSession"]
    if service != _INSTANCES:
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": account}}
    return statement


def _document(
    statements: Sequence[Statement] | pulumi.Output[Sequence[Statement]],
) -> pulumi.Input[str]:
    if isinstance(statements, pulumi.Output):
        return statements.apply(policy_document)
    return policy_document(statements)

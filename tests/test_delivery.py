"""Delivery: who may take its roles on, what these may do, and what nothing of ours ever may."""

import json
import re

import pytest

from components import _delivery_policies as policies
from components._delivery_actions import (
    FORBIDDEN,
    SERVICES_WITH_ROLES,
    WRITES_WITHOUT_RESOURCE,
    actions,
)
from components._delivery_policies import Account
from domains import Catalogue
from settings import Settings
from tests.engine import Deployment
from tests.policies import allowed, statements, words

ROLE = "aws:iam/role:Role"
ACCOUNT = Account(
    account="111111111111",
    regions=("eu-west-1", "eu-central-1"),
    issuer="token.actions.githubusercontent.com",
    state_bucket="corebank-state-111111111111",
    state_key="arn:aws:kms:eu-west-1:111111111111:key/state",
)
IAM = "arn:aws:iam::111111111111"
LINES = "arn:aws:directconnect"
EC2 = "arn:aws:ec2:eu-west-1:111111111111"
FIREHOSE = "arn:aws:firehose:eu-west-1:111111111111"
RESOLVER = "arn:aws:route53resolver:eu-west-1:111111111111"
BOUNDARY = f"{IAM}:policy/corebank-boundary"
HERE = {"aws__RequestedRegion": "eu-west-1"}
GRANTING = {
    "reads": policies.reading(ACCOUNT),
    "writes": policies.writing(ACCOUNT),
    "networks": policies.networking(ACCOUNT),
    "watching": policies.watching(ACCOUNT),
    "identities": policies.identities(ACCOUNT, management_role=f"{IAM}:role/management"),
}
CEILING = policies.boundary(ACCOUNT)
JOBS = "repo:example-bank/corebank:environment:sandbox"


def may(action: str, resource: str, **context: str) -> bool:
    """Whether the applying role may: one of its policies says so, and the ceiling does too."""
    grants = any(allowed(document, action, resource, **context) for document in GRANTING.values())
    return grants and allowed(CEILING, action, resource, **context)


def takes_on(
    bank: Deployment, role: str, subject: str, audience: str = "sts.amazonaws.com"
) -> bool:
    trust = bank.one(ROLE, f"delivery-{role}-role").inputs["assumeRolePolicy"]
    issuer = "token.actions.githubusercontent.com"
    claims = {f"{issuer}:aud": audience, f"{issuer}:sub": subject}
    known = {key.replace(":", "__"): value for key, value in claims.items()}
    return allowed(trust, "sts:AssumeRoleWithWebIdentity", **known)


def test_jobs_of_the_environment_on_the_branch_apply_and_no_others(
    bank: Deployment, settings: Settings
) -> None:
    jobs = f"repo:{settings.delivery.repository}:environment:{settings.environment}"
    main = "ref:refs/heads/main"
    assert takes_on(bank, "apply", f"{jobs}:{main}")
    for stranger in (
        f"{jobs}:ref:refs/heads/other",
        f"{jobs}:ref:refs/pull/1/merge",
        f"{jobs}-plan:{main}",
        f"repo:{settings.delivery.repository}:environment:other:{main}",
        f"repo:somebody/corebank:environment:{settings.environment}:{main}",
        f"repo:{settings.delivery.repository}:{main}",
        f"{jobs}:{main}x",
    ):
        assert not takes_on(bank, "apply", stranger), stranger
    assert not takes_on(bank, "apply", f"{jobs}:{main}", audience="other")


def test_pull_requests_plan_and_never_apply(bank: Deployment, settings: Settings) -> None:
    jobs = f"repo:{settings.delivery.repository}:environment:{settings.environment}-plan"
    assert takes_on(bank, "plan", f"{jobs}:ref:refs/pull/7/merge")
    assert takes_on(bank, "plan", f"{jobs}:ref:refs/heads/main")
    assert not takes_on(bank, "plan", f"{jobs}:ref:refs/heads/other")
    fork = jobs.replace(settings.delivery.repository, "somebody/corebank")
    assert not takes_on(bank, "plan", f"{fork}:ref:refs/pull/7/merge")


def test_there_are_no_users_and_no_keys(bank: Deployment) -> None:
    types = {resource.type for resource in bank.resources}
    assert ROLE in types
    assert not {t for t in types if re.search(r"aws:iam/(user|accessKey|group|.*[lL]ogin)", t)}


def test_every_role_has_the_ceiling_and_nothing_more_put_on_it(
    bank: Deployment, settings: Settings, catalogue: Catalogue
) -> None:
    boundary = bank.one("aws:iam/policy:Policy", "delivery-boundary")
    roles = {f"{role.name}-id": role for role in bank.of(ROLE)}
    assert len(roles) == 17 + len(catalogue.domains) + sum(
        (settings.database.proxy, settings.on_premises is not None, settings.evidence.replica)
    )
    for role in roles.values():
        assert role.inputs["permissionsBoundary"].endswith(f":{boundary.name}"), role
    for type_ in ("RolePoliciesExclusive", "RolePolicyAttachmentsExclusive"):
        held = bank.of(f"aws:iam/{type_[0].lower()}{type_[1:]}:{type_}")
        assert sorted(it.inputs["roleName"] for it in held) == sorted(
            role.inputs["name"] for role in roles.values()
        )


def test_policies_of_the_program_s_own_name_are_made_and_no_others() -> None:
    for action in ("iam:CreatePolicy", "iam:DeletePolicy", "iam:CreatePolicyVersion"):
        assert may(action, f"{IAM}:policy/corebank-cards-kafka")
        assert not may(action, f"{IAM}:policy/other")


def test_sessions_of_jobs_last_an_hour(bank: Deployment) -> None:
    for label in ("plan", "apply"):
        assert bank.one(ROLE, f"delivery-{label}-role").inputs["maxSessionDuration"] == 3600


def test_the_planning_role_only_reads(bank: Deployment) -> None:
    attached = [
        a.inputs["policyArn"]
        for a in bank.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        if a.inputs["role"] == "corebank-plan"
    ]
    assert [arn.rpartition(":")[2] for arn in attached] == ["delivery-plan-reads"]
    reading = [a for s in statements(GRANTING["reads"]) for a in words(s["Action"])]
    # As whom, and that this one only looks, is PostgreSQL's to say.
    reading.remove("rds-db:connect")
    verbs = ("BatchGet", "Decrypt", "Describe", "Get", "List", "View")
    assert [a for a in reading if not a.partition(":")[2].startswith(verbs)] == []


@pytest.mark.parametrize("name", GRANTING)
def test_no_grant_is_of_a_whole_service_or_of_everything(name: str) -> None:
    granted = [a for s in statements(GRANTING[name]) for a in words(s["Action"])]
    assert granted
    assert [a for a in granted if a == "*" or a.endswith(":*")] == []
    assert all("NotAction" not in s for s in statements(GRANTING[name]))


def test_what_is_written_to_everything_has_nothing_to_name() -> None:
    wide = {
        a
        for name in ("writes", "networks", "watching", "identities")
        for s in statements(GRANTING[name])
        if "*" in words(s["Resource"])
        for a in words(s["Action"])
    }
    assert wide == {*actions(WRITES_WITHOUT_RESOURCE), "iam:UpdateAccountPasswordPolicy"}


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"])
def test_only_the_state_s_key_is_used(action: str) -> None:
    assert may(action, ACCOUNT.state_key, **HERE)
    cards = "arn:aws:kms:eu-west-1:111111111111:key/cards"
    assert not may(action, cards, **HERE)
    assert not may(action, cards, **HERE, kms__ViaService="rds.eu-west-1.amazonaws.com")


def test_a_master_secret_is_made_with_its_key_and_read_by_nobody_of_ours() -> None:
    key = "arn:aws:kms:eu-west-1:111111111111:key/customer"
    through = {"kms__ViaService": "secretsmanager.eu-west-1.amazonaws.com"}
    assert may("kms:GenerateDataKey", key, **HERE, **through)
    assert may("kms:Decrypt", key, **HERE, **through)
    kept = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:rds!cluster-a"
    assert not may("secretsmanager:GetSecretValue", kept, **HERE)


def test_databases_are_opened_as_delivery_s_own_users_and_as_nobody_else() -> None:
    def login(user: str, account: str = "111111111111", region: str = "eu-west-1") -> str:
        return f"arn:aws:rds-db:{region}:{account}:dbuser:cluster-ABC/{user}"

    plans, applies = GRANTING["reads"], GRANTING["identities"]
    connect = "rds-db:connect"
    assert allowed(plans, connect, login("corebank-plan"))
    assert not allowed(plans, connect, login("corebank-apply"))
    assert allowed(applies, connect, login("corebank-apply"))
    assert may(connect, login("corebank-apply"), **HERE)
    for other in (
        login("corebank"),
        login("vault"),
        login("payments"),
        login("corebank-apply2"),
        login("corebank-apply", account="222222222222"),
        login("corebank-apply", region="us-east-1"),
    ):
        assert not may(connect, other, **HERE), other


def test_no_object_but_the_state_s_is_read() -> None:
    assert may("s3:GetObject", "arn:aws:s3:::corebank-state-111111111111/a", **HERE)
    assert not may("s3:GetObject", "arn:aws:s3:::corebank-logs-111111111111-eu-west-1/a", **HERE)


@pytest.mark.parametrize("action", actions(FORBIDDEN))
def test_the_ceiling_refuses_what_no_role_may_ever_do(action: str) -> None:
    for resource in ("*", f"{IAM}:role/corebank-backup"):
        boundary = {"iam__PermissionsBoundary": BOUNDARY}
        assert not allowed(CEILING, action, resource, **HERE, **boundary)


@pytest.mark.parametrize(
    "resource",
    [
        f"{IAM}:role/corebank-plan",
        f"{IAM}:role/corebank-apply",
        f"{IAM}:policy/corebank-boundary",
        f"{IAM}:policy/corebank-apply-networks",
        f"{IAM}:policy/corebank-apply-watching",
        f"{IAM}:policy/corebank-apply-writes",
        f"{IAM}:oidc-provider/token.actions.githubusercontent.com",
    ],
)
@pytest.mark.parametrize(
    "action",
    [
        "iam:AttachRolePolicy",
        "iam:CreatePolicyVersion",
        "iam:DeleteRole",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateOpenIDConnectProviderThumbprint",
    ],
)
def test_delivery_does_not_change_itself(action: str, resource: str) -> None:
    assert not may(action, resource, iam__PermissionsBoundary=BOUNDARY)


def test_a_role_is_made_under_the_ceiling_or_not_at_all() -> None:
    role = f"{IAM}:role/corebank-backup"
    assert may("iam:CreateRole", role, iam__PermissionsBoundary=BOUNDARY)
    assert not may("iam:CreateRole", role, iam__PermissionsBoundary=f"{IAM}:policy/other")
    assert not may("iam:CreateRole", role)
    assert not may("iam:CreateRole", f"{IAM}:role/other", iam__PermissionsBoundary=BOUNDARY)


def test_a_role_is_handed_to_the_services_that_need_one() -> None:
    role = f"{IAM}:role/corebank-backup"
    assert may("iam:PassRole", role, iam__PassedToService="backup.amazonaws.com")
    assert not may("iam:PassRole", role, iam__PassedToService="ec2.amazonaws.com")
    assert not may("iam:PassRole", f"{IAM}:role/other", iam__PassedToService="backup.amazonaws.com")


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ec2:CreateVpc", f"{EC2}:vpc/*"),
        ("ec2:CreateFlowLogs", f"{EC2}:vpc-flow-log/*"),
        (
            "ec2:AuthorizeSecurityGroupIngress",
            f"{EC2}:security-group/a",
        ),
        ("ec2:CreateTransitGateway", f"{EC2}:transit-gateway/*"),
        ("ec2:EnableTransitGatewayRouteTablePropagation", f"{EC2}:transit-gateway-route-table/a"),
        ("ec2:ModifyVpnTunnelOptions", f"{EC2}:vpn-connection/a"),
        ("directconnect:CreateDirectConnectGateway", "*"),
        ("directconnect:DeleteDirectConnectGateway", f"{LINES}::111111111111:dx-gateway/a"),
        (
            "directconnect:CreateTransitVirtualInterface",
            f"{LINES}:eu-west-1:111111111111:dxcon/a",
        ),
        ("logs:PutResourcePolicy", "*"),
        ("logs:CreateLogStream", "arn:aws:logs:eu-west-1:111111111111:log-group:a:log-stream:b"),
        (
            "eks:CreatePodIdentityAssociation",
            "arn:aws:eks:eu-west-1:111111111111:cluster/corebank",
        ),
        ("kms:CreateKey", "*"),
        ("kms:PutKeyPolicy", "arn:aws:kms:eu-west-1:111111111111:key/a"),
        ("kafka:CreateCluster", "*"),
        ("kafka:CreateTopic", "arn:aws:kafka:eu-west-1:111111111111:topic/a/b/c"),
        ("kafka:PutClusterPolicy", "arn:aws:kafka:eu-west-1:111111111111:cluster/a/b"),
        ("cloudwatch:PutMetricAlarm", "arn:aws:cloudwatch:eu-west-1:111111111111:alarm:a"),
        (
            "application-autoscaling:PutScalingPolicy",
            "arn:aws:application-autoscaling:eu-west-1:111111111111:scalable-target/a",
        ),
        ("eks:CreateNodegroup", "arn:aws:eks:eu-west-1:111111111111:cluster/corebank"),
        ("eks:CreateAccessEntry", "arn:aws:eks:eu-west-1:111111111111:cluster/corebank"),
        ("glue:CreateSchema", "arn:aws:glue:eu-west-1:111111111111:schema/a/b"),
        ("rds:CreateDBCluster", "arn:aws:rds:eu-west-1:111111111111:cluster:corebank"),
        ("rds:RestoreDBClusterToPointInTime", "arn:aws:rds:eu-west-1:111111111111:cluster:b"),
        ("rds:StartActivityStream", "arn:aws:rds:eu-west-1:111111111111:cluster:corebank"),
        ("secretsmanager:CreateSecret", "arn:aws:secretsmanager:eu-west-1:111111111111:secret:a"),
        ("logs:PutSubscriptionFilter", "arn:aws:logs:eu-west-1:111111111111:log-group:/a"),
        ("firehose:CreateDeliveryStream", f"{FIREHOSE}:deliverystream/corebank-siem-trail"),
        ("firehose:StartDeliveryStreamEncryption", f"{FIREHOSE}:deliverystream/a"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::corebank-logs-111111111111-eu-west-1"),
        ("cloudtrail:CreateTrail", "arn:aws:cloudtrail:eu-west-1:111111111111:trail/corebank"),
        ("config:PutConfigurationRecorder", "*"),
        ("backup:PutBackupVaultLockConfiguration", "arn:aws:backup:eu-west-1:111111111111:x:y"),
        (
            "route53resolver:CreateFirewallRule",
            f"{RESOLVER}:x/y",
        ),
        ("guardduty:UpdateDetector", "arn:aws:guardduty:eu-west-1:111111111111:detector/a"),
    ],
)
def test_what_an_update_needs_passes_here_and_nowhere_else(action: str, resource: str) -> None:
    assert may(action, resource, **HERE)
    assert not may(action, resource, aws__RequestedRegion="us-east-1")
    if resource != "*" and ":s3:" not in resource:
        assert not may(action, resource.replace("111111111111", "222222222222"), **HERE)


def test_no_policy_is_longer_than_iam_takes() -> None:
    for document in (*GRANTING.values(), CEILING):
        assert len(document) <= 6144
        assert " " not in document.replace("2012-10-17", "")


def test_delivery_may_hand_each_role_to_the_service_that_takes_it_on(bank: Deployment) -> None:
    taking = {
        statement["Principal"]["Service"]
        for role in bank.of(ROLE)
        for statement in json.loads(role.inputs["assumeRolePolicy"])["Statement"]
        if "Service" in statement["Principal"]
    }
    # A node's role is handed to EKS, which has EC2 take it on.
    assert taking - {"ec2.amazonaws.com"} <= set(SERVICES_WITH_ROLES)

"""What the organisation holds over the account: regions, watchers, and what nobody does."""

import pytest

from bank import build
from components._service_control_policies import guardrails_policy, regions_policy
from domains import Catalogue
from settings import Settings, load_settings
from tests.engine import Deployment, deploy
from tests.policies import allowed, statements
from tests.stack_files import MISSING, config_of

EXEMPT = ("arn:aws:iam::111111111111:role/corebank-apply", "arn:aws:iam::111111111111:role/glass")
REGIONS = ("eu-west-1", "eu-central-1")
POLICY = "aws:organizations/policy:Policy"


def refused(document: str, action: str, resource: str = "*", **context: str) -> bool:
    """Whether a policy that only denies refuses a request."""
    assert {s["Effect"] for s in statements(document)} == {"Deny"}
    everything = '{"Effect": "Allow", "Action": "*", "Resource": "*"}'
    return not allowed(document.replace("[", f"[{everything},", 1), action, resource, **context)


@pytest.mark.parametrize("action", ["ec2:RunInstances", "s3:CreateBucket", "kms:CreateKey"])
def test_nothing_is_made_outside_the_regions(action: str) -> None:
    policy = regions_policy(REGIONS)
    assert refused(policy, action, aws__RequestedRegion="us-east-1")
    assert not refused(policy, action, aws__RequestedRegion="eu-central-1")


@pytest.mark.parametrize("action", ["iam:CreateRole", "route53:CreateHostedZone", "sts:AssumeRole"])
def test_what_has_no_region_is_not_held_to_one(action: str) -> None:
    assert not refused(regions_policy(REGIONS), action, aws__RequestedRegion="us-east-1")


@pytest.mark.parametrize(
    "action",
    [
        "iam:CreateUser",
        "iam:CreateAccessKey",
        "organizations:LeaveOrganization",
        "s3:BypassGovernanceRetention",
    ],
)
def test_nobody_does_it_not_even_who_is_exempt(action: str) -> None:
    policy = guardrails_policy(EXEMPT)
    for role in (*EXEMPT, "arn:aws:iam::111111111111:role/other"):
        assert refused(policy, action, aws__PrincipalArn=role)


@pytest.mark.parametrize(
    "action",
    [
        "cloudtrail:StopLogging",
        "config:StopConfigurationRecorder",
        "ec2:DeleteFlowLogs",
        "guardduty:DeleteDetector",
        "kms:ScheduleKeyDeletion",
        "s3:PutAccountPublicAccessBlock",
        "securityhub:DisableSecurityHub",
    ],
)
def test_only_delivery_and_break_glass_touch_what_watches(action: str) -> None:
    policy = guardrails_policy(EXEMPT)
    assert refused(policy, action, aws__PrincipalArn="arn:aws:iam::111111111111:role/admin")
    assert not refused(policy, action, aws__PrincipalArn=EXEMPT[0])


def test_the_root_user_does_nothing() -> None:
    policy = guardrails_policy(EXEMPT)
    assert refused(policy, "s3:ListBucket", aws__PrincipalArn="arn:aws:iam::111111111111:root")


def test_no_plain_volume_and_no_old_metadata_service() -> None:
    policy, volume = guardrails_policy(EXEMPT), "arn:aws:ec2:eu-west-1:111111111111:volume/a"
    role = {"aws__PrincipalArn": EXEMPT[0]}
    assert refused(policy, "ec2:CreateVolume", volume, ec2__Encrypted="false", **role)
    assert not refused(policy, "ec2:CreateVolume", volume, ec2__Encrypted="true", **role)
    instance = "arn:aws:ec2:eu-west-1:111111111111:instance/a"
    assert refused(policy, "ec2:RunInstances", instance, ec2__MetadataHttpTokens="optional", **role)
    assert not refused(
        policy, "ec2:RunInstances", instance, ec2__MetadataHttpTokens="required", **role
    )


def test_both_are_attached_to_the_stack_s_own_account(bank: Deployment, settings: Settings) -> None:
    attached = bank.of("aws:organizations/policyAttachment:PolicyAttachment")
    assert {a.inputs["policyId"] for a in attached} == {f"{p.name}-id" for p in bank.of(POLICY)}
    assert {a.inputs["targetId"] for a in attached} == {settings.account}


def test_the_policies_are_about_the_stack_s_regions_and_roles(
    bank: Deployment, settings: Settings
) -> None:
    regions = bank.one(POLICY, "organisation-regions").inputs
    assert regions["content"] == regions_policy((settings.region, settings.second_region))
    assert regions["name"] == f"corebank-{settings.environment}-regions"
    apply = f"arn:aws:iam::{settings.account}:role/corebank-apply"
    expected = guardrails_policy((apply, settings.people.break_glass))
    assert bank.one(POLICY, "organisation-guardrails").inputs["content"] == expected


def test_an_account_without_an_organisation_has_nothing_held_over_it(
    catalogue: Catalogue,
) -> None:
    alone = load_settings("sandbox", config_of("sandbox", {"corebank:organisation": MISSING}))
    made = deploy(lambda: build(alone, catalogue))
    assert made.of(POLICY) == []
    assert [provider.name for provider in made.of("pulumi:providers:aws")] == [
        "aws",
        "aws-evidence",
    ]


def test_no_policy_is_longer_than_an_organisation_takes() -> None:
    for document in (regions_policy(REGIONS), guardrails_policy(EXEMPT)):
        assert len(document) <= 5120

"""What the stand-in does beyond its table: exact lists, whole buckets, features side by side."""

from collections.abc import Callable, Iterator

import pytest

from tests.stand_in_examples import EXAMPLES
from tests.stand_in_examples._iam import document, trust
from tests.stand_in_examples._vpc import entry, rule
from tests.stand_in_world import Plain, World, drift, in_moto, live, row_of

GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
ACL = "aws:ec2/networkAcl:NetworkAcl"
BUCKET = "aws:s3/bucket:Bucket"
FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"
WORLD_WIDE = [
    {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with in_moto() as world:
        yield world


def _open_group(world: World, group: str, inputs: Plain) -> None:
    del inputs
    world.call("ec2", "AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=WORLD_WIDE)


def _let_out(world: World, group: str, inputs: Plain) -> None:
    del inputs
    world.call("ec2", "AuthorizeSecurityGroupEgress", GroupId=group, IpPermissions=WORLD_WIDE)


def _pass_acl(world: World, acl: str, inputs: Plain) -> None:
    del inputs
    world.call(
        "ec2",
        "CreateNetworkAclEntry",
        NetworkAclId=acl,
        RuleNumber=1,
        Protocol="-1",
        RuleAction="allow",
        Egress=False,
        CidrBlock="0.0.0.0/0",
    )


def _attach_everything(world: World, role: str, inputs: Plain) -> None:
    del inputs
    world.call("iam", "AttachRolePolicy", RoleName=role, PolicyArn=world.policy())


def _add_inline(world: World, role: str, inputs: Plain) -> None:
    del inputs
    mine = {"PolicyName": "mine", "PolicyDocument": document("s3:GetObject")}
    world.call("iam", "PutRolePolicy", RoleName=role, **mine)


def _trust_everybody(world: World, role: str, inputs: Plain) -> None:
    del inputs
    world.call(
        "iam", "UpdateAssumeRolePolicy", RoleName=role, PolicyDocument=trust("ec2.amazonaws.com")
    )


def _lift_the_ceiling(world: World, role: str, inputs: Plain) -> None:
    del inputs
    world.call("iam", "DeleteRolePermissionsBoundary", RoleName=role)


def _suspend(world: World, bucket: str, inputs: Plain) -> None:
    del inputs
    off = {"Status": "Suspended"}
    world.call("s3", "PutBucketVersioning", Bucket=bucket, VersioningConfiguration=off)


def _unlock(world: World, bucket: str, inputs: Plain) -> None:
    del inputs
    none = {"ObjectLockEnabled": "Enabled"}
    world.call("s3", "PutObjectLockConfiguration", Bucket=bucket, ObjectLockConfiguration=none)


def _publish(world: World, bucket: str, inputs: Plain) -> None:
    del inputs
    opened = {"BlockPublicAcls": True, "BlockPublicPolicy": False}
    world.call("s3", "PutPublicAccessBlock", Bucket=bucket, PublicAccessBlockConfiguration=opened)


def _stop_logging(world: World, trail: str, inputs: Plain) -> None:
    del trail
    world.call("cloudtrail", "StopLogging", Name=inputs["name"])


def _stop_recording(world: World, recorder: str, inputs: Plain) -> None:
    del inputs
    world.call("config", "StopConfigurationRecorder", ConfigurationRecorderName=recorder)


def _disable_detector(world: World, detector: str, inputs: Plain) -> None:
    del inputs
    world.call("guardduty", "UpdateDetector", DetectorId=detector, Enable=False)


def _shorten_backups(world: World, vault: str, inputs: Plain) -> None:
    del inputs
    world.call(
        "backup",
        "PutBackupVaultLockConfiguration",
        BackupVaultName=vault,
        MinRetentionDays=1,
        MaxRetentionDays=365,
    )


def _open_endpoint(world: World, endpoint: str, inputs: Plain) -> None:
    del inputs
    world.call(
        "ec2", "ModifyVpcEndpoint", VpcEndpointId=endpoint, PolicyDocument='{"Statement": [1]}'
    )


@pytest.mark.parametrize(
    ("token", "by_hand", "seen"),
    [
        (GROUP, _open_group, ["ingress"]),
        (GROUP, _let_out, ["egress"]),
        (DEFAULT_GROUP, _open_group, ["ingress"]),
        (ACL, _pass_acl, ["ingress"]),
        (
            "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
            _attach_everything,
            ["policyArns"],
        ),
        ("aws:iam/rolePoliciesExclusive:RolePoliciesExclusive", _add_inline, ["policyNames"]),
        ("aws:iam/role:Role", _trust_everybody, ["assumeRolePolicy"]),
        ("aws:iam/role:Role", _lift_the_ceiling, ["permissionsBoundary"]),
        (
            "aws:s3/bucketVersioning:BucketVersioning",
            _suspend,
            ["versioningConfiguration.status"],
        ),
        (
            "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
            _unlock,
            ["rule"],
        ),
        (
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            _publish,
            ["blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"],
        ),
        ("aws:cloudtrail/trail:Trail", _stop_logging, ["enableLogging"]),
        ("aws:cfg/recorderStatus:RecorderStatus", _stop_recording, ["isEnabled"]),
        ("aws:guardduty/detector:Detector", _disable_detector, ["enable"]),
        (
            "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
            _shorten_backups,
            ["minRetentionDays"],
        ),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", _open_endpoint, ["policy"]),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_what_is_done_by_hand_is_seen_and_put_right(
    token: str, by_hand: Callable[[World, str, Plain], None], seen: list[str], world: World
) -> None:
    inputs = EXAMPLES[token].inputs(world)
    assert world.after(by_hand, token, inputs) == (seen, [])


def test_the_order_of_rules_and_of_their_networks_is_no_difference(world: World) -> None:
    declared = [rule("10.0.0.0/8", "10.1.0.0/16"), rule("10.2.0.0/16", port=53.0)]
    inputs = {**EXAMPLES[GROUP].inputs(world), "ingress": declared}
    group, _ = world.make(GROUP, inputs)

    turned = [rule("10.2.0.0/16", port=53.0), rule("10.1.0.0/16", "10.0.0.0/8")]
    again = {**inputs, "ingress": turned}
    assert drift(again, live(row_of(GROUP), world, group, again)) == []


def test_a_group_that_declares_no_rules_is_not_held_to_none(world: World) -> None:
    declared = EXAMPLES[GROUP].inputs(world)
    inputs = {key: value for key, value in declared.items() if not key.endswith("gress")}
    group, _ = world.make(GROUP, inputs)

    _open_group(world, group, inputs)
    assert drift(inputs, live(row_of(GROUP), world, group, inputs)) == []


def test_an_acl_gives_its_subnets_back_before_it_goes(world: World) -> None:
    row = row_of(ACL)
    inputs = {**EXAMPLES[ACL].inputs(world), "ingress": [entry(100.0, "10.0.0.0/8")]}
    acl, state = world.make(ACL, inputs)

    row.delete(world.aws, acl, state)
    subnet = [{"Name": "association.subnet-id", "Values": inputs["subnetIds"]}]
    (first,) = world.call("ec2", "DescribeNetworkAcls", Filters=subnet)["NetworkAcls"]
    assert first["IsDefault"]
    assert row.read(world.aws, acl, inputs, state) is None


@pytest.mark.parametrize("force", [True, False])
def test_a_bucket_goes_with_what_is_in_it_only_if_that_is_said(
    world: World, *, force: bool
) -> None:
    row = row_of(BUCKET)
    inputs = {**EXAMPLES[BUCKET].inputs(world), "objectLockEnabled": False, "forceDestroy": force}
    bucket, state = world.make(BUCKET, inputs)
    world.call("s3", "PutObject", Bucket=bucket, Key="a", Body=b"a")

    if force:
        row.delete(world.aws, bucket, state)
        assert row.read(world.aws, bucket, inputs, state) is None
    else:
        with pytest.raises(Exception, match="BucketNotEmpty"):
            row.delete(world.aws, bucket, state)


def test_features_of_a_detector_live_side_by_side(world: World) -> None:
    detector = world.detector()
    wanted = ("EKS_AUDIT_LOGS", "RDS_LOGIN_EVENTS", "S3_DATA_EVENTS")
    for name in wanted:
        world.make(FEATURE, {"detectorId": detector, "name": name, "status": "ENABLED"})

    told = world.call("guardduty", "GetDetector", DetectorId=detector)["Features"]
    assert [feature["Name"] for feature in told] == list(wanted)


def test_a_policy_of_the_organisation_is_attached_to_moto_s_account(world: World) -> None:
    token = "aws:organizations/policyAttachment:PolicyAttachment"  # noqa: S105 - Pulumi's word
    inputs = EXAMPLES[token].inputs(world)
    _, state = world.make(token, inputs)

    assert state["targetId"] == "333333333333"
    told = world.call("organizations", "ListTargetsForPolicy", PolicyId=inputs["policyId"])
    assert [target["TargetId"] for target in told["Targets"]] == ["123456789012"]

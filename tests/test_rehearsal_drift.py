"""Live: what somebody changes in the account by hand is named by a refresh, and put right."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.rehearsed import Copy, aws

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(600)]

WORLD = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]

Addresses = dict[str, Any]


@pytest.fixture(scope="module")
def addresses(copy: Copy) -> Addresses:
    return copy.addresses("sandbox")


def _open_the_default_group(addresses: Addresses) -> None:
    ec2 = aws(addresses, "ec2")
    ec2.authorize_security_group_ingress(GroupId=group(ec2, "default"), IpPermissions=WORLD)


def _open_the_brokers_group(addresses: Addresses) -> None:
    ec2 = aws(addresses, "ec2")
    ec2.authorize_security_group_ingress(
        GroupId=group(ec2, "corebank-brokers"), IpPermissions=WORLD
    )


def _delete_the_flow_log(addresses: Addresses) -> None:
    ec2 = aws(addresses, "ec2")
    [log] = ec2.describe_flow_logs()["FlowLogs"]
    ec2.delete_flow_logs(FlowLogIds=[log["FlowLogId"]])


def _stop_rotating_the_key_of_cards(addresses: Addresses) -> None:
    kms = aws(addresses, "kms")
    aliases = {alias["AliasName"]: alias for alias in kms.list_aliases()["Aliases"]}
    key = aliases["alias/corebank/payments-and-cards"]["TargetKeyId"]
    kms.disable_key_rotation(KeyId=key)


def _stop_the_trail(addresses: Addresses) -> None:
    aws(addresses, "cloudtrail").stop_logging(Name="corebank")


def _take_the_lock_away(addresses: Addresses) -> None:
    s3 = aws(addresses, "s3")
    # No rule at all: what is written from now on is locked no more.
    s3.put_object_lock_configuration(
        Bucket=archive(s3), ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}
    )


def _let_everybody_read_the_archive(addresses: Addresses) -> None:
    s3 = aws(addresses, "s3")
    bucket = archive(s3)
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    statement = {**allow, "Resource": f"arn:aws:s3:::{bucket}/*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def _give_a_role_another_policy(addresses: Addresses) -> None:
    iam = aws(addresses, "iam")
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [allow]}
    iam.put_role_policy(
        RoleName="corebank-plan", PolicyName="more", PolicyDocument=json.dumps(policy)
    )


BY_HAND: Mapping[Callable[[Addresses], None], Mapping[str, list[str]]] = {
    _open_the_default_group: {"network-default-group": ["ingress"]},
    _open_the_brokers_group: {"corebank-brokers": ["ingress"]},
    _delete_the_flow_log: {"network-flow-log": []},
    _stop_rotating_the_key_of_cards: {"keys-payments-and-cards-key": ["enableKeyRotation"]},
    _stop_the_trail: {"trail-trail": ["enableLogging"]},
    _take_the_lock_away: {"logs-archive-lock": ["rule"]},
    _let_everybody_read_the_archive: {"logs-archive-policy": ["policy"]},
    _give_a_role_another_policy: {"delivery-plan-policies": ["policyNames"]},
}
"""What somebody does, and what a refresh names: each another resource."""


def test_what_is_done_by_hand_is_named_and_put_right(copy: Copy, addresses: Addresses) -> None:
    for change in BY_HAND:
        change(addresses)

    assert copy.plan("sandbox") == {}
    assert copy.differing("sandbox") == {
        name: found for named in BY_HAND.values() for name, found in named.items()
    }
    assert copy.update("sandbox", "--refresh").returncode == 0
    assert copy.plan("sandbox", "--expect-no-changes", "--refresh") == {}


def group(ec2: Any, name: str) -> str:
    """The id of a group of the bank's VPC; moto has a VPC of its own beside it."""
    [vpc] = ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.16.0.0/16"]}])["Vpcs"]
    found = ec2.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [vpc["VpcId"]]},
            {"Name": "group-name", "Values": [name]},
        ]
    )
    return found["SecurityGroups"][0]["GroupId"]


def archive(s3: Any) -> str:
    names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    [archive] = [it for it in names if it.startswith("corebank-logs-") and it.endswith("eu-west-1")]
    return archive

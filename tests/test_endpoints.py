"""Private endpoints: nodes reach AWS's services without the internet, and as themselves only."""

import pytest

from components._endpoint_policies import INTERFACES, bucket_policy, interface_policies
from components.network import Tier, tier_network
from settings import Settings
from tests.engine import Deployment
from tests.policies import allowed, statements
from tests.stack_files import hybrid

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
OURS = {"aws__PrincipalAccount": "111111111111"}
THEIRS = {"aws__PrincipalAccount": "222222222222"}


def test_every_service_that_nodes_need_has_a_way(bank: Deployment, settings: Settings) -> None:
    prefix = f"com.amazonaws.{settings.region}."
    ways = {e.inputs["serviceName"].removeprefix(prefix) for e in bank.of(ENDPOINT)}
    assert ways == {
        *("s3", "ecr.api", "ecr.dkr", "sts", "kms", "logs", "secretsmanager", "ssm"),
        *("ssmmessages", "ec2messages", "ec2", "eks", "eks-auth", "elasticloadbalancing"),
        *("autoscaling", "glue", "kafka", "xray"),
    }


def test_every_private_subnet_has_an_address_for_each(bank: Deployment, settings: Settings) -> None:
    interfaces = [e for e in bank.of(ENDPOINT) if e.inputs["vpcEndpointType"] == "Interface"]
    assert len(interfaces) == len(INTERFACES) == 17
    private = [f"network-private-{zone}-id" for zone in settings.network.zones]
    for endpoint in interfaces:
        assert endpoint.inputs["subnetIds"] == private, endpoint
        assert endpoint.inputs["privateDnsEnabled"] is True, endpoint
        assert endpoint.inputs["securityGroupIds"] == ["endpoints-group-id"], endpoint


def test_the_private_and_the_data_tier_reach_buckets_without_the_internet(
    bank: Deployment, settings: Settings
) -> None:
    gateway = bank.one(ENDPOINT, "endpoints-s3").inputs
    tables = {f"network-private-{zone}-routes-id" for zone in settings.network.zones}
    assert set(gateway["routeTableIds"]) == {*tables, "network-data-routes-id"}


def test_only_private_subnets_and_hybrid_nodes_connect_and_over_tls(
    bank: Deployment, settings: Settings
) -> None:
    group = bank.one(GROUP, "endpoints-group").inputs
    zones = settings.network.zones.values()
    clients = [str(tier_network(block, Tier.PRIVATE)) for block in zones]
    assert [rule["cidrBlocks"] for rule in group["ingress"]] == [
        [client] for client in (*clients, *hybrid(settings))
    ]
    for rule in group["ingress"]:
        assert (rule["protocol"], rule["fromPort"], rule["toPort"]) == ("tcp", 443, 443)
    assert group["egress"] == []


def test_no_endpoint_gives_full_access(bank: Deployment) -> None:
    for endpoint in bank.of(ENDPOINT):
        for statement in statements(endpoint.inputs["policy"]):
            assert statement.get("Condition") or statement["Resource"] != "*", endpoint


@pytest.mark.parametrize("service", INTERFACES)
def test_nobody_from_another_account_passes(service: str) -> None:
    policy = interface_policies("111111111111")[service]
    assert allowed(policy, "any:Thing", **OURS)
    assert not allowed(policy, "any:Thing", **THEIRS)
    assert not allowed(policy, "any:Thing")


def test_a_pod_s_first_call_passes_and_only_for_a_role_of_ours() -> None:
    policy = interface_policies("111111111111")["sts"]
    call = "sts:AssumeRoleWithWebIdentity"
    assert allowed(policy, call, "arn:aws:iam::111111111111:role/a")
    assert not allowed(policy, call, "arn:aws:iam::222222222222:role/a")


def test_data_is_carried_to_no_bucket_of_others() -> None:
    policy = bucket_policy("111111111111", "eu-west-1")
    ours = {**OURS, "aws__ResourceAccount": "111111111111"}
    assert allowed(policy, "s3:PutObject", "arn:aws:s3:::corebank-logs/a", **ours)
    theirs = {**OURS, "aws__ResourceAccount": "222222222222"}
    assert not allowed(policy, "s3:PutObject", "arn:aws:s3:::somebodys/a", **theirs)
    layers = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/a"
    assert allowed(policy, "s3:GetObject", layers, **theirs)
    assert not allowed(policy, "s3:PutObject", layers, **theirs)

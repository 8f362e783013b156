"""moto, and what the tests of the aws stand-in do in it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from tempfile import TemporaryDirectory
from typing import Any

from moto.server import ThreadedMotoServer

from rehearsal.providers.aws import ROWS
from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.aws.eks import NodeGroup
from rehearsal.providers.aws.topics import Topic
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import differences
from rehearsal.servers.moto import organise

REGION = "eu-west-1"
TAGS = {"owner": "payments", "cost-centre": "4711"}

IN_MOTO = [row for row in ROWS if not isinstance(row, (NodeGroup, Topic))]
TAGGED = [row for row in ROWS if isinstance(row, ApiResource) and row.tags_of]

Plain = dict[str, Any]

_numbers = count(1)
_POLICY = (
    '{"Version": "2012-10-17", "Statement":'
    ' [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'
)


@dataclass(frozen=True)
class World:
    """moto, and what examples stand on: made by the rows themselves, anew for each caller."""

    aws: Aws

    def make(self, token: str, inputs: Plain) -> tuple[str, Plain]:
        """Makes a resource as the framework does; returns its id and its state."""
        row = row_of(token)
        resource_id = row.create(self.aws, inputs)
        row.finish(self.aws, resource_id, inputs)
        state = row.read(self.aws, resource_id, inputs, {})
        assert state is not None
        return resource_id, state

    def call(self, service: str, operation: str, **members: Any) -> Plain:
        """Does something by hand, past the stand-in."""
        return self.aws.service(service, REGION).call(operation, members)

    def after(
        self, by_hand: "Callable[[World, str, Plain], None]", token: str, inputs: Plain
    ) -> tuple[list[str], list[str]]:
        """Does something to a new resource by hand: where it differs then, and after an update."""
        row = row_of(token)
        resource_id, _ = self.make(token, inputs)
        by_hand(self, resource_id, inputs)
        found = live(row, self, resource_id, inputs)
        row.update(self.aws, resource_id, found, {key: found.get(key) for key in inputs}, inputs)
        return drift(inputs, found), drift(inputs, live(row, self, resource_id, inputs))

    def vpc(self) -> str:
        return self.make("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})[0]

    def subnet(self, vpc: str | None = None, network: str = "10.0.1.0/24") -> str:
        inputs = {"vpcId": vpc or self.vpc(), "cidrBlock": network}
        return self.make("aws:ec2/subnet:Subnet", inputs)[0]

    def gateway(self, vpc: str) -> str:
        return self.make("aws:ec2/internetGateway:InternetGateway", {"vpcId": vpc})[0]

    def address(self) -> str:
        return self.make("aws:ec2/eip:Eip", {"domain": "vpc"})[0]

    def nat(self, subnet: str) -> str:
        inputs = {"allocationId": self.address(), "subnetId": subnet}
        return self.make("aws:ec2/natGateway:NatGateway", inputs)[0]

    def table(self, vpc: str) -> str:
        return self.make("aws:ec2/routeTable:RouteTable", {"vpcId": vpc})[0]

    def group(self) -> str:
        inputs = {"name": new_name(), "description": "d", "vpcId": self.vpc()}
        return self.make("aws:ec2/securityGroup:SecurityGroup", inputs)[0]

    def key(self) -> str:
        return self.make("aws:kms/key:Key", {})[0]

    def key_arn(self) -> str:
        return str(self.make("aws:kms/key:Key", {})[1]["arn"])

    def registry(self) -> str:
        return self.make("aws:glue/registry:Registry", {"registryName": new_name()})[0]

    def number(self) -> int:
        """Another one each time, from 1 on."""
        return next(_numbers)

    def bucket(self, *, locked: bool = False) -> str:
        inputs = {"bucket": new_name(), "objectLockEnabled": locked}
        return self.make("aws:s3/bucket:Bucket", inputs)[0]

    def policy(self) -> str:
        inputs = {"name": new_name(), "policy": _POLICY}
        return self.make("aws:iam/policy:Policy", inputs)[0]

    def role(self) -> str:
        inputs = {"name": new_name(), "assumeRolePolicy": "{}"}
        return self.make("aws:iam/role:Role", inputs)[0]

    def topic(self) -> str:
        return self.make("aws:sns/topic:Topic", {"name": new_name()})[0]

    def detector(self) -> str:
        """The only one that a region has."""
        self.without_detector()
        return self.make("aws:guardduty/detector:Detector", {"enable": True})[0]

    def without_detector(self) -> None:
        """Takes away the region's detector."""
        for detector in self.call("guardduty", "ListDetectors")["DetectorIds"]:
            self.call("guardduty", "DeleteDetector", DetectorId=detector)

    def without_resolver_endpoints(self) -> None:
        """Takes away the region's doors, of which moto makes four at most."""
        for door in self.call("route53resolver", "ListResolverEndpoints")["ResolverEndpoints"]:
            for rule in self.call("route53resolver", "ListResolverRules")["ResolverRules"]:
                if rule.get("ResolverEndpointId") == door["Id"]:
                    self._without_rule(rule["Id"])
            self.call("route53resolver", "DeleteResolverEndpoint", ResolverEndpointId=door["Id"])

    def _without_rule(self, rule: str) -> None:
        of_rule = [{"Name": "ResolverRuleId", "Values": [rule]}]
        told = self.call("route53resolver", "ListResolverRuleAssociations", Filters=of_rule)
        for each in told["ResolverRuleAssociations"]:
            self.call(
                "route53resolver",
                "DisassociateResolverRule",
                ResolverRuleId=rule,
                VPCId=each["VPCId"],
            )
        self.call("route53resolver", "DeleteResolverRule", ResolverRuleId=rule)

    def forget_config(self) -> None:
        """Takes away the only recorder and channel that a region has."""
        told = self.call("config", "DescribeConfigurationRecorders")["ConfigurationRecorders"]
        for recorder in told:
            name = recorder["name"]
            self.call("config", "StopConfigurationRecorder", ConfigurationRecorderName=name)
            for channel in self.call("config", "DescribeDeliveryChannels")["DeliveryChannels"]:
                named = channel["name"]
                self.call("config", "DeleteDeliveryChannel", DeliveryChannelName=named)
            self.call("config", "DeleteConfigurationRecorder", ConfigurationRecorderName=name)


def row_of(token: str) -> ResourceType[Aws]:
    return next(row for row in ROWS if row.type == token)


def new_name() -> str:
    return f"example-{next(_numbers)}"


def changed(inputs: Plain, change: Plain) -> Plain:
    return {key: value for key, value in {**inputs, **change}.items() if value is not None}


def type_of(row: ResourceType[Any]) -> str:
    return row.type


def live(row: ResourceType[Aws], world: World, resource_id: str, inputs: Plain) -> Plain:
    found = row.read(world.aws, resource_id, inputs, inputs)
    assert found is not None
    return found


def drift(inputs: Plain, found: Plain) -> list[str]:
    """Where what is found differs from what was declared, by the framework's measure."""
    told = {key: found.get(key) for key in {*inputs, "tags"}}
    return [path for path, _, _ in differences(inputs, told)]


@contextmanager
def in_moto() -> Generator[World]:
    """A world on a server of its own; the boto3 clients ask it over HTTP, as in a rehearsal."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    organise(endpoint)
    try:
        with TemporaryDirectory() as folder:
            cluster = {
                "ca": "Y2E=",
                "endpoint": "https://127.0.0.1:6443",
                "entries": f"{folder}/access-entries.json",
            }
            aws = Aws(endpoint=endpoint, region=REGION, kafka="127.0.0.1:9092", kubernetes=cluster)
            yield World(aws)
    finally:
        server.stop()

"""What stands is not undone by a setting: each refusal, and that what may change passes."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto.resource_pb2 import ResourceInvokeRequest, ResourceInvokeResponse

import domains
from domains import Catalogue
from settings import LinkSettings, Settings, load_settings
from standing import Standing, ask_what_stands
from standing.refusals import refusals
from tests.engine import deploy
from tests.stack_files import config_of

TOPIC = "corebank.payments.initiated.v1"
SCHEMA = (Path(domains.__file__).parent / "schemas" / f"{TOPIC}.avsc").read_text()


def test_what_stands_is_the_engine_s_answer_by_type(monkeypatch: pytest.MonkeyPatch) -> None:
    told: Any = Struct()
    told["outputs"] = {
        "urn:one": {"type": "aws:ec2/vpc:Vpc", "outputs": {"cidrBlock": "10.0.0.0/16"}},
        "urn:two": {"type": "aws:kms/key:Key", "outputs": {"rotates": True}},
        "urn:three": {"type": "aws:kms/key:Key", "outputs": {"rotates": False}},
    }
    secret = PropertyValue({"key": PropertyValue("s3cret")}, is_secret=True).marshal()
    told["outputs"]["urn:three"]["outputs"].fields["hidden"].CopyFrom(secret)
    asked: list[ResourceInvokeRequest] = []

    def answer(request: ResourceInvokeRequest) -> ResourceInvokeResponse:
        asked.append(request)
        response: Any = ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(told)
        return response

    monkeypatch.setattr("standing._state.get_monitor", lambda: SimpleNamespace(Invoke=answer))
    found: list[Standing] = []
    deploy(lambda: found.append(ask_what_stands()()))

    (standing,) = found
    (request,) = asked
    assert request.tok == "pulumi:pulumi:readStackResourceOutputs"
    assert str(request.args["stackName"]).endswith("/corebank/sandbox")
    assert standing.of("aws:ec2/vpc:Vpc") == ({"cidrBlock": "10.0.0.0/16"},)
    assert standing.of("aws:kms/key:Key") == (
        {"rotates": True},
        {"rotates": False, "hidden": {"key": "s3cret"}},
    )
    assert standing.of("aws:s3/bucket:Bucket") == ()


def test_what_stands_as_asked_is_in_order(catalogue: Catalogue) -> None:
    for stack in ("sandbox", "staging", "production"):
        settings = settings_of(stack)
        assert refusals(standing(settings), settings, catalogue) == []


def test_a_new_stack_has_nothing_to_keep(catalogue: Catalogue) -> None:
    assert refusals(Standing({}), settings_of("production"), catalogue) == []


def test_partitions_can_not_be_taken_away(catalogue: Catalogue) -> None:
    there = standing(settings_of("sandbox"), topic={"partitionCount": 48.0})
    (problem,) = refusals(there, settings_of("sandbox"), catalogue)
    assert str(problem) == (
        f"ERR fewer-partitions topic {TOPIC}: has 48 partitions, and Kafka takes none away "
        "(got 24); use 48 or more, or publish a new version of the topic"
    )


def test_partitions_can_be_added(catalogue: Catalogue) -> None:
    there = standing(settings_of("sandbox"), topic={"partitionCount": 12.0})
    assert refusals(there, settings_of("sandbox"), catalogue) == []


def test_a_required_field_can_not_be_dropped(catalogue: Catalogue) -> None:
    fuller = json.loads(catalogue.topics[TOPIC].schema)
    fuller["fields"].append({"name": "channel", "type": "string"})
    settings = settings_of("sandbox")
    there = standing(settings, schema={"schemaDefinition": json.dumps(fuller)})
    (problem,) = refusals(there, settings, catalogue)
    assert str(problem) == (
        f"ERR incompatible-schema domains/schemas/{TOPIC}.avsc: is not BACKWARD compatible with "
        "the schema that stands: field channel is dropped and has no default; put it back, or "
        "publish a new version of the topic"
    )


def test_an_optional_field_can_be_added(catalogue: Catalogue) -> None:
    leaner = json.loads(catalogue.topics[TOPIC].schema)
    leaner["fields"] = [field for field in leaner["fields"] if "default" not in field]
    settings = settings_of("sandbox")
    there = standing(settings, schema={"schemaDefinition": json.dumps(leaner)})
    assert refusals(there, settings, catalogue) == []


@pytest.mark.parametrize(
    ("resource", "given", "refused"),
    [
        ("cluster", {"version": "1.36"}, ("downgrade", "corebank:cluster.version")),
        ("cluster", {"version": "1.33"}, ("skipped-version", "corebank:cluster.version")),
        ("kafka", {"kafkaVersion": "4.1.x.kraft"}, ("downgrade", "corebank:kafka.version")),
        ("kafka", {"numberOfBrokerNodes": 9.0}, ("fewer-brokers", "corebank:kafka.brokers")),
        ("database", {"engineVersion": "18.1"}, ("downgrade", "corebank:database.engineVersion")),
    ],
)
@pytest.mark.parametrize("stack", ["sandbox", "production"])
def test_what_nobody_can_undo_is_refused_everywhere(
    stack: str, resource: str, given: Mapping[str, Any], refused: object, catalogue: Catalogue
) -> None:
    settings = settings_of(stack)
    assert told(standing(settings, **{resource: given}), settings, catalogue) == [refused]


def test_the_next_version_of_kubernetes_is_taken(catalogue: Catalogue) -> None:
    settings = settings_of("production")
    assert refusals(standing(settings, cluster={"version": "1.34"}), settings, catalogue) == []


MAKES_ANEW = [
    ("topic", {"replicationFactor": 1.0}, "corebank:kafka.replication"),
    ("zone", {"availabilityZone": "eu-west-1x"}, "corebank:network.zones"),
    ("zone", {"cidrBlock": "10.48.192.0/20"}, "corebank:network.zones.eu-west-1a"),
    (
        "cluster",
        {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "172.30.0.0/16"}},
        "corebank:cluster.serviceNetwork",
    ),
    ("vpc", {"cidrBlock": "10.0.0.0/16"}, "corebank:network.cidr"),
    (
        "database",
        {"snapshotIdentifier": "arn:aws:rds:eu-west-1:333333333333:cluster-snapshot:monday"},
        "corebank:database.clusters.corebank",
    ),
    (
        "database",
        {"restoreToPointInTime": {"sourceClusterIdentifier": "former"}},
        "corebank:database.clusters.corebank",
    ),
    ("lines", {"amazonSideAsn": "64999"}, "corebank:onPremises.link.directConnectAsn"),
    ("line", {"vlan": 4094.0}, "corebank:onPremises.link.connections.dxcon-fgprod01"),
    ("line", {"bgpAsn": 65999.0}, "corebank:onPremises.link.dataCentreAsn"),
    (
        "tunnels",
        {"tunnel1InsideCidr": "169.254.99.0/30"},
        "corebank:onPremises.link.gateways.203.0.113.30",
    ),
]


@pytest.mark.parametrize(("resource", "given", "path"), MAKES_ANEW)
def test_what_is_protected_is_not_made_anew(
    resource: str, given: Mapping[str, Any], path: str, catalogue: Catalogue
) -> None:
    settings = settings_of("production")
    there = standing(settings, **{resource: given})
    assert told(there, settings, catalogue) == [("makes-anew", path)]


@pytest.mark.parametrize(("resource", "given", "path"), MAKES_ANEW)
def test_what_is_not_protected_may_be_made_anew(
    resource: str, given: Mapping[str, Any], path: str, catalogue: Catalogue
) -> None:
    del path
    settings = settings_of("sandbox")
    assert refusals(standing(settings, **{resource: given}), settings, catalogue) == []


def test_a_line_or_a_device_can_be_added_and_the_transit_gateway_renumbered(
    catalogue: Catalogue,
) -> None:
    link = "corebank:onPremises.link"
    changes: dict[str, object] = {
        f"{link}.transitGatewayAsn": 64999,
        f"{link}.connections.dxcon-fgprod09": 99,
        f"{link}.gateways": {
            **config_of("production")["corebank:onPremises"]["link"]["gateways"],
            "203.0.113.99": "169.254.99.0/29",
        },
    }
    asked = load_settings("production", config_of("production", changes))
    assert refusals(standing(settings_of("production")), asked, catalogue) == []


def settings_of(stack: str) -> Settings:
    return load_settings(stack, config_of(stack))


def told(there: Standing, settings: Settings, catalogue: Catalogue) -> list[tuple[str, str]]:
    return [(problem.code, problem.path) for problem in refusals(there, settings, catalogue)]


def standing(settings: Settings, **changed: Mapping[str, Any]) -> Standing:
    """What stands after an update with these settings, but for what is changed of one resource."""

    def resource(which: str, **outputs: Any) -> dict[str, Any]:
        return {**outputs, **changed.get(which, {})}

    zones = [
        {
            "availabilityZone": zone,
            "cidrBlock": str(block),
            "tags": {"Name": f"network-data-{zone}", "tier": "data"},
        }
        for zone, block in settings.network.zones.items()
    ]
    zones[0] |= changed.get("zone", {})
    link = settings.on_premises and settings.on_premises.link
    return Standing(
        {
            "aws:ec2/subnet:Subnet": tuple(zones),
            **(of_the_link(link, resource) if link else {}),
            "aws:ec2/vpc:Vpc": (resource("vpc", cidrBlock=str(settings.network.cidr)),),
            "aws:eks/cluster:Cluster": (
                resource(
                    "cluster",
                    version=settings.cluster.version,
                    kubernetesNetworkConfig={
                        "serviceIpv4Cidr": str(settings.cluster.service_network)
                    },
                ),
            ),
            "aws:msk/cluster:Cluster": (
                resource(
                    "kafka",
                    kafkaVersion=settings.kafka.version,
                    numberOfBrokerNodes=float(settings.kafka.brokers),
                    brokerNodeGroupInfo={
                        "storageInfo": {
                            "ebsStorageInfo": {"volumeSize": float(settings.kafka.volume_gib)}
                        }
                    },
                ),
            ),
            "aws:rds/cluster:Cluster": (
                resource(
                    "database",
                    clusterIdentifier=settings.database.serving,
                    engineVersion=settings.database.engine_version,
                ),
            ),
            "aws:glue/schema:Schema": (
                {"schemaName": TOPIC, **changed.get("schema", {"schemaDefinition": SCHEMA})},
            ),
            "aws:msk/topic:Topic": (
                resource(
                    "topic",
                    name=TOPIC,
                    partitionCount=24.0,
                    replicationFactor=float(settings.kafka.replication),
                ),
            ),
        }
    )


def of_the_link(
    link: LinkSettings, resource: Callable[..., dict[str, Any]]
) -> dict[str, tuple[dict[str, Any], ...]]:
    """The first line and device of the link are those that something is changed of."""
    lines = [
        {"connectionId": line, "vlan": float(vlan), "bgpAsn": float(link.data_centre_asn)}
        for line, vlan in link.connections.items()
    ]
    tunnels = [
        {
            "tags": {"Name": f"data-centre-vpn-{device}"},
            "tunnel1InsideCidr": str(first),
            "tunnel2InsideCidr": str(second),
        }
        for device, inside in link.gateways.items()
        for first, second in [inside.subnets()]
    ]
    return {
        "aws:directconnect/gateway:Gateway": (
            resource("lines", amazonSideAsn=str(link.direct_connect_asn)),
        ),
        "aws:directconnect/transitVirtualInterface:TransitVirtualInterface": (
            resource("line", **lines[0]),
            *lines[1:],
        ),
        "aws:ec2/vpnConnection:VpnConnection": (resource("tunnels", **tunnels[0]), *tunnels[1:]),
    }

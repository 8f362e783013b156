"""Kafka's lists follow the policies of roles in moto, whatever changes them."""

import json
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from confluent_kafka import admin

from components._kafka_grants import consume, granting, produce
from rehearsal.providers.aws import kafka_access
from rehearsal.providers.aws.kafka_grants import NotInKafka
from tests.stand_in_world import World, in_moto, live, new_name, row_of

_ASK = "_iam"
_api: Any = admin

POLICY = "aws:iam/policy:Policy"
OWN = "aws:iam/rolePolicy:RolePolicy"
ATTACHED = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ONLY_ATTACHED = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
ONLY_OWN = "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive"

ISSUED, MADE = "corebank.cards.issued.v1", "corebank.cards.transactions.v1"

Plain = dict[str, Any]


class Lists:
    """A broker's access-control lists, and as much of the admin client as is needed."""

    def __init__(self) -> None:
        self.bindings: list[Any] = []

    def create_acls(self, new: list[Any]) -> Plain:
        self.bindings += new
        return {str(each): _done(None) for each in new}

    def describe_acls(self, wanted: Any) -> Future[Any]:
        return _done([each for each in self.bindings if each.principal == wanted.principal])

    def delete_acls(self, filters: list[Any]) -> Plain:
        gone = [(f.restype, f.name, f.operation, f.permission_type, f.principal) for f in filters]
        self.bindings = [
            b
            for b in self.bindings
            if (b.restype, b.name, b.operation, b.permission_type, b.principal) not in gone
        ]
        return {str(each): _done(None) for each in filters}

    def of(self, role: str) -> set[str]:
        return {
            f"{each.operation.name} {each.name}"
            for each in self.bindings
            if each.principal == f"User:{role}"
        }

    def by_hand(self, role: str, permission: Any = _api.AclPermissionType.ALLOW) -> None:
        self.bindings.append(
            _api.AclBinding(
                _api.ResourceType.TOPIC,
                MADE,
                _api.ResourcePatternType.LITERAL,
                f"User:{role}",
                "*",
                _api.AclOperation.READ,
                permission,
            )
        )


def _done(value: Any) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(value)
    return future


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with in_moto() as world:
        yield world


@pytest.fixture(scope="module")
def cluster(world: World) -> str:
    nodes = {"ClientSubnets": ["a"], "InstanceType": "kafka.m7g.large"}
    told = world.call(
        "kafka",
        "CreateCluster",
        ClusterName="corebank",
        KafkaVersion="3.9.x",
        NumberOfBrokerNodes=1,
        BrokerNodeGroupInfo=nodes,
    )
    return str(told["ClusterArn"])


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> Lists:
    lists = Lists()

    def connected(bootstrap: str) -> Lists:
        del bootstrap
        return lists

    monkeypatch.setattr(kafka_access, "connected", connected)
    return lists


def policy(world: World, document: str) -> tuple[str, Plain]:
    inputs = {"name": new_name(), "policy": document}
    return world.make(POLICY, inputs)[0], inputs


def test_what_is_attached_opens_kafka_and_what_is_detached_closes_it(
    world: World, cluster: str, lists: Lists
) -> None:
    role = world.role()
    writing, _ = policy(world, granting(produce(cluster, ISSUED)))
    reading, _ = policy(world, granting(consume(cluster, MADE, "cards")))
    assert lists.bindings == []
    written, _ = world.make(ATTACHED, {"role": role, "policyArn": writing})
    wrote = {"IDEMPOTENT_WRITE kafka-cluster", f"DESCRIBE {ISSUED}", f"WRITE {ISSUED}"}
    assert lists.of(role) == wrote
    read = {"role": role, "policyArn": reading}
    attachment, state = world.make(ATTACHED, read)
    reads = {f"DESCRIBE {MADE}", f"READ {MADE}", "DESCRIBE cards", "READ cards"}
    assert lists.of(role) == wrote | reads

    row_of(ATTACHED).delete(world.aws, written, {"role": role, "policyArn": writing})
    assert lists.of(role) == reads
    row_of(ATTACHED).delete(world.aws, attachment, state)
    assert lists.bindings == []


def test_a_policy_that_changes_changes_what_its_roles_may(
    world: World, cluster: str, lists: Lists
) -> None:
    roles = [world.role(), world.role()]
    arn, before = policy(world, granting(consume(cluster, ISSUED, "cards")))
    for role in roles:
        world.make(ATTACHED, {"role": role, "policyArn": arn})
    state = live(row_of(POLICY), world, arn, before)
    after = {**before, "policy": granting(produce(cluster, MADE))}
    row_of(POLICY).update(world.aws, arn, state, before, after)
    for role in roles:
        assert lists.of(role) == {
            "IDEMPOTENT_WRITE kafka-cluster",
            f"DESCRIBE {MADE}",
            f"WRITE {MADE}",
        }
    nothing = {**before, "policy": OTHER}
    row_of(POLICY).update(world.aws, arn, state, after, nothing)
    assert lists.bindings == []
    row_of(POLICY).update(world.aws, arn, state, nothing, after)
    assert {each.principal for each in lists.bindings} == {f"User:{role}" for role in roles}


OTHER = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
)


def test_what_stands_in_a_role_opens_kafka_too(world: World, cluster: str, lists: Lists) -> None:
    role = world.role()
    inputs = {"role": role, "name": "own", "policy": granting(consume(cluster, ISSUED, "g"))}
    policy, state = world.make(OWN, inputs)
    assert f"READ {ISSUED}" in lists.of(role)
    row_of(OWN).update(world.aws, policy, state, inputs, {**inputs, "policy": OTHER})
    assert lists.bindings == []
    row_of(OWN).update(world.aws, policy, state, {**inputs, "policy": OTHER}, inputs)
    row_of(OWN).delete(world.aws, policy, state)
    assert lists.bindings == []


@pytest.mark.parametrize("permission", ["ALLOW", "DENY"])
def test_a_list_changed_by_hand_is_drift_of_what_opens_kafka_and_goes_with_the_next_update(
    world: World, cluster: str, lists: Lists, permission: str
) -> None:
    role = world.role()
    arn, _ = policy(world, granting(consume(cluster, ISSUED, "g")))
    inputs = {"role": role, "policyArn": arn}
    attachment, state = world.make(ATTACHED, inputs)
    as_declared = lists.of(role)
    row = row_of(ATTACHED)

    def more() -> None:
        lists.by_hand(role, _api.AclPermissionType[permission])

    def fewer() -> None:
        lists.bindings.pop()

    for change in (more, fewer):
        change()
        assert row.read(world.aws, attachment, inputs, state) is None
        # So the engine makes it anew.
        row.finish(world.aws, row.create(world.aws, inputs), inputs)
        assert row.read(world.aws, attachment, inputs, state) == state
        assert lists.of(role) == as_declared
        assert {each.permission_type.name for each in lists.bindings} == {"ALLOW"}


@pytest.mark.parametrize("own", [False, True])
def test_a_policy_put_on_a_role_by_hand_opens_kafka_no_longer_than_the_role_has_it(
    world: World, cluster: str, lists: Lists, *, own: bool
) -> None:
    role, document = world.role(), granting(consume(cluster, ISSUED, "g"))
    kind, name = (ONLY_OWN, "policyNames") if own else (ONLY_ATTACHED, "policyArns")
    inputs: Plain = {"roleName": role, name: []}
    exclusive, _ = world.make(kind, inputs)
    if own:
        world.call("iam", "PutRolePolicy", RoleName=role, PolicyName="x", PolicyDocument=document)
    else:
        arn, _ = policy(world, document)
        world.call("iam", "AttachRolePolicy", RoleName=role, PolicyArn=arn)
    kafka_access.settle(world.aws, role)
    assert f"READ {ISSUED}" in lists.of(role)
    found = live(row_of(kind), world, exclusive, inputs)
    assert found[name] != []
    row_of(kind).update(world.aws, exclusive, found, {**inputs, name: found[name]}, inputs)
    assert lists.bindings == []


@pytest.mark.parametrize("own", [False, True])
def test_a_policy_that_is_deleted_while_it_is_read_opens_nothing(
    world: World, cluster: str, lists: Lists, monkeypatch: pytest.MonkeyPatch, *, own: bool
) -> None:
    role, document = world.role(), granting(consume(cluster, ISSUED, "g"))
    arn, _ = policy(world, document)
    if own:
        world.call("iam", "PutRolePolicy", RoleName=role, PolicyName="x", PolicyDocument=document)
    else:
        world.call("iam", "AttachRolePolicy", RoleName=role, PolicyArn=arn)
    asked = getattr(kafka_access, _ASK)

    def gone_meanwhile(client: Any, operation: str, **members: Any) -> Plain:
        told = asked(client, operation, **members)
        if own and operation == "ListRolePolicies":
            world.call("iam", "DeleteRolePolicy", RoleName=role, PolicyName="x")
        if not own and operation == "GetPolicy":
            world.call("iam", "DetachRolePolicy", RoleName=role, PolicyArn=arn)
            world.call("iam", "DeletePolicy", PolicyArn=arn)
        return told

    monkeypatch.setattr(kafka_access, _ASK, gone_meanwhile)
    kafka_access.settle(world.aws, role)
    assert lists.bindings == []


def test_a_policy_that_kafka_cannot_follow_stops_the_update(world: World, lists: Lists) -> None:
    arn, _ = policy(world, OTHER.replace("s3:GetObject", "kafka-cluster:ReadDate"))
    with pytest.raises(NotInKafka, match="kafka-cluster:ReadDate"):
        world.make(ATTACHED, {"role": world.role(), "policyArn": arn})
    assert lists.bindings == []


def test_whose_policies_are_not_about_kafka_is_nobody_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connected(bootstrap: str) -> Lists:
        raise AssertionError(bootstrap)

    monkeypatch.setattr(kafka_access, "connected", connected)
    role, (arn, inputs) = world.role(), policy(world, OTHER)
    attachment, state = world.make(ATTACHED, {"role": role, "policyArn": arn})
    row_of(POLICY).update(world.aws, arn, inputs, inputs, {**inputs, "policy": OTHER})
    row_of(ATTACHED).delete(world.aws, attachment, state)

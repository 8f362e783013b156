"""Live: the drills on the brokers, red for each protection taken away, and how it is put back.

That they are green where none is, ``up`` has shown.
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from confluent_kafka import TopicPartition, admin

from rehearsal.drills import Drill, Outcome
from rehearsal.drills.broker_matrix import BROKER_MATRIX
from rehearsal.drills.schemas import SCHEMAS
from tests.rehearsed import Copy, aws, kafka, topics

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(600)]

_api: Any = admin

ISSUED, PAID = "corebank.cards.issued.v1", "corebank.payments.initiated.v1"
ATTACHED = "payments-identity-kafka"
SCHEMA = f"domains/schemas/{PAID}.avsc"


@pytest.fixture
def bank(copy: Copy) -> "Bank":
    return Bank(copy)


class Bank:
    """The sandbox as it runs."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        self.addresses = copy.addresses("sandbox")
        self.outputs = copy.outputs("sandbox")
        self.kafka = kafka(self.addresses)

    def red(self, drill: Drill) -> set[str]:
        """What did not end as it should."""
        outcome = Outcome(drill=drill, attempts=drill.attempts(self.outputs, self.addresses))
        assert outcome.attempts
        return set(map(str, outcome.failures))

    def put_right(self) -> None:
        """What an update does that looks at everything first."""
        done = self.copy.update("sandbox", "--refresh")
        assert done.returncode == 0, done.stdout + done.stderr
        assert self.copy.plan("sandbox", "--expect-no-changes", "--refresh") == {}


def test_what_was_tried_is_gone_afterwards(bank: Bank) -> None:
    before = records(bank.kafka)
    assert bank.red(BROKER_MATRIX) == set()
    assert bank.red(SCHEMAS) == set()
    assert records(bank.kafka) == before
    assert users(bank.kafka) == set()
    assert bank.kafka.list_consumer_groups().result().valid == []


def test_a_list_written_by_hand_makes_the_matrix_red_and_is_drift(bank: Bank) -> None:
    written = binding("corebank-payments", ISSUED, _api.AclOperation.READ)
    bank.kafka.create_acls([written])[written].result()

    assert bank.red(BROKER_MATRIX) == {worked("payments", "read", ISSUED)}
    assert bank.copy.plan("sandbox") == {}
    assert bank.copy.differing("sandbox").keys() == {ATTACHED}
    bank.put_right()
    assert bank.red(BROKER_MATRIX) == set()


def test_a_list_for_everybody_makes_the_matrix_red(bank: Bank) -> None:
    with listed(bank, binding("*", ISSUED, _api.AclOperation.WRITE)):
        others = {*bank.outputs["messaging"]["clients"], "stranger"} - {"cards"}
        assert bank.red(BROKER_MATRIX) == {worked(name, "write", ISSUED) for name in others}


def test_a_list_that_is_missing_makes_both_drills_red_and_is_drift(bank: Bank) -> None:
    gone = binding("corebank-payments", PAID, _api.AclOperation.WRITE)
    [taken] = bank.kafka.delete_acls([as_filter(gone)]).values()
    assert len(taken.result()) == 1

    refused = f"payments, write {PAID}: should have worked, and did not"
    assert bank.red(BROKER_MATRIX) == {refused}
    assert bank.red(SCHEMAS) == {refused}
    assert bank.copy.differing("sandbox").keys() == {ATTACHED}
    bank.put_right()
    assert bank.red(SCHEMAS) == set()


def test_a_policy_loosened_to_all_topics_makes_the_matrix_red(bank: Bank) -> None:
    grants = "components/_kafka_grants.py"
    exact = '_allow(["DescribeTopic", "WriteData"], _part(cluster_arn, "topic", topic))'
    with bank.copy.edited(grants, exact, exact.replace(", topic))", ', "*"))')):
        assert bank.copy.update("sandbox").returncode == 0
        red = bank.red(BROKER_MATRIX)
    assert bank.copy.update("sandbox").returncode == 0

    assert worked("payments", "write", ISSUED) in red
    assert worked("lending", "write", "corebank.operations.audits.v1") in red
    assert {told.split(", ")[1].split()[0] for told in red} == {"write"}
    assert not [told for told in red if told.startswith(("stranger", "branch-atm"))]
    assert bank.red(BROKER_MATRIX) == set()


def test_a_policy_taken_off_and_changed_by_hand_is_put_right_on_the_brokers_too(
    bank: Bank,
) -> None:
    iam = aws(bank.addresses, "iam")
    [attached] = iam.list_attached_role_policies(RoleName="corebank-payments")["AttachedPolicies"]
    before = lists(bank.kafka, "corebank-payments")
    iam.detach_role_policy(RoleName="corebank-payments", PolicyArn=attached["PolicyArn"])
    # Until somebody looks, nobody at the brokers has heard of it: AWS is asked, they are told.
    assert lists(bank.kafka, "corebank-payments") == before
    assert ATTACHED in bank.copy.differing("sandbox")
    bank.put_right()
    assert lists(bank.kafka, "corebank-payments") == before


def test_a_schema_that_lost_a_field_behind_the_program_s_back_makes_the_drill_red(
    bank: Bank,
) -> None:
    glue = aws(bank.addresses, "glue")
    known = {"RegistryName": "corebank", "SchemaName": PAID}
    newest = {"LatestVersion": True}
    told = glue.get_schema_version(SchemaId=known, SchemaVersionNumber=newest)
    schema = json.loads(told["SchemaDefinition"])
    schema["fields"] = [each for each in schema["fields"] if each["name"] != "currency"]
    glue.register_schema_version(SchemaId=known, SchemaDefinition=json.dumps(schema))

    assert bank.red(SCHEMAS) == {f"who reads today, lose a field {PAID}: {NOT_REFUSED}"}
    # A registry takes no version back.
    glue.delete_schema(SchemaId=known)
    bank.put_right()
    assert bank.red(SCHEMAS) == set()


def test_a_field_dropped_in_a_schema_is_refused_before_the_registry_hears_of_it(
    bank: Bank,
) -> None:
    log = bank.copy.home("sandbox") / "logs" / "stand-ins.log"
    file = bank.copy.folder / SCHEMA
    schema = json.loads(file.read_text())
    dropped = [each for each in schema["fields"] if each["name"] != "currency"]
    before = log.read_text()
    with bank.copy.edited(SCHEMA, file.read_text(), json.dumps({**schema, "fields": dropped})):
        refused = bank.copy.pulumi("sandbox", "preview")
    assert refused.returncode != 0
    assert "field currency is dropped and has no default" in refused.stdout + refused.stderr
    assert log.read_text() == before


NOT_REFUSED = "should have been refused, and was not"


def worked(actor: str, what: str, target: str) -> str:
    return f"{actor}, {what} {target}: {NOT_REFUSED}"


def binding(user: str, topic: str, operation: Any) -> Any:
    return _api.AclBinding(
        _api.ResourceType.TOPIC,
        topic,
        _api.ResourcePatternType.LITERAL,
        f"User:{user}",
        "*",
        operation,
        _api.AclPermissionType.ALLOW,
    )


def as_filter(binding: Any) -> Any:
    return _api.AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )


@contextmanager
def listed(bank: Bank, binding: Any) -> Generator[None]:
    """Writes a list for a while."""
    bank.kafka.create_acls([binding])[binding].result()
    try:
        yield
    finally:
        for future in bank.kafka.delete_acls([as_filter(binding)]).values():
            future.result()


def lists(admin: Any, user: str) -> set[tuple[str, str]]:
    """What a user is listed for: operations and names."""
    every = _api.AclBindingFilter(
        _api.ResourceType.ANY,
        None,
        _api.ResourcePatternType.ANY,
        f"User:{user}",
        None,
        _api.AclOperation.ANY,
        _api.AclPermissionType.ANY,
    )
    return {(each.operation.name, each.name) for each in admin.describe_acls(every).result()}


def users(admin: Any) -> set[str]:
    return set(admin.describe_user_scram_credentials().result())


def records(admin: Any) -> dict[str, int]:
    """How many records each topic has in its first partition."""
    first, next_ = (
        {
            partition.topic: answer.result().offset
            for partition, answer in admin.list_offsets(
                {TopicPartition(name, 0): spec() for name in topics(admin)}
            ).items()
        }
        for spec in (_api.OffsetSpec.earliest, _api.OffsetSpec.latest)
    )
    return {name: next_[name] - each for name, each in first.items()}

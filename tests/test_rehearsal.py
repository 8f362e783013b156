"""The whole way, live: the real engine, real servers, and the drills seen both green and red."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psutil
import pytest
from hvac.exceptions import Forbidden

from tests.rehearsed import (
    Copy,
    aws,
    create_topic,
    delete_topic,
    environment,
    kafka,
    retention,
    topics,
    vault,
)

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(600)]

ALERTS = "corebank.aml.alerts.v1"
FOURTEEN_DAYS = "1209600000"


@pytest.fixture
def addresses(copy: Copy) -> dict[str, Any]:
    return copy.addresses("sandbox")


def test_the_broker_has_the_eighteen_topics_and_dead_letters_for_fourteen_days(
    addresses: dict[str, Any],
) -> None:
    admin = kafka(addresses)
    names = sorted(topics(admin))

    assert len(names) == 18 + 9
    assert len(admin.list_topics(timeout=10).brokers) == 2
    assert retention(admin, names) == {FOURTEEN_DAYS}


def test_vault_lets_payments_read_its_own_secrets_and_no_others(addresses: dict[str, Any]) -> None:
    root = vault(addresses)
    policies = set(root.sys.list_acl_policies()["data"]["keys"]) - {"default", "root"}
    others = ("evidence-", "people-", "vault-")
    assert len({name for name in policies if not name.startswith(others)}) == 13
    for name in ("payments", "lending"):
        secret = {"path": f"{name}/key", "secret": {"of": name}, "mount_point": "corebank"}
        root.secrets.kv.v2.create_or_update_secret(**secret)
    token = root.auth.token.create(policies=["payments"], ttl="5m")["auth"]["client_token"]
    payments = vault(addresses, token)

    assert payments.read("corebank/data/payments/key")["data"]["data"] == {"of": "payments"}
    with pytest.raises(Forbidden):
        payments.read("corebank/data/lending/key")


def test_moto_has_the_network_the_cluster_and_the_schemas(addresses: dict[str, Any]) -> None:
    own = [{"Name": "cidr", "Values": ["10.16.0.0/16"]}]
    glue = aws(addresses, "glue")
    schemas = [
        glue.get_schema(SchemaId={"RegistryName": "corebank", "SchemaName": topic})
        for topic in topics(kafka(addresses))
    ]

    assert len(aws(addresses, "ec2").describe_vpcs(Filters=own)["Vpcs"]) == 1
    [cluster] = aws(addresses, "kafka").list_clusters()["ClusterInfoList"]
    assert cluster["ClusterName"] == "corebank"
    assert [schema["Compatibility"] for schema in schemas] == ["BACKWARD"] * 27


def test_nothing_changes_the_second_time(copy: Copy) -> None:
    assert copy.plan("sandbox", "--expect-no-changes") == {}
    assert copy.plan("sandbox", "--expect-no-changes", "--refresh") == {}


def test_the_commands_work_in_a_shell_with_the_lines_of_env(copy: Copy) -> None:
    done = copy.shell("sandbox", sys.executable, "-m", "rehearsal", "up", "sandbox")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "\nResources:\n    1670 unchanged\n\n" in done.stdout


def test_a_changed_tag_is_changed_in_place_everywhere(copy: Copy) -> None:
    with copy.edited("Pulumi.sandbox.yaml", 'costCentre: "4711"', 'costCentre: "4712"'):
        planned = copy.plan("sandbox")
        assert planned
        assert set(planned.values()) == {"update"}
        done = copy.update("sandbox")
        assert done.returncode == 0, done.stdout + done.stderr
        assert copy.plan("sandbox", "--refresh") == {}
    assert copy.update("sandbox").returncode == 0


def test_the_projects_stack_files_are_never_written_to(copy: Copy) -> None:
    for stack in ("sandbox", "staging", "production"):
        assert "encryptionsalt" not in (copy.folder / f"Pulumi.{stack}.yaml").read_text()


def test_what_is_only_recorded_is_told_with_its_reason(copy: Copy) -> None:
    told = copy.run("status", "sandbox").stdout

    assert "56 only recorded" in told
    assert "aws:msk/configuration:Configuration: moto has no MSK configurations" in told
    assert "aws:accessanalyzer/analyzer:Analyzer: moto has no Access Analyzer" in told


def test_a_topic_deleted_by_hand_is_found_by_refresh_and_made_again(
    copy: Copy, addresses: dict[str, Any]
) -> None:
    delete_topic(kafka(addresses), ALERTS)

    assert copy.plan("sandbox") == {}
    assert copy.plan("sandbox", "--refresh") == {f"{ALERTS}-topic": "create"}
    assert copy.update("sandbox", "--refresh").returncode == 0
    assert ALERTS in topics(kafka(addresses))


def test_a_topic_made_anew_by_hand_with_fewer_copies_is_found_by_refresh(
    copy: Copy, addresses: dict[str, Any]
) -> None:
    admin = kafka(addresses)
    delete_topic(admin, ALERTS)
    create_topic(admin, ALERTS, partitions=12)

    assert copy.plan("sandbox") == {}
    [op] = {copy.plan("sandbox", "--refresh")[f"{ALERTS}-topic"]}
    assert "replace" in op
    assert copy.update("sandbox", "--refresh").returncode == 0
    partitions = topics(admin)[ALERTS].partitions.values()
    assert {len(partition.replicas) for partition in partitions} == {2}


def test_another_replication_is_told_how_to_go_on_and_can_be_taken_back(copy: Copy) -> None:
    brokers, copies = "brokers: 2\n", "replication: 2\n    minInsyncReplicas: 1\n"
    with (
        copy.edited("Pulumi.sandbox.yaml", brokers, "brokers: 4\n"),
        copy.edited("Pulumi.sandbox.yaml", copies, "replication: 3\n    minInsyncReplicas: 2\n"),
    ):
        refused = copy.run("up", "sandbox")
        grown = copy.addresses("sandbox")["kafka"]["bootstrap"].split(",")
    assert refused.returncode == 1
    assert "can't change numberOfBrokerNodes" in refused.stdout
    assert "`make down` and `make up`" in refused.stdout
    assert len(grown) == 3
    # What it holds may be on the third broker by now, so that stays.
    assert copy.run("up", "sandbox").returncode == 0
    assert copy.addresses("sandbox")["kafka"]["bootstrap"].split(",") == grown
    # Workloads are told of it once a refresh has found it.
    assert copy.update("sandbox", "--refresh").returncode == 0
    assert copy.plan("sandbox", "--expect-no-changes", "--refresh") == {}


def test_more_partitions_are_one_update_and_reach_the_broker(
    copy: Copy, addresses: dict[str, Any]
) -> None:
    topic = "corebank.support.tickets.created.v1"
    declared = f'Topic(name="{topic}", keyed_by="ticketId"'
    with copy.edited("domains/support.py", declared, f"{declared}, partitions=24"):
        assert copy.plan("sandbox") == {f"{topic}-topic": "update"}
        assert copy.update("sandbox").returncode == 0
        assert len(topics(kafka(addresses))[topic].partitions) == 24

        # Kafka takes no partition away, so the next tests live with the topic made anew.
        delete_topic(kafka(addresses), topic)
    # What stands is known as of the last refresh.
    refused = copy.pulumi("sandbox", "preview")
    assert "fewer-partitions" in refused.stdout + refused.stderr
    assert copy.pulumi("sandbox", "refresh", "--yes").returncode == 0
    assert copy.update("sandbox").returncode == 0
    assert len(topics(kafka(addresses))[topic].partitions) == 12


def test_the_neighbours_drill_is_red_when_a_policy_is_loosened(
    copy: Copy, addresses: dict[str, Any]
) -> None:
    everything = 'path "corebank/data/*" { capabilities = ["read"] }'
    vault(addresses).sys.create_or_update_acl_policy("support", everything)
    red = copy.run("drill", "sandbox")

    assert red.returncode == 1
    assert "support, read payments: should have been refused, and was not" in red.stderr
    # The same thing is drift, which refresh names and repairs.
    assert copy.plan("sandbox", "--refresh") == {"support-policy": "update"}
    assert copy.update("sandbox", "--refresh").returncode == 0
    assert copy.run("drill", "sandbox").returncode == 0


def test_the_topics_drill_is_red_when_somebody_makes_a_topic(
    copy: Copy, addresses: dict[str, Any]
) -> None:
    create_topic(kafka(addresses), "somebodys.own")
    red = copy.run("drill", "sandbox")
    delete_topic(kafka(addresses), "somebodys.own")

    assert red.returncode == 1
    assert "broker, has somebodys.own: should have been refused, and was not" in red.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("Pulumi.sandbox.yaml", "natGateways:", "natGatways:", "corebank:network.natGatways"),
        ("Pulumi.sandbox.yaml", "10.16.64.0/18", "10.16.32.0/19", "overlap"),
        ("Pulumi.sandbox.yaml", "region: eu-west-1", "region: us-east-1", "corebank:region"),
        ("domains/aml.py", "corebank.payments.initiated", "corebank.payments.initated", "initated"),
    ],
)
def test_bad_input_is_refused_before_a_provider_is_called(
    copy: Copy, file: str, old: str, new: str, told: str
) -> None:
    log = copy.home("sandbox") / "logs" / "stand-ins.log"
    before = log.read_text()
    with copy.edited(file, old, new):
        checked = copy.check()
        previewed = copy.pulumi("sandbox", "preview")

    assert checked.returncode == 2
    assert told in checked.stderr
    assert previewed.returncode != 0
    assert told in previewed.stdout + previewed.stderr
    assert log.read_text() == before
    # The log tells of every call, so that its silence means that there was none.
    assert copy.plan("sandbox", "--expect-no-changes") == {}
    assert "Check urn:pulumi:sandbox::corebank::" in log.read_text().removeprefix(before)


def test_no_secret_of_the_rehearsal_reaches_state_or_logs(
    copy: Copy, addresses: dict[str, Any]
) -> None:
    home = copy.home("sandbox")
    token = addresses["vault"]["token"]
    passphrase = (home / "passphrase").read_text()
    written = [*(home / "state").rglob("*.json*"), *(home / "logs").iterdir()]

    assert written
    for file in filter(lambda path: path.is_file(), written):
        assert token not in file.read_text(errors="replace"), file
        assert passphrase not in file.read_text(errors="replace"), file
    for process in copy.processes():
        assert token not in " ".join(process.cmdline())


@pytest.fixture(scope="module")
def staging(copy: Copy) -> Iterator[dict[str, Any]]:
    """The addresses of a second stack beside the first."""
    done = copy.run("up", "staging")
    assert done.returncode == 0, done.stdout + done.stderr
    yield copy.addresses("staging")
    assert copy.run("down", "staging").returncode == 0


def test_a_second_stack_is_up_beside_the_first(copy: Copy, staging: dict[str, Any]) -> None:
    assert copy.addresses("sandbox")["kafka"]["bootstrap"] != staging["kafka"]["bootstrap"]
    assert copy.plan("staging", "--expect-no-changes", "--refresh") == {}
    # A change that would make anew what is protected is refused, by its names.
    with copy.edited(
        "Pulumi.staging.yaml", "eu-west-1a: 10.32.0.0/18", "eu-west-1a: 10.32.192.0/18"
    ):
        moved = copy.pulumi("staging", "preview")
    assert moved.returncode != 0
    told = moved.stdout + moved.stderr
    assert "corebank:network.zones.eu-west-1a: would make subnets anew" in told
    assert "network-private-eu-west-1a stands at 10.32." in told


def test_a_server_that_forgot_everything_is_told(copy: Copy, staging: dict[str, Any]) -> None:
    assert staging
    records = json.loads((copy.home("staging") / "servers.json").read_text())
    moto = psutil.Process(records["moto"]["pid"])
    moto.kill()
    moto.wait(10)

    again = copy.run("up", "staging")
    assert again.returncode == 2
    assert "moto, the rehearsal's AWS, has ended and keeps nothing on disk" in again.stderr


def test_a_stack_that_is_taken_away_leaves_nothing(copy: Copy, staging: dict[str, Any]) -> None:
    # Protected things go with their servers, so taking it away is no error.
    assert copy.run("down", "staging").returncode == 0
    assert not copy.home("staging").exists()
    for broker in staging["kafka"]["bootstrap"].split(","):
        host, port = broker.split(":")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, int(port)), timeout=1)
    assert copy.run("down", "staging").returncode == 0
    assert copy.plan("sandbox", "--expect-no-changes") == {}


def updating(copy: Copy, stack: str) -> bool:
    """Whether the engine holds the stack's lock for an update; making the stack takes it too."""
    for lock in (copy.home(stack) / "state" / ".pulumi" / "locks").rglob("*.json"):
        with suppress(OSError, ValueError, psutil.Error):
            return "up" in psutil.Process(json.loads(lock.read_text())["pid"]).cmdline()
    return False


def test_an_update_that_was_killed_is_told_and_can_be_started_anew(copy: Copy) -> None:
    up = subprocess.Popen(
        [sys.executable, "-m", "rehearsal", "up", "production"],
        cwd=copy.folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not updating(copy, "production"):
            assert up.poll() is None, "the update ended before it could be killed"
            time.sleep(0.01)
        beside = copy.run("up", "production")
        assert up.poll() is None, "the update ended before it could be killed"
    finally:
        for process in [*psutil.Process(up.pid).children(recursive=True), psutil.Process(up.pid)]:
            process.send_signal(signal.SIGKILL)
        up.wait()
    assert beside.returncode == 2
    assert "an update of production is under way" in beside.stderr

    again = copy.run("up", "production")
    assert again.returncode == 2
    assert "an update of production was killed" in again.stderr
    assert "make down STACK=production" in again.stderr
    assert copy.run("down", "production").returncode == 0
    assert [p for p in copy.processes() if "production" in " ".join(p.cmdline())] == []


def test_a_broker_that_was_killed_comes_back_with_what_it_had(
    copy: Copy,
) -> None:
    known = copy.addresses("sandbox")
    records = json.loads((copy.home("sandbox") / "servers.json").read_text())
    for server in ("kafka", "vault", "stand-ins", "warm-host"):
        process = psutil.Process(records[server]["pid"])
        process.kill()
        process.wait(10)

    assert copy.run("up", "sandbox").returncode == 0
    assert copy.plan("sandbox", "--expect-no-changes", "--refresh") == {}
    found = copy.addresses("sandbox")["kafka"]
    assert {**found, "pid": known["kafka"]["pid"]} == known["kafka"]
    assert found["pid"] != known["kafka"]["pid"]

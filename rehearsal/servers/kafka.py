"""A real Kafka with authorisation on, of one broker or several; the first controls them (KRaft).

A broker has two listeners. Who connects to ``bootstrap`` is the super user: that is for whoever
plays Amazon MSK's control plane. At ``clients`` a caller says who it is (SCRAM-SHA-512) and may do
only what access-control lists allow; without one, nothing. Neither is encrypted: both are on the
loopback interface. What MSK adds to Kafka (IAM, storage, patching) is not here.

The brokers start and end together. A cluster never loses one: what it holds may be on that one.

After a ``stop`` it is back in 2 s. After a kill it takes some 12 s: its own earlier registration
has to expire first, and a shorter session would be lost now and then on a busy machine.
"""

import base64
import json
import re
import subprocess
import sys
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from rehearsal.servers.server import Command, NotReady, Place, ServerFailed

# The C1 compiler alone and one collector thread: the broker is up in 1.5 s instead of 1.8 s and
# leaves the cores to the others.
_JVM = (
    "-Xms64m",
    "-Xmx256m",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
)

_SETTINGS = """\
process.roles={roles}
node.id={broker}
controller.quorum.voters=1@{controller}
listeners=ADMIN://{bootstrap},CLIENTS://{clients}{controls}
listener.security.protocol.map=ADMIN:PLAINTEXT,CLIENTS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=ADMIN
controller.listener.names=CONTROLLER
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.clients.scram-sha-512.sasl.jaas.config={scram} required;
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:ANONYMOUS
auto.create.topics.enable=false
delete.topic.enable=true
log.dirs={logs}
# One partition of each internal topic is made faster than fifty, and one copy will do.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
# A group's first member is alone here: it need not wait 3 s for others to join.
group.initial.rebalance.delay.ms=0
# Three brokers with nothing to do took a seventh of a core, half of it for these.
metadata.max.idle.interval.ms=0
num.io.threads=2
num.network.threads=1
"""
_TOGETHER = Path(__file__).with_name("together.py")


@dataclass(frozen=True, kw_only=True)
class Kafka:
    """The cluster.

    Args:
        jars: The folder of its jars.
        java: Java 17 or newer.
        brokers: How many, from 1 on; where it had more, it goes on with those.
    """

    jars: Path
    java: Path
    brokers: int

    name: str = "kafka"

    @property
    def ports(self) -> tuple[str, ...]:
        """Two for each broker, and the controller's."""
        every = range(1, self.brokers + 1)
        own = [_port(purpose, broker) for broker in every for purpose in ("bootstrap", "clients")]
        return (*own, "controller")

    def prepare(self, place: Place) -> Command:
        """Writes each broker's settings; formats its storage the first time."""
        new = [broker for broker in _brokers(place) if not _logs(place, broker).exists()]
        if new:
            cluster = _cluster(place)
            with ThreadPoolExecutor(max_workers=len(new)) as pool:
                for formatted in [pool.submit(self._format, place, each, cluster) for each in new]:
                    formatted.result()
        commands = [
            self._java("kafka.Kafka", str(_write_settings(place, broker, _logs(place, broker))))
            for broker in _brokers(place)
        ]
        return Command(arguments=(sys.executable, "-P", str(_TOGETHER), *map(json.dumps, commands)))

    def health(self, place: Place) -> dict[str, str]:
        """Healthy when it tells of all its brokers; each address is of all of them."""
        expected = _brokers(place)
        found = _registered(place.address("bootstrap"))
        if found < len(expected):
            raise NotReady(f"{found} of {len(expected)} brokers are registered")
        return {
            purpose: ",".join(place.address(_port(purpose, broker)) for broker in expected)
            for purpose in ("bootstrap", "clients")
        }

    def _format(self, place: Place, broker: int, cluster: str) -> None:
        """Formats under another name and renames: a format that was cut short is not used."""
        partial = place.data / f"log.{uuid.uuid4()}"
        settings = _write_settings(place, broker, partial)
        # The equals sign, because an identifier may begin with a dash.
        command = self._java("kafka.tools.StorageTool", "format", f"--cluster-id={cluster}")
        formatting = subprocess.run(  # noqa: S603 - the pinned broker's own tool
            (*command, "--config", str(settings)),
            env=dict(place.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if formatting.returncode != 0:
            raise ServerFailed(f"{self.name}: its storage is not formatted. {formatting.stdout}")
        partial.rename(_logs(place, broker))

    def _java(self, *command: str) -> tuple[str, ...]:
        return (str(self.java), *_JVM, "-cp", f"{self.jars}/*", *command)


def _port(purpose: str, broker: int) -> str:
    return purpose if broker == 1 else f"{purpose}-{broker}"


def _brokers(place: Place) -> list[int]:
    """The brokers that have ports, those that an earlier command wanted among them."""
    return [n for n in range(1, len(place.ports)) if _port("bootstrap", n) in place.ports]


def _logs(place: Place, broker: int) -> Path:
    return place.data / ("log" if broker == 1 else f"log-{broker}")


def _cluster(place: Place) -> str:
    """The cluster's identifier; a new one where there is no broker yet."""
    formatted = _logs(place, 1) / "meta.properties"
    if formatted.exists() and (found := re.search(r"cluster\.id=(.+)", formatted.read_text())):
        return found[1]
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")


def _write_settings(place: Place, broker: int, logs: Path) -> Path:
    controller = place.address("controller")
    first = broker == 1
    values: Mapping[str, object] = {
        "broker": broker,
        "roles": "broker,controller" if first else "broker",
        "controller": controller,
        "controls": f",CONTROLLER://{controller}" if first else "",
        "bootstrap": place.address(_port("bootstrap", broker)),
        "clients": place.address(_port("clients", broker)),
        "scram": "org.apache.kafka.common.security.scram.ScramLoginModule",
        "logs": logs,
    }
    settings = place.data / f"server-{broker}.properties"
    settings.write_text(_SETTINGS.format(**values))
    return settings


def _registered(bootstrap: str) -> int:
    """How many brokers the cluster has."""
    # Without a log level, librdkafka writes every refused connection to our standard error.
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    try:
        return len(admin.list_topics(timeout=2).brokers)
    except KafkaException as error:
        raise NotReady(str(error)) from error

"""A real Kafka with authorisation on, of one broker or several; the first controls them (KRaft).

A broker has two listeners. Who connects to ``bootstrap`` is the super user: that is for whoever
plays Amazon MSK's control plane. At ``clients`` a caller says who it is (SCRAM-SHA-512) and may do
only what access-control lists allow; without one, nothing. Neither is encrypted: both are on the
loopback interface. What MSK adds to Kafka (IAM, storage, patching) is not here.

The brokers are one process (``toolchain/kafka/Brokers.java``): three took three times as much of
the processors to start, and more afterwards (ADR 0043). So they start and end together. A cluster
never loses one: what it holds may be on that one.

After a kill it takes some 12 s to be back: its own earlier registration has to expire first, and a
shorter session would be lost now and then on a busy machine.
"""

import base64
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from rehearsal.servers.server import Command, NotReady, Place

# The C1 compiler alone and one collector thread: the brokers are up sooner and leave the cores to
# the others.
_JVM = (
    "-Xms64m",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
)

_HEAP_MB = 256
"""Each broker's share."""

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


@dataclass(frozen=True, kw_only=True)
class Kafka:
    """The cluster.

    Args:
        jars: The folder of its jars, and of the class that starts brokers.
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
        """Writes each broker's settings; who starts them formats the storage that is new."""
        brokers = _brokers(place)
        memory = f"-Xmx{_HEAP_MB * len(brokers)}m"
        classes = ("-cp", f"{self.jars}:{self.jars}/*", "Brokers", _cluster(place))
        settings = (str(_write_settings(place, broker)) for broker in brokers)
        return Command(arguments=(str(self.java), *_JVM, memory, *classes, *settings))

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


def _write_settings(place: Place, broker: int) -> Path:
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
        "logs": _logs(place, broker),
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

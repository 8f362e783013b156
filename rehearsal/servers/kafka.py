"""A real Kafka broker: one node that is its own controller (KRaft), with authorisation on.

It has two listeners. Who connects to ``bootstrap`` is the super user: that is for whoever plays
Amazon MSK's control plane. At ``clients`` a caller says who it is (SCRAM-SHA-512) and may do only
what access-control lists allow; without one, nothing. Neither is encrypted: both are on the
loopback interface. What MSK adds to Kafka (IAM, storage, patching) is not here.

After a ``stop`` it is back in 2 s. After a kill it takes some 12 s: its own earlier registration
has to expire first, and a shorter session would be lost now and then on a busy machine.
"""

import base64
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from rehearsal.servers.server import Command, NotReady, Place, ServerFailed

# The C1 compiler alone and one collector thread: the broker is up in 1.5 s instead of 1.8 s and
# leaves the cores to the others.
_JVM = (
    "-Xms64m",
    "-Xmx512m",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
)

_SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{controller}
listeners=ADMIN://{bootstrap},CLIENTS://{clients},CONTROLLER://{controller}
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
# One node can hold one replica; one partition of each internal topic is made faster than fifty.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
# A group's first member is alone here: it need not wait 3 s for others to join.
group.initial.rebalance.delay.ms=0
"""


@dataclass(frozen=True, kw_only=True)
class Kafka:
    """The broker.

    Args:
        jars: The folder of its jars.
        java: Java 17 or newer.
    """

    jars: Path
    java: Path

    name: str = "kafka"
    ports: tuple[str, ...] = ("bootstrap", "clients", "controller")

    def prepare(self, place: Place) -> Command:
        """Writes its settings; formats its storage the first time."""
        logs = place.data / "log"
        if not logs.exists():
            self._format(place, logs)
        return Command(arguments=self._java("kafka.Kafka", str(_write_settings(place, logs))))

    def health(self, place: Place) -> dict[str, str]:
        """Healthy when it tells of itself as a broker of its cluster."""
        if not _brokers(place.address("bootstrap")):
            raise NotReady("the broker is not registered with its controller")
        return {name: place.address(name) for name in ("bootstrap", "clients")}

    def _format(self, place: Place, logs: Path) -> None:
        """Formats under another name and renames: a format that was cut short is not used."""
        partial = place.data / f"log.{uuid.uuid4()}"
        settings = _write_settings(place, partial)
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
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
        partial.rename(logs)

    def _java(self, *command: str) -> tuple[str, ...]:
        return (str(self.java), *_JVM, "-cp", f"{self.jars}/*", *command)


def _write_settings(place: Place, logs: Path) -> Path:
    ports = {purpose: place.address(purpose) for purpose in place.ports}
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule"
    settings = place.data / "server.properties"
    settings.write_text(_SETTINGS.format(**ports, scram=scram, logs=logs))
    return settings


def _brokers(bootstrap: str) -> int:
    """How many brokers the cluster has."""
    # Without a log level, librdkafka writes every refused connection to our standard error.
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    try:
        return len(admin.list_topics(timeout=2).brokers)
    except KafkaException as error:
        raise NotReady(str(error)) from error

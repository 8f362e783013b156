"""What is allowed, as data: per environment, per region, per Kafka version and broker size.

The tables carry the day they were checked, because they age. How a breach is told is decided
where they are used, in ``_fields`` and ``_cross_checks``.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import IPv4Network

from settings._words import Environment


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What an environment demands of its stack file.

    Args:
        minimum_zones: Availability zones at least.
        nat_per_zone: Whether each zone needs a NAT gateway of its own, so that one zone's
            failure leaves the others a way out.
        protect: Whether stateful things must be protected from deletion.
        listed_names: Whether only names that are listed may be resolved.
        on_premises: Whether there may be a part of it in the data centre.
        compliance_lock: Whether nobody at all may take a log or evidence away before its time.
        locked_for: How long logs and evidence are locked at least.
        evidence_replica: Whether evidence must be copied into the second region.
        backups_for: How long backups are kept at least.
        instances: Database instances at least, each in a zone of its own.
        activity_stream: Whether what is done in the database must be recorded as it happens.
        minimum_connections: Of Direct Connect at least, where there is a data centre.
        vault_servers: Of Vault at least.
        replica_per_zone: Whether what is critical runs in each zone at least.
    """

    minimum_zones: int
    nat_per_zone: bool
    protect: bool
    listed_names: bool
    on_premises: bool
    compliance_lock: bool
    locked_for: timedelta
    evidence_replica: bool
    backups_for: timedelta
    instances: int
    activity_stream: bool
    minimum_connections: int
    vault_servers: int
    replica_per_zone: bool


RULES = {
    Environment.SANDBOX: Rules(
        minimum_zones=2,
        nat_per_zone=False,
        protect=False,
        listed_names=False,
        # Nothing of a trial comes near what holds customers' money.
        on_premises=False,
        compliance_lock=False,
        locked_for=timedelta(days=1),
        evidence_replica=False,
        backups_for=timedelta(days=1),
        instances=1,
        activity_stream=False,
        minimum_connections=1,
        vault_servers=3,
        replica_per_zone=False,
    ),
    Environment.STAGING: Rules(
        minimum_zones=3,
        nat_per_zone=True,
        protect=True,
        listed_names=False,
        on_premises=True,
        compliance_lock=True,
        locked_for=timedelta(days=30),
        evidence_replica=False,
        backups_for=timedelta(days=7),
        instances=2,
        activity_stream=False,
        minimum_connections=1,
        vault_servers=3,
        replica_per_zone=False,
    ),
    Environment.PRODUCTION: Rules(
        minimum_zones=3,
        nat_per_zone=True,
        protect=True,
        listed_names=True,
        on_premises=True,
        compliance_lock=True,
        # Seven years, as ``_fields`` counts them.
        locked_for=timedelta(days=2557),
        evidence_replica=True,
        backups_for=timedelta(days=35),
        # A writer, a standby, and a reader that stays one when the standby takes over.
        instances=3,
        activity_stream=True,
        # AWS promises nothing of a single one (Direct Connect service level agreement).
        minimum_connections=2,
        # A zone with two of them may be lost while a third is being replaced.
        vault_servers=5,
        replica_per_zone=True,
    ),
}

EU_REGIONS = {
    "eu-central-1": "Frankfurt",
    "eu-north-1": "Stockholm",
    "eu-south-1": "Milan",
    "eu-south-2": "Spain",
    "eu-west-1": "Ireland",
    "eu-west-3": "Paris",
}
"""AWS regions inside the European Union; London and Zurich are eu- regions but outside it."""

ZONE_LETTERS = "abc"
"""Each of ``EU_REGIONS`` has these three zones (AWS, global infrastructure, 2026)."""

PRIVATE_SPACE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""RFC 1918."""

LARGEST_NETWORK, SMALLEST_NETWORK = 16, 19
"""Prefix lengths: AWS allows no VPC above /16, and two zones of /20 need a /19."""

SMALLEST_ZONE = 20
"""Prefix length: three tiers of subnets are cut out of a zone's block."""

KAFKA_VERSIONS = (
    "3.8.x",
    "3.8.x.kraft",
    "3.9.x",
    "3.9.x.kraft",
    "4.0.x.kraft",
    "4.1.x.kraft",
)
"""Versions without an end of support, as Amazon MSK's API writes them, July 2026.

Without ``.kraft`` the cluster keeps its metadata in ZooKeeper, which Kafka 4 no longer knows.
"""

KAFKA_SUPPORT_ENDED = {
    "2.8.1": date(2024, 9, 11),
    "3.3.2": date(2024, 9, 11),
    "3.4.0": date(2025, 8, 4),
    "3.5.1": date(2025, 10, 23),
    "3.6.0": date(2026, 6, 1),
    "3.7.x": date(2026, 9, 1),
    "3.7.x.kraft": date(2026, 9, 1),
}
"""Amazon MSK developer guide, supported Kafka versions, July 2026."""

BROKER_TYPES = tuple(
    f"kafka.{family}.{size}"
    for family in ("m7g", "m5")
    for size in ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")
)
"""Amazon MSK's standard brokers but T3, which AWS advises for trials only, and m5.24xlarge."""

NODE_FAMILIES = ("m7i", "m7a", "c7i", "c7a", "r7i", "r7a")
"""Instance families for nodes: of the Nitro system, so memory and what passes between two of them
is encrypted by hardware (EC2 user guide, encryption in transit); none that is shared or bursts."""

NODE_SIZES = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")

MOST_NODES = 450
"""Of one node group (Amazon EKS's quota)."""

MOST_HOSTS = 96
"""Of one cluster (vSphere 8's configuration maximum)."""

MOST_CORES = 896
"""Logical processors of a host (vSphere 8's configuration maximum)."""

MOST_MHZ = 6000
"""No server's cores run faster; more is taken for a slip."""

MOST_HOST_GIB = 24 * 1024
"""Memory of a host (vSphere 8's configuration maximum)."""

SMALLEST_NODE_GIB, SMALLEST_DISK_GIB, MOST_DISK_GIB = 4, 40, 4096
"""A node's: with less there is no room for pods and their images beside the system; more is taken
for a slip."""

LARGEST_SERVICES, SMALLEST_SERVICES = 12, 24
"""Prefix lengths that Amazon EKS allows for the addresses of services."""

MOST_BROKERS = 30
"""Amazon MSK's quota for a cluster that keeps its metadata in ZooKeeper."""

MOST_VOLUME_GIB = 16384
"""Amazon MSK's limit per broker."""

INSTANCE_CLASSES = (
    "db.t4g.medium",
    "db.t4g.large",
    *(
        f"db.{family}.{size}"
        for family in ("r6g", "r7g")
        for size in ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")
    ),
)
"""Classes that Aurora has for every PostgreSQL version of ``_supported`` (Aurora user guide, DB
instance classes). AWS advises T classes for trials only."""

MOST_INSTANCES = len(ZONE_LETTERS)
"""One in each zone: a fourth would share its fate with another, and a larger class helps more."""

LONGEST_DATABASE_BACKUP = timedelta(days=35)
"""Aurora's limit for the backups it makes by itself."""

FULL_REPLICATION = 3
"""Copies of each record wherever there are as many brokers."""

FEWEST_DRIVES, MOST_DRIVES = 4, 16
"""Of the evidence store: object lock needs an erasure set, and MinIO spreads each object over all
its drives. Of four two may be lost, and everything is still read; sixteen make the largest set."""

MOST_DRIVE_GIB = 16384
"""What one volume of EBS holds."""

FEWEST_REPLICAS, MOST_REPLICAS = 2, 100
"""Of a domain: of two, one may be taken away while its node is changed and somebody still answers;
more than a hundred is taken for a slip."""

SMALLEST_CPU, LARGEST_CPU = 100, 16000
SMALLEST_MEMORY, LARGEST_MEMORY = 128, 65536
"""A replica's, in thousandths of a CPU and in MiB: with less nothing starts before it is taken for
dead, and more is taken for a slip."""

FEWEST_SERVERS, MOST_SERVERS = 3, 7
"""Of Vault: of three one may be lost. Each write waits for a majority, so more than seven slow it
down for no gain (Vault, integrated storage)."""

SMALLEST_VAULT_GIB = 10
"""Of each of a server's two disks; one that fills up stops Vault."""

SHORTEST_TOKEN, LONGEST_TOKEN = timedelta(minutes=1), timedelta(hours=1)
"""The bank's rule for Vault tokens; below a minute a workload does nothing but renew."""

SHORTEST_ARCHIVE = timedelta(days=365)
"""Twelve months (PCI DSS 4.0.1, 10.5.1)."""

LONGEST_YEARS = 10
"""A longer lock or backup is taken for a slip: it could not be undone."""

LARGEST_BUDGET = 1_000_000
"""US dollars a month; more is taken for a slip."""

OWN_NUMBERS = (range(64512, 65535), range(4200000000, 4294967295))
"""Numbers of autonomous systems that AWS takes for a transit or Direct Connect gateway: the private
ones, without the last of each (RFC 6996, 7300)."""

THEIR_NUMBERS = range(1, 2**31)
"""Those that a customer gateway takes in its plain form."""

RESERVED_NUMBERS = frozenset((7224, 9059, 10124, 17943, 23456, 65535))
"""AWS's own in some regions (Site-to-Site VPN user guide), and those that stand for no network
(RFC 4893, 7300)."""

FEWEST_DEVICES = 2
"""Of the data centre, that VPN connections end at."""

TUNNEL_SPACE = IPv4Network("169.254.0.0/16")
RESERVED_TUNNELS = tuple(
    IPv4Network(f"169.254.{block}/30")
    for block in ("0.0", "1.0", "2.0", "3.0", "4.0", "5.0", "169.252")
)
"""Inside tunnels, and not there (Site-to-Site VPN user guide, tunnel options)."""

UNROUTED_SPACE = tuple(
    map(
        IPv4Network,
        ("0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"),
    )
)
"""Beside private addresses, those that the internet does not route (RFC 6890). Blocks kept for
documentation are let through: examples are made of them."""

VLANS = (1, 4094)
"""The lowest and the highest (IEEE 802.1Q)."""

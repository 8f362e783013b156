"""What a banking domain declares: the words of the catalogue.

Owns the shape of a declaration. Whether the declarations agree with each other is
``_catalogue``'s to judge; what is built from them is decided outside this package.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

RETENTION_MS = 1_209_600_000
"""How long every topic keeps an event, in milliseconds: 14 days.

The bank's topic standard sets one retention for all topics. What must be kept longer is
archived, not left in Kafka.
"""


class Tier(StrEnum):
    """How much of the bank stops when the domain does. Not its order of recovery."""

    CRITICAL = "critical"
    """Money or protection against fraud stops."""
    CORE = "core"
    """New business stops, existing business runs on."""
    STANDARD = "standard"
    """Customers notice, money does not."""


AVAILABLE = {Tier.CRITICAL: 99.95, Tier.CORE: 99.9, Tier.STANDARD: 99.5}
"""How many in a hundred requests are answered, by the tier of who is asked."""


class Site(StrEnum):
    """Where a domain would rather run. Not where it runs: a stack may have no data centre."""

    CLOUD = "cloud"
    ON_PREMISES = "on-premises"


class DataClass(StrEnum):
    """What kind of data something holds, and so which key encrypts it. Not who may see it."""

    PLATFORM = "platform"
    """What runs the bank and tells of no customer."""
    CUSTOMER = "customer"
    """Who customers are, what they own and owe."""
    PAYMENTS_AND_CARDS = "payments-and-cards"
    """Payments and cardholder data: the scope of PCI DSS."""
    EVIDENCE = "evidence"
    """What has to survive everybody, backups included."""
    LOGS = "logs"
    """What people and programs did."""


class Compatibility(StrEnum):
    """What a new version of a topic's schema has to be able to do, in the registry's words.

    Whatever the word, no field may go that a record has to have: see ``_compatibility``.
    """

    BACKWARD = "BACKWARD"
    """Readers with the new schema read records of the one before."""
    BACKWARD_ALL = "BACKWARD_ALL"
    """Readers with the new schema read records of every one before."""
    FULL = "FULL"
    """As backward, and readers with the schema before read new records."""
    FULL_ALL = "FULL_ALL"
    """As backward with all, and readers with any schema before read new records."""


class Auth(StrEnum):
    """What a request from outside has to show about who asks. Not who may call: see ``calls``."""

    CLIENT_CREDENTIALS = "client-credentials"
    """A program that is registered with the bank (RFC 6749, section 4.4)."""
    BIOMETRIC = "biometric"
    """The customer, by face or finger, a moment ago."""
    STRONG_CUSTOMER = "strong-customer"
    """The customer, by two independent means (Directive 2015/2366, art. 97)."""
    POSSESSION = "possession"
    """The customer, by a device that only they have."""
    ROLES = "roles"
    """Staff, by what they are entrusted with."""
    SCOPES = "scopes"
    """A program, by what it was let do."""
    CONSENT = "consent"
    """A third party, by what the customer consented to."""
    SESSION = "session"
    """The customer, as long as they stay."""
    DEVICE = "device"
    """A terminal, by the device that its token is bound to."""
    ENCRYPTED_PAYLOAD = "encrypted-payload"
    """A program that also encrypts what it sends, beside the transport."""
    MUTUAL_TLS = "mutual-tls"
    """Whoever asks, by a certificate of their own."""
    AUDITED = "audited"
    """Whoever asks, with a word on behalf of whom and why, which is written down."""


@dataclass(frozen=True, kw_only=True)
class Api:
    """What a domain answers, in the mesh and from outside.

    Args:
        path: Under the environment's host of APIs, for what comes from outside, such as
            ``/payments``; empty where nothing does.
        host: The first label of a host of its own, in place of that one; empty for none.
        rest: Whether it answers HTTP.
        grpc: Whether it answers gRPC.
        auth: What a request from outside has to show; all of it.
        p99: How long it takes at most in 99 of 100 cases.
    """

    path: str = ""
    host: str = ""
    rest: bool = True
    grpc: bool = False
    auth: tuple[Auth, ...]
    p99: timedelta = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A Kafka topic and its contract.

    Args:
        name: ``corebank.<area>.<event>.v<N>``. The area is the event's subject and need not
            be the owner: onboarding owns ``corebank.customer.onboarded.v1``.
        keyed_by: The payload field that is the record key, so that events of one key stay in order.
        partitions: At least 1. It also bounds how many consumers of one group share the topic.
        compatibility: What a new version of its schema is held to.
        archived: Whether what it tells is kept for as long as logs are, where nobody can delete.
    """

    name: str
    keyed_by: str
    partitions: int = 12
    compatibility: Compatibility = Compatibility.BACKWARD
    archived: bool = False


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """What a domain does with some of its secrets beside reading them.

    Args:
        path: A folder of the secret store: the domain's own name, then at least one segment more.
        may: What it does there: ``create``, ``delete``, ``list``, ``patch``, ``read``, ``update``.
    """

    path: str
    may: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Domain:
    """One of the bank's business domains.

    Args:
        name: DNS label used for everything the domain has: namespace, role, consumer group.
            The file that declares it bears the same name, with ``_`` for ``-``.
        title: The name people use.
        purpose: One sentence on what the bank has the domain for.
        tier: How much depends on it.
        site: Where it would rather run; the cloud where the stack has no data centre.
        publishes: The topics it owns; nobody else may write to them.
        consumes: Names of the topics it may read, its own included; nobody else may read them.
            Names and not objects, since two domains may consume each other.
        image: What it runs, ``registry/name@sha256:…``; the same in all environments, so that what
            was tried is what is promoted.
        api: What it answers.
        calls: Names of the domains whose APIs it may call; nobody else may call them.
        outside: Names of hosts outside the bank that it connects to, ``*.`` for all below one.
        data_class: What kind of data it holds; about customers if it does not say.
        evidence: What it must be able to prove long after, and to whom: then it has a place where
            nobody can delete. Empty where it keeps none.
        erasable: Whether it has to erase what it keeps of a person, evidence too (Regulation
            2016/679, art. 17): then it has a key of its own for that, which can be destroyed.
        database: Whether it keeps anything in a database; then it has one of its own.
        secrets: What it does with secrets beside reading its own.
    """

    name: str
    title: str
    purpose: str
    tier: Tier
    image: str
    api: Api
    site: Site = Site.CLOUD
    calls: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    publishes: tuple[Topic, ...] = ()
    consumes: tuple[str, ...] = ()
    data_class: DataClass = DataClass.CUSTOMER
    evidence: str = ""
    erasable: bool = False
    database: bool = True
    secrets: tuple[Secrets, ...] = ()

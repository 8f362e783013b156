"""The path of one event through the estate, with the controls that it meets.

It begins where who publishes the event is asked from outside, and follows that domain's calls and
topics. Which event it is stands here and nowhere else; all that is told of it is declared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from atlas._placement import place_of
from atlas._topics import short
from atlas._watched import in_words
from domains import Auth, Catalogue, Domain, Site
from placement import sized
from settings import Settings

START = "corebank.payments.initiated.v1"
"""The topic whose owner the path begins at."""
_NAMED = 22
"""How many letters the names of a topic's readers may have, to be in the picture."""


class Way(StrEnum):
    """Where a stretch leads, as seen by whom the path begins at."""

    IN = "in"
    HERE = "here"
    OUT = "out"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stretch of the path.

    Args:
        name: What happens.
        way: Where it leads.
        other: What is at its other end, as the picture has it.
        gist: What holds there, in a few words.
        domains: Names of the domains that take part.
        controls: What holds there, a sentence each.
    """

    name: str
    way: Way
    other: str
    gist: str
    domains: Sequence[str]
    controls: Sequence[str]


def steps(catalogue: Catalogue, settings: Settings) -> list[Step]:
    """Follows the path; nothing where nobody publishes that event."""
    if START not in catalogue.topics:
        return []
    known = {each.name: each for each in catalogue.domains}
    first = known[catalogue.topics[START].owner]
    found = [
        *_edge(first, settings),
        _runs(first, catalogue, settings),
        *_keeps(first, settings),
        *(_call(first, known[name], catalogue, settings) for name in first.calls),
        *(_topic(topic.name, Way.OUT, catalogue, settings) for topic in first.publishes),
        *(_topic(name, Way.IN, catalogue, settings) for name in _answers(first, catalogue)),
    ]
    if first.outside:
        found.append(
            Step(
                name=f"{first.title} connects to {', '.join(first.outside)}",
                way=Way.OUT,
                other=", ".join(first.outside),
                gist="declared hosts only",
                domains=[first.name],
                controls=[
                    "Out of the mesh to hosts declared in the catalogue only",
                    "The name is resolved because the stack's list of names has it",
                ],
            )
        )
    return found


def _answers(first: Domain, catalogue: Catalogue) -> list[str]:
    """Topics that the first one reads, of those who read what it publishes."""
    own = {topic.name for topic in first.publishes}
    readers = {name for topic in own for name in catalogue.topics[topic].consumers}
    return [
        name
        for name in first.consumes
        if name not in own and catalogue.topics[name].owner in readers
    ]


def _edge(domain: Domain, settings: Settings) -> list[Step]:
    api = domain.api
    if not (api.path or api.host):
        return []
    at = api.path or f"{api.host}.{settings.dns.zone}"
    controls = [f"Requests have to show: {', '.join(api.auth)}"]
    if Auth.MUTUAL_TLS in api.auth:
        controls.append(
            "The gateway opens no connection without a certificate of"
            f" {settings.mesh.certificates.third_parties}"
        )
    controls += [
        f"Tokens are those of {settings.mesh.tokens.issuer}, for {settings.mesh.tokens.audience}",
        f"99 of 100 answers within {_milliseconds(domain)}",
    ]
    return [
        Step(
            name=f"A request comes in at {at}",
            way=Way.IN,
            other=at,
            gist=f"shows {', '.join(api.auth)}",
            domains=[domain.name],
            controls=controls,
        )
    ]


def _runs(domain: Domain, catalogue: Catalogue, settings: Settings) -> Step:
    size = sized(settings, domain)
    wish = "" if domain.site is Site.CLOUD else " as the catalogue wishes"
    granted = wish if settings.pool_of(domain.name) else ""
    place = place_of(settings, catalogue, domain.name)
    return Step(
        name=f"{domain.title} works on it",
        way=Way.HERE,
        other=domain.name,
        gist=place,
        domains=[domain.name],
        controls=[
            f"Runs on {place}{granted}",
            f"{size.minimum} replicas at least, {size.maximum} at most",
            f"Its data are of the class {domain.data_class}, under a key of that class",
        ],
    )


def _keeps(domain: Domain, settings: Settings) -> list[Step]:
    vault, evidence, found = settings.vault, settings.evidence, list[Step]()
    if domain.database:
        found.append(
            Step(
                name=f"{domain.title} keeps it in its own database",
                way=Way.OUT,
                other="own database",
                gist=f"login ends after {in_words(vault.login_ttl)}",
                domains=[domain.name],
                controls=[
                    f"The login is Vault's, and ends after {in_words(vault.login_ttl)}",
                    f"The workload's token at Vault ends after {in_words(vault.token_ttl)}",
                    (
                        f"Any second of the last {in_words(settings.database.backups_kept_for)}"
                        " can be restored"
                    ),
                ],
            )
        )
    if domain.evidence:
        copied = "Copied to a locked bucket in a second region"
        found.append(
            Step(
                name=f"{domain.title} puts evidence away",
                way=Way.OUT,
                other="evidence",
                gist=f"locked for {in_words(evidence.locked_for)}",
                domains=[domain.name],
                controls=[
                    domain.evidence,
                    f"Locked for {in_words(evidence.locked_for)}, mode {evidence.lock}",
                    *([copied] if evidence.replica else []),
                ],
            )
        )
    return found


def _call(first: Domain, other: Domain, catalogue: Catalogue, settings: Settings) -> Step:
    callers = catalogue.callers(other.name)
    return Step(
        name=f"{first.title} asks {other.title}",
        way=Way.OUT,
        other=other.name,
        gist=f"mutual TLS; {len(callers)} may call",
        domains=[first.name, other.name],
        controls=[
            f"Mutual TLS in the mesh; {len(callers)} domains may call it: {', '.join(callers)}",
            f"99 of 100 answers within {_milliseconds(other)}",
            f"Runs on {place_of(settings, catalogue, other.name)}",
        ],
    )


def _topic(name: str, way: Way, catalogue: Catalogue, settings: Settings) -> Step:
    each = catalogue.topics[name]
    topic = each.topic
    archived = f"Archived, and kept for {in_words(settings.archive.kept_for)}"
    only = f"only {each.owner} writes"
    names = ", ".join(each.consumers)
    read = f"{names if len(names) <= _NAMED else len(each.consumers)} read"
    return Step(
        name=f"{each.owner} writes {name}",
        way=way,
        other=short(name),
        gist=f"{only}; {read}" if way is Way.OUT else only,
        domains=[each.owner, *each.consumers],
        controls=[
            f"Only {each.owner} may write it; read by {', '.join(each.consumers) or 'nobody'}",
            (
                f"Schema held to {topic.compatibility}; {topic.partitions} partitions,"
                f" in order by {topic.keyed_by}"
            ),
            (
                f"{settings.kafka.replication} copies, {settings.kafka.min_insync_replicas} of them"
                " written before the producer is told"
            ),
            *([archived] if topic.archived else []),
        ],
    )


def _milliseconds(domain: Domain) -> str:
    return f"{round(domain.api.p99.total_seconds() * 1000)} ms"

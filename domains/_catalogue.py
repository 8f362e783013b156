"""Reads every domain file and makes sure that together they describe one bank.

Owns the checks of names and the checks between files: owners, readers, schemas. Reading one file
is in ``_files`` and ``_schemas``. Knows no stack: the catalogue is the same in all of them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from domains._calls import problems as call_problems
from domains._calls import problems_between as call_problems_between
from domains._dead_letters import WORD
from domains._dead_letters import dead_letters as dead_letters_of
from domains._files import read_domain
from domains._model import Domain, Topic
from domains._names import (
    DOMAIN_FORM,
    TOPIC_FORM,
    did_you_mean,
    is_domain_name,
    look_alike,
    topic_name_faults,
)
from domains._schemas import read_schema
from domains._secrets import problems as secrets_problems
from domains._workloads import problems as workload_problems
from domains._workloads import problems_between as workload_problems_between
from problems import BadInput, Problem

PLATFORM = "platform"
"""The owner of a topic that belongs to no banking domain."""

_HERE = Path(__file__).parent

_TAKEN = {
    PLATFORM: "under which the platform owns topics",
    WORD: "that marks topics of dead letters",
}
"""Names that no domain may have, and what each stands for."""


@dataclass(frozen=True, kw_only=True)
class CataloguedTopic:
    """A topic and what the whole catalogue says about it.

    Args:
        topic: As its owner declares it.
        owner: Name of the domain that publishes it, or ``PLATFORM``.
        consumers: Names of the domains that read it, sorted; empty where only an archive does.
        schema: The Avro record, as JSON without blanks.
    """

    topic: Topic
    owner: str
    consumers: tuple[str, ...]
    schema: str


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The bank's domains and topics, checked against each other.

    Args:
        domains: Sorted by name.
        topics: By topic name, sorted; the platform's included.
    """

    domains: tuple[Domain, ...]
    topics: Mapping[str, CataloguedTopic]

    @property
    def archived(self) -> tuple[str, ...]:
        """The names of the topics that are archived."""
        return tuple(name for name, each in self.topics.items() if each.topic.archived)

    @property
    def dead_letters(self) -> Mapping[str, str]:
        """The topics for records that could not be worked on, and the domain of each."""
        return {
            letters.name: domain.name
            for domain in self.domains
            for letters in dead_letters_of(domain)
        }

    def callers(self, name: str) -> tuple[str, ...]:
        """The names of the domains that call this one, sorted."""
        return tuple(domain.name for domain in self.domains if name in domain.calls)


@dataclass(frozen=True, kw_only=True)
class _Publication:
    """A topic, who declares it and in which file."""

    topic: Topic
    owner: str
    place: str


def load_catalogue(platform_topics: Iterable[Topic], directory: Path = _HERE) -> Catalogue:
    """Reads and checks the catalogue.

    Args:
        platform_topics: The topics that belong to no banking domain.
        directory: Holds one file per domain, each ``*.py`` without a leading ``_``, and the
            topics' schemas as ``schemas/<topic>.avsc``.

    Raises:
        BadInput: Everything wrong with the files, at once.
    """
    domains, unread = _read_domains(directory)
    publications = [
        *(
            _Publication(topic=t, owner=PLATFORM, place="platform_topics.py")
            for t in platform_topics
        ),
        *(
            _Publication(topic=topic, owner=domain.name, place=place)
            for place, domain in domains.items()
            for topic in domain.publishes
        ),
    ]
    schemas, unfit = _read_schemas(publications, directory)
    problems = [
        *unread,
        *unfit,
        *(p for place, domain in domains.items() for p in _domain_problems(domain, place)),
        *_problems_of_secrets(domains),
        *workload_problems_between(domains),
        *(p for place, domain in domains.items() for p in call_problems(domain, place)),
        *(p for publication in publications for p in _topic_problems(publication)),
        *_ownership_problems(publications),
        *_twin_problems(publications),
    ]
    if not unread:  # what nobody declares is known only once every file has been read
        names = {publication.topic.name for publication in publications}
        problems += _unpublished(domains, names)
        problems += call_problems_between(domains)
        problems += _unused_schemas(directory, names)
    if problems:
        raise BadInput(problems)

    ordered = tuple(sorted(domains.values(), key=lambda domain: domain.name))
    topics = {
        publication.topic.name: CataloguedTopic(
            topic=publication.topic,
            owner=publication.owner,
            consumers=tuple(d.name for d in ordered if publication.topic.name in d.consumes),
            schema=schemas[publication.topic.name],
        )
        for publication in sorted(publications, key=lambda publication: publication.topic.name)
    }
    return Catalogue(domains=ordered, topics=MappingProxyType(topics))


def _read_domains(directory: Path) -> tuple[dict[str, Domain], list[Problem]]:
    """Returns the domains by file, and what is wrong with the files that give none."""
    domains: dict[str, Domain] = {}
    problems: list[Problem] = []
    for file in sorted(directory.glob("[!_]*.py")):
        place = f"{directory.name}/{file.name}"
        try:
            domains[place] = read_domain(file, place)
        except BadInput as bad:
            problems += bad.problems
    if not domains and not problems:
        problems.append(
            Problem(
                code="domain-missing",
                path=directory.name,
                what="the folder has no domain file",
                fix="give the folder of the catalogue",
            )
        )
    return domains, problems


def _read_schemas(
    publications: Iterable[_Publication], directory: Path
) -> tuple[dict[str, str], list[Problem]]:
    """Returns the schemas by topic; a topic whose name is wrong has no file to look for."""
    schemas: dict[str, str] = {}
    problems: list[Problem] = []
    topics = {publication.topic.name: publication.topic for publication in publications}
    for name, topic in topics.items():
        if topic_name_faults(name):
            continue
        file = directory / "schemas" / f"{name}.avsc"
        try:
            schemas[name] = read_schema(file, f"{directory.name}/schemas/{file.name}", topic)
        except BadInput as bad:
            problems += bad.problems
    return schemas, problems


def _domain_problems(domain: Domain, place: str) -> Iterator[Problem]:
    module = domain.name.replace("-", "_")
    file = Path(place).stem
    if not is_domain_name(domain.name):
        yield Problem(
            code="domain-name",
            path=place,
            what=f"the domain's name is not a DNS label{look_alike(domain.name)}",
            got=domain.name,
            fix=DOMAIN_FORM,
        )
    elif taken := _TAKEN.get(domain.name):
        yield Problem(
            code="domain-name",
            path=place,
            what=f"the domain has the name {taken}",
            got=domain.name,
            fix="choose another name",
        )
    elif file != module:
        yield Problem(
            code="domain-file",
            path=place,
            what=f"the file is not named after its domain {domain.name}{look_alike(file)}",
            got=f"{file}.py",
            fix=f"name the file {module}.py",
        )
    yield from workload_problems(domain, place)
    for name, times in Counter(domain.consumes).items():
        if times > 1:
            yield Problem(
                code="topic-consumed-twice",
                path=place,
                what=f"{domain.name} names a topic {times} times in consumes",
                got=name,
                fix="name it once",
            )


def _problems_of_secrets(domains: Mapping[str, Domain]) -> Iterator[Problem]:
    names = {domain.name for domain in domains.values()}
    for place, domain in domains.items():
        yield from secrets_problems(domain, place, names)


def _topic_problems(publication: _Publication) -> Iterator[Problem]:
    topic = publication.topic
    for fault in topic_name_faults(topic.name):
        yield Problem(
            code="topic-name", path=publication.place, what=fault, got=topic.name, fix=TOPIC_FORM
        )
    if WORD in topic.name.split("."):
        yield Problem(
            code="topic-name",
            path=publication.place,
            what="the topic is named like one of dead letters, which follows from what is consumed",
            got=topic.name,
            fix=f"take it out, or name it without {WORD}",
        )
    if topic.partitions < 1:
        yield Problem(
            code="topic-partitions",
            path=publication.place,
            what=f"topic {topic.name} has no partition",
            got=topic.partitions,
            fix="give it at least 1",
        )


def _ownership_problems(publications: Iterable[_Publication]) -> Iterator[Problem]:
    by_topic: defaultdict[str, list[_Publication]] = defaultdict(list)
    for publication in publications:
        by_topic[publication.topic.name].append(publication)
    for name, claims in by_topic.items():
        if len(claims) > 1:
            yield Problem(
                code="topic-owner",
                path=claims[-1].place,
                what=f"the topic is published by {' and by '.join(c.owner for c in claims)}",
                got=name,
                fix="a topic has one owner: take it out of the others",
            )


def _twin_problems(publications: Iterable[_Publication]) -> Iterator[Problem]:
    twins: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for publication in publications:
        name = publication.topic.name
        twins[name.replace(".", "_")][name] = publication.place
    for places in twins.values():
        if len(places) > 1:
            yield Problem(
                code="topic-twins",
                path=max(places.values()),
                what="topics have one name in Kafka's metrics, where '.' becomes '_'",
                got=" and ".join(sorted(places)),
                fix="rename one of them",
            )


def _unpublished(domains: Mapping[str, Domain], topics: Collection[str]) -> Iterator[Problem]:
    for place, domain in domains.items():
        for name in sorted(set(domain.consumes) - set(topics)):
            yield Problem(
                code="topic-unknown",
                path=place,
                what=f"{domain.name} consumes a topic that nobody publishes{look_alike(name)}",
                got=name,
                fix=did_you_mean(name, topics, otherwise="publish it, or do not consume it"),
            )


def _unused_schemas(directory: Path, topics: Collection[str]) -> Iterator[Problem]:
    for file in sorted(directory.glob("schemas/*.avsc")):
        if file.stem not in topics:
            yield Problem(
                code="schema-unused",
                path=f"{directory.name}/schemas/{file.name}",
                what=f"no topic has this schema{look_alike(file.stem)}",
                fix=did_you_mean(file.stem, topics, otherwise="delete it, or publish the topic"),
            )

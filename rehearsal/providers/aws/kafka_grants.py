"""What IAM policies allow on a Kafka cluster, in the words of Kafka's own access control. Pure.

Follows Amazon MSK's table of IAM actions, which says of each what it is in Kafka (developer guide,
"Semantics of IAM authorization policy actions and resources"). A policy that cannot be said in
Kafka's words is an error: passed over, it would be enforced less strictly here than it is written.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

PREFIX = "kafka-cluster:"
EVERY = "*"
"""Kafka's name for all topics, or all groups."""

_CLUSTER, _TOPIC, _GROUP, _TRANSACTION = "cluster", "topic", "group", "transactional-id"
_KINDS = (_CLUSTER, _TOPIC, _GROUP, _TRANSACTION)
_NAME_OF_CLUSTER = "kafka-cluster"

_ACTIONS: Mapping[str, tuple[str, str]] = {
    # Whoever has said who it is is connected: Kafka has no right for that.
    "Connect": (_CLUSTER, ""),
    "DescribeCluster": (_CLUSTER, "DESCRIBE"),
    "AlterCluster": (_CLUSTER, "ALTER"),
    "DescribeClusterDynamicConfiguration": (_CLUSTER, "DESCRIBE_CONFIGS"),
    "AlterClusterDynamicConfiguration": (_CLUSTER, "ALTER_CONFIGS"),
    "WriteDataIdempotently": (_CLUSTER, "IDEMPOTENT_WRITE"),
    "CreateTopic": (_TOPIC, "CREATE"),
    "DescribeTopic": (_TOPIC, "DESCRIBE"),
    "AlterTopic": (_TOPIC, "ALTER"),
    "DeleteTopic": (_TOPIC, "DELETE"),
    "DescribeTopicDynamicConfiguration": (_TOPIC, "DESCRIBE_CONFIGS"),
    "AlterTopicDynamicConfiguration": (_TOPIC, "ALTER_CONFIGS"),
    "ReadData": (_TOPIC, "READ"),
    "WriteData": (_TOPIC, "WRITE"),
    "DescribeGroup": (_GROUP, "DESCRIBE"),
    "AlterGroup": (_GROUP, "READ"),
    "DeleteGroup": (_GROUP, "DELETE"),
    "DescribeTransactionalId": (_TRANSACTION, "DESCRIBE"),
    "AlterTransactionalId": (_TRANSACTION, "WRITE"),
}
"""Per action what it is about, and the operation it is in Kafka."""


@dataclass(frozen=True)
class Grant:
    """One thing that may be done.

    Args:
        kind: ``cluster``, ``topic``, ``group`` or ``transactional-id``.
        name: Its name, or what its name begins with; ``*`` for all of the kind.
        operation: Kafka's word for what may be done.
        prefixed: Whether it is what the name begins with.
    """

    kind: str
    name: str
    operation: str
    prefixed: bool = field(default=False, kw_only=True)


class NotInKafka(ValueError):  # noqa: N818 - says what is so
    """A statement that Kafka's access control cannot say; the text says which, and what to do."""


def speaks_of_kafka(document: Mapping[str, Any]) -> bool:
    """Whether any statement of a policy could be about what is in a cluster."""
    return any(_about_kafka(statement) for statement in _listed(document["Statement"]))


def grants(documents: Iterable[Mapping[str, Any]], clusters: Iterable[str]) -> frozenset[Grant]:
    """What all these policies allow together.

    Args:
        documents: Policies of one identity.
        clusters: ARNs of the clusters that there are; on others there is nothing to allow.

    Raises:
        NotInKafka: A statement cannot be said in Kafka's words.
    """
    there = tuple(clusters)
    return frozenset(
        grant
        for document in documents
        for statement in _listed(document["Statement"])
        if _about_kafka(statement)
        for grant in _granted(statement, there)
    )


def _about_kafka(statement: Mapping[str, Any]) -> bool:
    if "NotAction" in statement:
        left_out = _listed(statement["NotAction"])
        return not any(_matches(PREFIX + EVERY, pattern) for pattern in left_out)
    return any(_could_be_kafka(pattern) for pattern in _listed(statement["Action"]))


def _could_be_kafka(pattern: str) -> bool:
    known = any(_matches(PREFIX + action, pattern) for action in _ACTIONS)
    return known or pattern.lower().startswith(PREFIX)


def _granted(statement: Mapping[str, Any], clusters: tuple[str, ...]) -> Iterator[Grant]:
    for word in ("NotAction", "NotResource", "Condition"):
        if word in statement:
            raise _refusal(statement, f"has {word}", "write what is allowed, without it")
    if statement["Effect"] != "Allow":
        raise _refusal(statement, "does not allow", "leave out what is not to be allowed")
    for pattern in _listed(statement["Action"]):
        actions = [action for action in _ACTIONS if _matches(PREFIX + action, pattern)]
        if not actions and pattern.lower().startswith(PREFIX):
            raise _refusal(statement, f"names {pattern}, which MSK does not know", "correct it")
        named = len(actions) == 1 and pattern.lower() == (PREFIX + actions[0]).lower()
        for resource in _listed(statement["Resource"]):
            found = [part for cluster in clusters for part in _parts(statement, resource, cluster)]
            fitting = [(a, part) for a in actions for part in found if _ACTIONS[a][0] == part[0]]
            if named and found and not fitting:
                raise _refusal(
                    statement, f"allows {pattern} on {resource}", "it is about another kind"
                )
            for action, (kind, name, prefixed) in fitting:
                if operation := _ACTIONS[action][1]:
                    yield Grant(kind, name, operation, prefixed=prefixed)


def _parts(
    statement: Mapping[str, Any], resource: str, cluster: str
) -> Iterator[tuple[str, str, bool]]:
    """What of a cluster a resource means: kinds, names, and whether these are beginnings."""
    for kind in _KINDS:
        arn = cluster.replace(":cluster/", f":{kind}/", 1)
        if kind == _CLUSTER:
            if _matches(arn, resource):
                yield kind, _NAME_OF_CLUSTER, False
        elif resource.startswith(f"{arn}/"):
            name = resource.removeprefix(f"{arn}/")
            beginning = name.removesuffix(EVERY)
            if re.search(r"[*?]", beginning):
                raise _refusal(
                    statement, f"has a wildcard inside {name}", "use * at the end of a name only"
                )
            yield kind, beginning or EVERY, bool(beginning) and name != beginning
        else:
            beginning = re.split(r"[*?]", resource)[0]
            if beginning == resource or not f"{arn}/".startswith(beginning):
                continue
            if resource != beginning + EVERY:
                raise _refusal(statement, f"has a wildcard inside {resource}", "name the cluster")
            yield kind, EVERY, False


def _matches(text: str, pattern: str) -> bool:
    """As IAM does: ``*`` and ``?``, whatever is between; actions in either case."""
    return fnmatchcase(text.lower(), pattern.lower().replace("[", "[[]"))


def _listed(value: Any) -> list[Any]:
    return [*value] if isinstance(value, list) else [value]


def _refusal(statement: Mapping[str, Any], what: str, fix: str) -> NotInKafka:
    actions = _listed(statement.get("Action", statement.get("NotAction")))
    return NotInKafka(
        f"a statement about {', '.join(actions)} {what}, and the rehearsal's Kafka has no access "
        f"control list for that; {fix}"
    )

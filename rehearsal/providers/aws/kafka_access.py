"""Kafka's access-control lists, kept to what IAM's policies allow each role.

Amazon MSK asks IAM at each request. The rehearsal's Kafka asks its own lists: a role is a user of
the same name there, and whenever moto's policies of a role change, so do that user's lists. They
are worked out anew each time from what moto has, whatever came first. What a cluster's own policy
or a permissions boundary takes away is not looked at.
"""

import json
import threading
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError
from confluent_kafka import admin

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.broker import SECONDS, connected, finished, until
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.aws.kafka_grants import Grant, grants, speaks_of_kafka
from rehearsal.providers.values import Plain

_api: Any = admin
"""The library: it exports its classes without saying so to type checkers."""

_ONE_AT_A_TIME = threading.Lock()
"""Two changes of one role would each miss what the other does."""

Roles = Callable[[Aws, Plain], Collection[str]]
Documents = Callable[[Aws, Plain], Collection[Plain]]


@dataclass(frozen=True, kw_only=True)
class OpensKafka(ApiResource):
    """A type by which roles may do something, on Kafka too.

    Args:
        roles: The roles that one of it is about, by name.
        documents: The policies that one of it brings them, or could take from them: where none is
            about Kafka, Kafka is left alone.
        shows: Whether it is told to be gone when Kafka's lists are not as they should be, so that
            the next update makes both anew.
    """

    roles: Roles
    documents: Documents
    shows: bool = False

    def finish(self, client: Aws, resource_id: str, inputs: Plain) -> None:
        """Opens Kafka for what has come."""
        with self._followed(client, {**inputs, "id": resource_id}):
            super().finish(client, resource_id, inputs)

    def read(self, client: Aws, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Asks for it, and Kafka for what should be there because of it."""
        found = super().read(client, resource_id, inputs, state)
        # Of what was made just now Kafka has been asked.
        if found is None or not self.shows or not state:
            return found
        roles = self._opened(client, {**state, **inputs, "id": resource_id})
        return None if any(differs(client, role) for role in roles) else found

    def update(self, client: Aws, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Opens Kafka for what is new, and closes it for what was."""
        before, after = ({**each, "id": resource_id} for each in ({**state, **old}, new))
        with self._followed(client, before, after):
            super().update(client, resource_id, state, old, new)

    def delete(self, client: Aws, resource_id: str, state: Plain) -> None:
        """Closes Kafka for what goes."""
        with self._followed(client, {**state, "id": resource_id}):
            super().delete(client, resource_id, state)

    @contextmanager
    def _followed(self, client: Aws, *known: Plain) -> Generator[None]:
        roles = {role for each in known for role in self._opened(client, each)}
        yield
        for role in sorted(roles):
            settle(client, role)

    def _opened(self, client: Aws, known: Plain) -> Collection[str]:
        """The roles that it opens Kafka for."""
        documents = self.documents(client, known)
        return self.roles(client, known) if any(map(speaks_of_kafka, documents)) else ()


def of_role(name: str) -> Roles:
    """The role whose name a property has."""
    return lambda _, known: (known[name],)


def of_policy(client: Aws, known: Plain) -> Collection[str]:
    """The roles that a policy is attached to."""
    told = _iam(client, "ListEntitiesForPolicy", PolicyArn=known["id"])
    return [role["RoleName"] for role in told.get("PolicyRoles", ())]


def written(_: Aws, known: Plain) -> Collection[Plain]:
    """The policy that stands in it."""
    return (json.loads(known["policy"]),)


def named(client: Aws, known: Plain) -> Collection[Plain]:
    """The policy whose ARN stands in it; none where that is gone."""
    if not (policy := _iam(client, "GetPolicy", PolicyArn=known["policyArn"])):
        return ()
    version = {"PolicyArn": known["policyArn"], "VersionId": policy["Policy"]["DefaultVersionId"]}
    told = _iam(client, "GetPolicyVersion", **version)
    return (told["PolicyVersion"]["Document"],) if told else ()


def own_of(role: str) -> Documents:
    """The policies that stand in the role whose name a property has."""

    def documents(client: Aws, known: Plain) -> Collection[Plain]:
        name = {"RoleName": known[role]}
        told = (
            _iam(client, "GetRolePolicy", **name, PolicyName=policy)
            for policy in _iam(client, "ListRolePolicies", **name).get("PolicyNames", ())
        )
        # One that is deleted meanwhile says nothing any more.
        return [each["PolicyDocument"] for each in told if each]

    return documents


def attached_to(role: str) -> Documents:
    """The policies that are attached to the role whose name a property has."""

    def documents(client: Aws, known: Plain) -> Collection[Plain]:
        told = _iam(client, "ListAttachedRolePolicies", RoleName=known[role])
        return [
            document
            for policy in told.get("AttachedPolicies", ())
            for document in named(client, {"policyArn": policy["PolicyArn"]})
        ]

    return documents


def settle(client: Aws, role: str) -> None:
    """Makes Kafka's lists for a role what its policies say.

    Raises:
        NotInKafka: A policy of it can't be said in Kafka's words.
    """
    with _ONE_AT_A_TIME:
        kafka = connected(client.kafka)
        wanted, there = _allowed(client, role), _lists(kafka, role)
        if come := wanted - there.keys():
            finished(kafka.create_acls([_binding(role, grant) for grant in come]))
        if gone := there.keys() - wanted:
            finished(kafka.delete_acls([_filter(there[grant]) for grant in gone]))
        if come or gone:
            until(lambda: frozenset(_lists(kafka, role)) == wanted)


def differs(client: Aws, role: str) -> bool:
    """Whether Kafka's lists for a role are others than its policies say."""
    with _ONE_AT_A_TIME:
        return frozenset(_lists(connected(client.kafka), role)) != _allowed(client, role)


def _allowed(client: Aws, role: str) -> frozenset[Grant]:
    known = {"role": role}
    documents = [*own_of("role")(client, known), *attached_to("role")(client, known)]
    told = client.service("kafka", client.region({})).call("ListClustersV2", {})
    return grants(documents, [cluster["ClusterArn"] for cluster in told["ClusterInfoList"]])


def _iam(client: Aws, operation: str, **members: Any) -> Plain:
    """What IAM answers; of what is not there, nothing."""
    try:
        return client.service("iam", client.region({})).call(operation, members)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "NoSuchEntity":
            raise
        return {}


def _principal(role: str) -> str:
    return f"User:{role}"


_kinds: Any = _api.ResourceType
_KINDS: Mapping[str, Any] = {
    "cluster": _kinds.BROKER,
    "topic": _kinds.TOPIC,
    "group": _kinds.GROUP,
    "transactional-id": _kinds.TRANSACTIONAL_ID,
}
_patterns: Any = _api.ResourcePatternType


def _binding(role: str, grant: Grant) -> Any:
    return _api.AclBinding(
        _KINDS[grant.kind],
        grant.name,
        _patterns.PREFIXED if grant.prefixed else _patterns.LITERAL,
        _principal(role),
        "*",
        _api.AclOperation[grant.operation],
        _api.AclPermissionType.ALLOW,
    )


def _lists(kafka: Any, role: str) -> Mapping[Grant, Any]:
    """Kafka's bindings of a role; those that no policy could say are grants of a kind of theirs."""
    every = _api.AclBindingFilter(
        _kinds.ANY,
        None,
        _patterns.ANY,
        _principal(role),
        None,
        _api.AclOperation.ANY,
        _api.AclPermissionType.ANY,
    )
    return {_grant(each): each for each in kafka.describe_acls(every).result(timeout=SECONDS)}


def _grant(binding: Any) -> Grant:
    known = {kind: name for name, kind in _KINDS.items()}
    grant = Grant(
        known.get(binding.restype, str(binding.restype)),
        binding.name,
        binding.operation.name,
        prefixed=binding.resource_pattern_type is _patterns.PREFIXED,
    )
    usual = binding.permission_type is _api.AclPermissionType.ALLOW and binding.host == "*"
    return grant if usual else replace(grant, kind=str(binding))


def _filter(binding: Any) -> Any:
    return _api.AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )

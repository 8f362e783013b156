"""Who may do what on topics and groups: statements of IAM's policies, and Kafka's own lists.

Looks at actions that name ``kafka-cluster:``; a policy that allows everything everywhere is for the
controls on identities.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from policies.controls._iam import POLICY, ROLE, USER
from policies.controls._stack import Resource, Stack
from policies.controls._topics import STRIMZI
from policies.controls._wire import any_of, document, listed

_GROUP = "aws:iam/group:Group"
_OF_ONE = {
    "aws:iam/rolePolicy:RolePolicy": ("role", ROLE),
    "aws:iam/userPolicy:UserPolicy": ("user", USER),
    "aws:iam/groupPolicy:GroupPolicy": ("group", _GROUP),
}
_ATTACHING = (
    ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "policyArn", "role", ROLE),
    ("aws:iam/userPolicyAttachment:UserPolicyAttachment", "policyArn", "user", USER),
    ("aws:iam/groupPolicyAttachment:GroupPolicyAttachment", "policyArn", "group", _GROUP),
    ("aws:iam/policyAttachment:PolicyAttachment", "policyArn", "roles", ROLE),
    ("aws:iam/policyAttachment:PolicyAttachment", "policyArn", "users", USER),
    ("aws:iam/policyAttachment:PolicyAttachment", "policyArn", "groups", _GROUP),
    *(
        (
            f"aws:iam/{kind}PolicyAttachmentsExclusive:{kind.title()}PolicyAttachmentsExclusive",
            *keys,
        )
        for kind, *keys in (
            ("role", "policyArns", "roleName", ROLE),
            ("user", "policyArns", "userName", USER),
            ("group", "policyArns", "groupName", _GROUP),
        )
    ),
)
"""What gives a policy to somebody: its type, where it names the policy, where whom, and their type.
What keeps a list of policies complete also attaches those that are missing."""
POLICIES = (POLICY, *_OF_ONE, ROLE, "aws:msk/clusterPolicy:ClusterPolicy")
"""Whatever holds statements of IAM that may let somebody at a topic."""
KAFKA_ACL = "kafka:index/acl:Acl"
KAFKA_USERS = tuple(
    f"kubernetes:kafka.strimzi.io/{version}:{kind}"
    for version in STRIMZI
    for kind in ("KafkaUser", "KafkaUserPatch")
)
ACLS = (KAFKA_ACL, *KAFKA_USERS)

_SERVICE = "kafka-cluster:"
_KINDS = {"cluster", "topic", "group", "transactional-id"}


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A statement that allows something on a Kafka cluster.

    Args:
        place: Where it stands: ``policy.Statement.2``.
        actions: What it allows, in lower case and without the service; patterns too.
        resources: ARNs, and patterns of them.
    """

    place: str
    actions: Sequence[str]
    resources: Sequence[str]

    def allows(self, *actions: str) -> bool:
        """Whether it allows any of these."""
        return any(fnmatchcase(one.lower(), each) for one in actions for each in self.actions)

    def names(self, kind: str) -> list[str]:
        """The names, or patterns of names, of the topics or groups that it is about.

        An ARN that does not say of which kind it is counts as both.
        """
        others = _KINDS - {kind}
        return [
            arn.rpartition("/")[2]
            for arn in self.resources
            if arn.split(":", 5)[-1].partition("/")[0] not in others
        ]


@dataclass(frozen=True, kw_only=True)
class Acl:
    """An entry of Kafka's own lists that allows something.

    Args:
        place: Where it stands.
        kind: ``topic``, ``group``, ``cluster`` …
        name: Of the topic or group.
        literal: Whether the name is one name, and no prefix of names.
        who: Whom it is for: ``User:payments``.
        operations: In lower case: ``read``, ``write``, ``all`` …
    """

    place: str
    kind: str
    name: str
    literal: bool
    who: str
    operations: Sequence[str]

    def allows(self, operation: str) -> bool:
        """Whether it allows this."""
        return bool({operation, "all", "any"} & {*self.operations})

    def covers(self, topic: str) -> bool:
        """Whether it is about this topic."""
        if self.kind not in ("topic", "any"):
            return False
        return self.name in ("*", topic) or (not self.literal and topic.startswith(self.name))


def grants(policy: Resource) -> Iterator[Grant]:
    """What a policy, or the policies inside a role, allow on Kafka clusters."""
    for place, found in _documents(policy):
        for number, statement in enumerate(listed(found, "Statement")):
            actions = [each.lower() for each in listed(statement, "Action")]
            ours = [each.removeprefix(_SERVICE) for each in actions if each.startswith(_SERVICE)]
            if not ours or statement.get("Effect") != "Allow":
                continue
            # All but some: nobody can say what that will be.
            everything = statement.get("Resource") is None
            yield Grant(
                place=f"{place}.Statement.{number}",
                actions=ours,
                resources=["*"] if everything else listed(statement, "Resource"),
            )


def holders(policy: Resource, stack: Stack) -> list[Resource]:
    """Those in this stack who may do what a policy allows; a managed policy itself is one of them.

    Whoever tags it says for whom it is meant; who has it is known from what attaches it.
    """
    if policy.type == ROLE:
        return [policy]
    if policy.type in _OF_ONE:
        key, type_ = _OF_ONE[policy.type]
        return [each for each in stack.of(type_) if policy.refers_to(each, key)]
    if policy.type != POLICY:
        return []
    return [
        policy,
        *(role for role in stack.of(ROLE) if role.refers_to(policy, "managedPolicyArns")),
        *(
            holder
            for type_, key, whom, their_type in _ATTACHING
            for attachment in stack.of(type_)
            if attachment.refers_to(policy, key)
            for holder in stack.of(their_type)
            if attachment.refers_to(holder, whom)
        ),
    ]


def acls(resource: Resource) -> Iterator[Acl]:
    """What an entry, or a user with entries, allows."""
    if resource.type == KAFKA_ACL:
        if resource.at("aclPermissionType") == "Allow":
            yield Acl(
                place="aclResourceName",
                kind=str(resource.at("aclResourceType")).lower(),
                name=str(resource.at("aclResourceName")),
                literal=(resource.at("resourcePatternTypeFilter") or "Literal") == "Literal",
                who=str(resource.at("aclPrincipal")),
                operations=[str(resource.at("aclOperation")).lower()],
            )
        return
    who = f"User:{resource.at('metadata', 'name')}"
    for number, each in enumerate(listed(resource.properties, "spec", "authorization", "acls")):
        if each.get("type", "allow") == "allow":
            about = each["resource"]
            operations = [*listed(each, "operations"), *listed(each, "operation")]
            yield Acl(
                place=f"spec.authorization.acls.{number}",
                kind=about["type"].lower(),
                name=about.get("name", "*"),
                literal=about.get("patternType", "literal") == "literal",
                who=who,
                operations=[operation.lower() for operation in operations],
            )


def is_read(topic: str, stack: Stack) -> bool:
    """Whether anybody may read a topic.

    Raises:
        Unknown: Nobody of whom it is known, and it is not known of all.
    """
    return any_of(stack.of(*POLICIES, *ACLS), lambda each: _lets_read(each, topic))


def _lets_read(resource: Resource, topic: str) -> bool:
    if resource.type in ACLS:
        return any(acl.allows("read") and acl.covers(topic) for acl in acls(resource))
    return any(
        grant.allows("ReadData") and any(fnmatchcase(topic, name) for name in grant.names("topic"))
        for grant in grants(resource)
    )


def _documents(policy: Resource) -> Iterator[tuple[str, Any]]:
    if policy.type != ROLE:
        yield "policy", document(policy.properties, "policy")
        return
    for number, inline in enumerate(listed(policy.properties, "inlinePolicies")):
        yield f"inlinePolicies.{number}.policy", document(inline, "policy")

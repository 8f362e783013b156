"""Who may do what on topics and consumer groups."""

from policies.controls._kafka_grants import ACLS, POLICIES, acls, grants, holders
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._topics import is_exact, schemas_of, tag

TOPIC_ACTIONS = (
    "AlterTopic",
    "AlterTopicDynamicConfiguration",
    "CreateTopic",
    "DeleteTopic",
    "DescribeTopic",
    "DescribeTopicDynamicConfiguration",
    "ReadData",
    "WriteData",
)
"""What IAM knows of topics (Amazon MSK developer guide, IAM access control)."""
GROUP_ACTIONS = ("AlterGroup", "DeleteGroup")
"""Joining a group, and taking its place in a topic away. Not DescribeGroup: it shows no record, and
Firehose, which chooses its group's name by itself, needs it on all."""

ACCESS = Control(
    id="TOP-07",
    pack="data_protection",
    title="Access names each topic and group, and only the owner writes",
    levels="MMM",
    severity="critical",
    supports="PCI 7.2.1, N AC-6, G 25",
    remedy="Name each topic and group in full, without a pattern. Let only roles write whose tag "
    "domain is that of the topic's schema.",
)


@ACCESS.rule("topics", "policies that name each topic in full", *POLICIES)
def _topics(policy: Resource) -> Wrong:
    for grant in grants(policy):
        if grant.allows(*TOPIC_ACTIONS) and not all(map(is_exact, grant.names("topic"))):
            yield f"{grant.place} is about topics, and its Resource does not name each in full"


@ACCESS.rule("groups", "policies that name each group in full", *POLICIES)
def _groups(policy: Resource) -> Wrong:
    for grant in grants(policy):
        if grant.allows(*GROUP_ACTIONS) and not all(map(is_exact, grant.names("group"))):
            yield f"{grant.place} is about groups, and its Resource does not name each in full"


@ACCESS.rule_in_stack("producers", "only a topic's owner writes to it", *POLICIES)
def _producers(policy: Resource, stack: Stack) -> Wrong:
    for grant in grants(policy):
        if not grant.allows("WriteData"):
            continue
        who = {tag(each, "domain") for each in holders(policy, stack)}
        for topic in filter(is_exact, grant.names("topic")):
            if len(who) != 1 or None in who or who != _owners(topic, stack):
                yield (
                    f"{grant.place} lets write to a topic: the tag domain of all who may "
                    "is not that of the topic's schema"
                )
                break


@ACCESS.rule("acls", "ACLs that name each topic and group in full", *ACLS)
def _acls(resource: Resource) -> Wrong:
    for acl in acls(resource):
        if acl.kind in ("topic", "group", "any") and not (acl.literal and is_exact(acl.name)):
            yield f"{acl.place} does not name one topic or group in full"


@ACCESS.rule("acl-clients", "ACLs for one client each", *ACLS)
def _acl_clients(resource: Resource) -> Wrong:
    for acl in acls(resource):
        if acl.who.endswith(":*"):
            yield f"{acl.place} is for everybody: aclPrincipal names no client"


@ACCESS.rule_in_stack("acl-producers", "only a topic's owner writes to it by an ACL", *ACLS)
def _acl_producers(resource: Resource, stack: Stack) -> Wrong:
    for acl in acls(resource):
        if acl.kind == "topic" and acl.allows("write") and is_exact(acl.name):
            owners = {f"User:{owner}" for owner in _owners(acl.name, stack)}
            if owners != {acl.who}:
                yield f"{acl.place} lets write to a topic: the client is not named as its owner"


def _owners(topic: str, stack: Stack) -> set[str | None]:
    return {tag(schema, "domain") for schema in schemas_of(topic, stack)}


CONTROLS = (ACCESS,)

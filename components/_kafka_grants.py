"""What a client may do on a Kafka cluster that is logged in to with IAM. Pure.

The names of actions and the forms of ARNs are those of Amazon MSK's IAM access control. Leaves out
transactions.
"""

from collections.abc import Sequence

from components._policy import Statement, policy_document


def produce(cluster_arn: str, topic: str) -> list[Statement]:
    """What it takes to write records to one topic, and nothing beyond.

    Args:
        cluster_arn: ``arn:aws:kafka:<region>:<account>:cluster/<name>/<id>``.
        topic: The topic's name.
    """
    return [
        # Kafka's own clients write without doublets unless they are told otherwise (KIP-679).
        _allow(["Connect", "WriteDataIdempotently"], cluster_arn),
        _allow(["DescribeTopic", "WriteData"], _part(cluster_arn, "topic", topic)),
    ]


def consume(cluster_arn: str, topic: str, group: str) -> list[Statement]:
    """What it takes to read one topic as a member of one consumer group, and nothing beyond.

    Args:
        cluster_arn: ``arn:aws:kafka:<region>:<account>:cluster/<name>/<id>``.
        topic: The topic's name.
        group: The consumer group's name.
    """
    return [
        _allow(["Connect"], cluster_arn),
        _allow(["DescribeTopic", "ReadData"], _part(cluster_arn, "topic", topic)),
        _allow(["AlterGroup", "DescribeGroup"], _part(cluster_arn, "group", group)),
    ]


def schemas(
    registry_arn: str, *, produces: Sequence[str], consumes: Sequence[str]
) -> list[Statement]:
    """What it takes to write and read records of topics by their schemas, and nothing beyond.

    Who writes looks its own schema up, by name. Who reads finds nothing but an id in a record, and
    IAM has no resource for that (Glue developer guide, IAM examples for deserializers): it can read
    every schema of which it has the id.

    Args:
        registry_arn: ``arn:aws:glue:<region>:<account>:registry/<name>``.
        produces: The topics it writes to; a schema has its topic's name.
        consumes: The topics it reads.
    """
    registry = registry_arn.replace(":registry/", ":schema/", 1)
    own = [f"{registry}/{topic}" for topic in produces]
    by_name: Statement = {
        "Effect": "Allow",
        "Action": "glue:GetSchemaByDefinition",
        "Resource": [registry_arn, *own],
    }
    by_id: Statement = {"Effect": "Allow", "Action": "glue:GetSchemaVersion", "Resource": "*"}
    return [*([by_name] if produces else []), *([by_id] if consumes else [])]


def archive(cluster_arn: str, topics: Sequence[str]) -> list[Statement]:
    """What it takes Firehose to read these topics (Firehose developer guide, MSK as a source).

    Args:
        cluster_arn: ``arn:aws:kafka:<region>:<account>:cluster/<name>/<id>``.
        topics: The topics' names.
    """
    return [
        {
            "Effect": "Allow",
            "Action": [
                "kafka:DescribeCluster",
                "kafka:DescribeClusterV2",
                "kafka:GetBootstrapBrokers",
            ],
            "Resource": [cluster_arn],
        },
        _allow(["Connect"], cluster_arn),
        *(
            _allow(
                ["DescribeTopic", "DescribeTopicDynamicConfiguration", "ReadData"],
                _part(cluster_arn, "topic", topic),
            )
            for topic in topics
        ),
        # It chooses its consumer group's name by itself.
        _allow(["DescribeGroup"], _part(cluster_arn, "group", "*")),
    ]


def granting(statements: Sequence[Statement]) -> str:
    """One policy of all these statements, as JSON.

    Statements that allow the same actions become one, since IAM counts a policy's characters.
    """
    resources: dict[tuple[str, ...], set[str]] = {}
    for statement in statements:
        resources.setdefault(tuple(statement["Action"]), set()).update(statement["Resource"])
    return policy_document(
        [
            {"Effect": "Allow", "Action": list(actions), "Resource": sorted(arns)}
            for actions, arns in sorted(resources.items())
        ]
    )


def cluster_policy(cluster_arn: str, *, account: str) -> str:
    """The policy of the cluster itself, as JSON: it shuts others out, and lets Firehose connect.

    Who may read and write is said by the policies of roles: who is connected may do neither yet.
    Where a cluster has no policy, whoever may put one can let another account in, and nothing would
    be seen to differ.

    Args:
        cluster_arn: ``arn:aws:kafka:<region>:<account>:cluster/<name>/<id>``.
        account: The only account whose identities may use the cluster: 12 digits.
    """
    refuse: Statement = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": ["kafka:*", "kafka-cluster:*"],
        "Resource": [
            cluster_arn,
            *(_part(cluster_arn, kind, "*") for kind in ("topic", "group", "transactional-id")),
        ],
    }
    return policy_document(
        [
            {
                **refuse,
                "Sid": "RefuseOtherAccounts",
                "Condition": {
                    "StringNotEquals": {"aws:PrincipalAccount": account},
                    # AWS's own services act without an account.
                    "Bool": {"aws:PrincipalIsAWSService": "false"},
                },
            },
            {
                **refuse,
                "Sid": "RefusePlain",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            {
                "Sid": "FirehoseConnects",
                "Effect": "Allow",
                "Principal": {"Service": "firehose.amazonaws.com"},
                "Action": "kafka:CreateVpcConnection",
                "Resource": cluster_arn,
            },
        ]
    )


def _allow(actions: Sequence[str], arn: str) -> Statement:
    return {
        "Effect": "Allow",
        "Action": [f"kafka-cluster:{action}" for action in actions],
        "Resource": [arn],
    }


def _part(cluster_arn: str, kind: str, name: str) -> str:
    """The ARN of a topic or group: the cluster's, with the kind in its place and the name."""
    return f"{cluster_arn.replace(':cluster/', f':{kind}/', 1)}/{name}"

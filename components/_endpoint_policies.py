"""What passes a private endpoint: who may use it, and for what. Pure.

An endpoint's policy grants nothing: it is a fence around what identities may do anyway. It keeps
credentials of another account from being used inside the network, to carry data out.
"""

from collections.abc import Mapping

from components._policy import Statement, policy_document

INTERFACES: tuple[str, ...] = (
    "autoscaling",
    "ec2",
    "ec2messages",
    "ecr.api",
    "ecr.dkr",
    "eks",
    "eks-auth",
    "elasticloadbalancing",
    "glue",
    "kafka",
    "kms",
    "logs",
    "secretsmanager",
    "ssm",
    "ssmmessages",
    "sts",
    "xray",
)
"""Services that nodes and pods reach through an address inside the network.

What a private EKS cluster needs (EKS user guide, private clusters), agents of Systems Manager
(user guide, VPC endpoints), and the services of the bank's own platform.
"""


def interface_policies(account: str) -> Mapping[str, str]:
    """Per service its policy, as JSON.

    Args:
        account: The only account whose identities pass: 12 digits.
    """
    policies = dict.fromkeys(INTERFACES, policy_document([_own_identities(account)]))
    # A pod's first call carries no identity yet, only a token of the cluster.
    first_call: Statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Resource": f"arn:aws:iam::{account}:role/*",
    }
    policies["sts"] = policy_document([_own_identities(account), first_call])
    return policies


def bucket_policy(account: str, region: str) -> str:
    """The policy of the way to S3, as JSON: own buckets, and AWS's that nodes are made from.

    Args:
        account: The account whose identities pass, and whose buckets are reached: 12 digits.
        region: Where the endpoint is; AWS has its buckets per region.
    """
    own = _own_identities(account)
    own["Condition"]["StringEquals"]["aws:ResourceAccount"] = account
    theirs: Statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": [
            f"arn:aws:s3:::{bucket}/*"
            for bucket in (
                # Layers of images (ECR user guide, minimum S3 permissions).
                f"prod-{region}-starport-layer-bucket",
                # Packages of Amazon Linux (EKS user guide, private clusters).
                f"al2023-repos-{region}-de612dc2",
                # Agents of Systems Manager (its user guide, minimum S3 permissions).
                f"amazon-ssm-{region}",
                f"aws-ssm-{region}",
            )
        ],
    }
    return policy_document([own, theirs])


def _own_identities(account: str) -> Statement:
    return {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": account}},
    }

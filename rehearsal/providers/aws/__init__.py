"""The aws stand-in: AWS answered by moto, MSK's topics by a real Kafka.

A provider with an endpoint of its own for S3 means another store than AWS's: MinIO answers for it.
A new resource type is a row in the file of its service.
"""

import json
from collections.abc import Mapping

from rehearsal.providers.aws import (
    appautoscaling,
    backup,
    budgets,
    cloudtrail,
    cloudwatch,
    config,
    datasync,
    detection,
    direct_connect,
    ebs,
    ec2,
    eks,
    eks_access,
    events,
    firehose,
    glue,
    iam,
    kms,
    launch_template,
    logs,
    msk,
    organizations,
    rds,
    route53,
    s3,
    secretsmanager,
    security_groups,
    sns,
    ssm,
    transit_gateway,
    vpc,
    vpn,
)
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.aws.topics import Topic
from rehearsal.providers.framework import Endpoints, StandIn
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain

ROWS: tuple[ResourceType[Aws], ...] = (
    *appautoscaling.ROWS,
    *backup.ROWS,
    *budgets.ROWS,
    *cloudtrail.ROWS,
    *cloudwatch.ROWS,
    *config.ROWS,
    *datasync.ROWS,
    *detection.ROWS,
    *direct_connect.ROWS,
    *ebs.ROWS,
    *ec2.ROWS,
    *eks.ROWS,
    *eks_access.ROWS,
    *events.ROWS,
    *firehose.ROWS,
    *glue.ROWS,
    *iam.ROWS,
    *kms.ROWS,
    *launch_template.ROWS,
    *logs.ROWS,
    *msk.ROWS,
    *organizations.ROWS,
    *rds.ROWS,
    *route53.ROWS,
    *s3.ROWS,
    *secretsmanager.ROWS,
    *security_groups.ROWS,
    *sns.ROWS,
    *ssm.ROWS,
    *transit_gateway.ROWS,
    *vpc.ROWS,
    *vpn.ROWS,
    Topic(),
)


def stand_in(endpoints: Endpoints) -> StandIn[Aws]:
    """The stand-in for package ``aws``."""

    def connect(configuration: Plain) -> Aws:
        return reach(configuration, endpoints())

    return StandIn("aws", ROWS, connect, inherited=("region",))


def reach(configuration: Plain, servers: Mapping[str, Mapping[str, str]]) -> Aws:
    """The rehearsal's AWS, as a provider resource is configured to see it."""
    if "region" not in configuration:
        raise RuntimeError("the aws provider of this resource has no region")
    return Aws(
        endpoint=servers["moto"]["endpoint"],
        region=configuration["region"],
        kafka=servers["kafka"]["bootstrap"],
        kubernetes=servers["kubernetes"],
        store=servers["minio"] if _s3_is_elsewhere(configuration) else None,
    )


def _s3_is_elsewhere(configuration: Plain) -> bool:
    # The SDK sends what is no text in a provider's configuration as JSON.
    endpoints: list[Plain] = json.loads(configuration.get("endpoints") or "[]")
    return any(each.get("s3") for each in endpoints)

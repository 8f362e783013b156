"""Regions: NET-08."""

from typing import Any

from policies.controls.regions import (
    BACKUP_PLAN,
    IMAGES,
    NATIVE_PROVIDER,
    PEERING,
    PROVIDER,
    SECRET,
    TABLE,
)
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing

_PROVIDER = thing(PROVIDER, region="eu-west-1")
_BUCKET = "aws:s3/bucket:Bucket"


def _plan(*regions: str) -> dict[str, Any]:
    copies = [
        {"destinationVaultArn": f"arn:aws:backup:{each}:111111111111:backup-vault:copies"}
        for each in regions
    ]
    return {"rules": [{"ruleName": "daily"}, {"ruleName": "weekly", "copyActions": copies}]}


def _images(region: str) -> dict[str, Any]:
    return {"replicationConfiguration": {"rules": [{"destinations": [{"region": region}]}]}}


CASES = {
    "net-08-provider": Cases(
        fails=[
            {"region": "us-east-1"},
            {},
            {"region": "eu-west-2"},
            thing(NATIVE_PROVIDER, region="us-west-2"),
        ],
        passes=[{"region": "eu-west-1"}, {"region": "eu-central-1"}],
        unknown=[{"region": UNKNOWN}],
    ),
    "net-08-resources": Cases(
        fails=[
            [_PROVIDER, thing(_BUCKET, region="us-east-1")],
            [
                _PROVIDER,
                thing(_BUCKET, "new", region=UNKNOWN),
                thing("aws:kms/replicaKey:ReplicaKey", region="ap-south-1"),
            ],
        ],
        passes=[
            [_PROVIDER, thing(_BUCKET), thing(_BUCKET, "second", region="eu-central-1")],
            [_PROVIDER],
            [_PROVIDER, thing("minio:index/s3Bucket:S3Bucket", region="us-east-1")],
        ],
        unknown=[[_PROVIDER, thing(_BUCKET, region=UNKNOWN)]],
    ),
    "net-08-copies": Cases(
        fails=[
            thing(SECRET, replicas=[{"region": "eu-central-1"}, {"region": "us-east-1"}]),
            thing(TABLE, replicas=[{"regionName": "us-east-1"}]),
            thing(IMAGES, **_images("us-east-1")),
            thing(PEERING, peerRegion="us-east-1"),
        ],
        passes=[
            thing(SECRET),
            thing(TABLE, replicas=[{"regionName": "eu-central-1"}]),
            thing(IMAGES, **_images("eu-central-1")),
            thing(PEERING, peerVpcId="vpc-1"),
        ],
        unknown=[
            thing(SECRET, replicas=[{"region": UNKNOWN}]),
            thing(PEERING, peerRegion=UNKNOWN),
        ],
    ),
    "net-08-backups": Cases(
        fails=[_plan("us-east-1"), _plan("eu-central-1", "us-east-1")],
        passes=[_plan("eu-central-1"), _plan(), {"rules": []}],
        unknown=[
            {"rules": [{"copyActions": [{"destinationVaultArn": UNKNOWN}]}]},
            thing(BACKUP_PLAN, rules=UNKNOWN),
        ],
    ),
}

LOOSENED: dict[str, Change] = {"NET-08": change(PROVIDER, "region", "us-east-1")}

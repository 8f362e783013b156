"""Protection, tags, scripts and ignored changes: GOV-02."""

import json
from typing import Any

from policies.controls.governance import (
    AWS_PROVIDER,
    CHARTS,
    NAMESPACE,
    REQUIRED,
    SCRIPTS,
)
from tests.controls.cases import UNKNOWN, Cases, Change, thing, unprotected

_KEY = "aws:kms/key:Key"
_BUCKET = "aws:s3/bucket:Bucket"
_BUCKET_V2 = "aws:s3/bucketV2:BucketV2"
_CLUSTER = "aws:msk/cluster:Cluster"
_GROUP = "aws:ec2/securityGroup:SecurityGroup"
_CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
_SET = "kubernetes:apps/v1:StatefulSet"
_TAGS = dict.fromkeys(REQUIRED, "a")
_SOME = dict.fromkeys(REQUIRED[1:], "a")
_TAGGING = thing(AWS_PROVIDER, defaultTags=json.dumps({"tags": {REQUIRED[0]: "a"}}))
_VAULT = thing(NAMESPACE, metadata={"name": "vault"})
_KEPT = thing(NAMESPACE, protect=True, metadata={"name": "vault"})
_SANDBOX = thing(NAMESPACE, environment="sandbox", metadata={"name": "vault"})
_IN_VAULT = thing(_CLAIM, metadata={"namespace": "vault"})
_RELEASE, _CHART = CHARTS
_STORING = {"server": {"dataStorage": {"enabled": True}}, "image": {"tag": UNKNOWN}}
_TEMPLATE: dict[str, Any] = {"a": {"storageSpec": {"volumeClaimTemplate": {"spec": {}}}}}

CASES = {
    "gov-02-protected": Cases(
        fails=[
            thing(_KEY),
            thing(_BUCKET_V2),
            thing("vault:index/mount:Mount", environment="staging"),
            thing(_BUCKET, protect=True, forceDestroy=True),
        ],
        passes=[
            thing(_KEY, protect=True),
            thing(_BUCKET, protect=True, forceDestroy=False),
            thing(_KEY, environment="sandbox"),
        ],
        unknown=[thing(_BUCKET, protect=True, forceDestroy=UNKNOWN)],
    ),
    "gov-02-claims": Cases(
        fails=[
            [_VAULT, _IN_VAULT],
            [_VAULT, thing(_CLAIM, refers={"metadata": _VAULT}, metadata=UNKNOWN)],
            [_VAULT, thing(_RELEASE, namespace="vault", values=_STORING)],
            [_VAULT, thing(_RELEASE, namespace="vault", values=_TEMPLATE)],
            [_VAULT, thing(_RELEASE, namespace="vault", values={"persistence": {"size": "1Gi"}})],
            [
                _VAULT,
                thing(
                    _SET,
                    metadata={"namespace": "vault"},
                    spec={"volumeClaimTemplates": [{"metadata": {"name": "data"}}]},
                ),
            ],
        ],
        passes=[
            [_VAULT],
            [_KEPT, _IN_VAULT],
            [_SANDBOX, _IN_VAULT],
            [_VAULT, thing(_CLAIM, metadata={"namespace": "other"})],
            [_VAULT, thing(_SET, metadata={"namespace": "vault"}, spec={})],
            [
                _VAULT,
                thing(_RELEASE, namespace="vault", values={"persistence": {"enabled": False}}),
            ],
        ],
        unknown=[
            [_VAULT, thing(_RELEASE, namespace="vault", values=UNKNOWN)],
            [_VAULT, thing(_RELEASE, namespace="vault", values={"server": UNKNOWN})],
        ],
    ),
    "gov-02-tags": Cases(
        fails=[
            thing(_KEY),
            thing(_KEY, tags=_SOME),
            thing(_KEY, tags={**_TAGS, REQUIRED[0]: ""}),
            thing(_KEY, tags={**_SOME, REQUIRED[0].title(): "a"}),
            thing(_KEY, provider=_TAGGING),
        ],
        passes=[
            thing(_KEY, tags=_TAGS),
            thing(_BUCKET_V2, tags={**_TAGS, "Name": UNKNOWN}),
            thing(_KEY, tags=_SOME, provider=_TAGGING),
        ],
        unknown=[
            thing(_KEY, tags=UNKNOWN),
            thing(_KEY, provider=thing(AWS_PROVIDER, defaultTags=UNKNOWN)),
        ],
    ),
    "gov-02-scripts": Cases(
        fails=[
            *(thing(each) for each in SCRIPTS),
            thing(SCRIPTS[0], environment="staging", create=UNKNOWN),
            thing(_RELEASE, postrender="/usr/bin/kustomize"),
            thing(_CHART, postRenderer={"command": "kustomize"}),
        ],
        passes=[
            thing(SCRIPTS[0], environment="sandbox"),
            thing(_RELEASE, chart="vault"),
            thing(_CHART),
        ],
        unknown=[thing(_RELEASE, postrender=UNKNOWN)],
    ),
    "gov-02-ignored": Cases(
        fails=[
            thing(_GROUP, ignored=["ingress"]),
            thing(_GROUP, ignored=["ingress[0].cidrBlocks"]),
            thing(_GROUP, ignored=["*"]),
            thing(_CLUSTER, ignored=["brokerNodeGroupInfo"]),
            thing(_CLUSTER, ignored=["brokerNodeGroupInfo.*.publicAccess"]),
            thing(NAMESPACE, ignored=['metadata.labels["istio-injection"]']),
            thing(AWS_PROVIDER, ignoreTags=json.dumps({"keys": ["owner"]})),
            thing(AWS_PROVIDER, ignoreTags={"keyPrefixes": ["data-"]}),
        ],
        passes=[
            thing(_GROUP),
            thing(_GROUP, ignored=["description", "ingressRules"]),
            thing(_CLUSTER, ignored=["brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"]),
            thing(AWS_PROVIDER, ignoreTags=json.dumps({"keyPrefixes": ["kubernetes.io/"]})),
        ],
        unknown=[thing(AWS_PROVIDER, ignoreTags=UNKNOWN)],
    ),
}

LOOSENED: dict[str, Change] = {"GOV-02": unprotected("aws:secretsmanager/secret:Secret")}

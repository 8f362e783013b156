"""MSK: clusters in moto, their topics on the rehearsal's real Kafka (``topics``)."""

import re
from collections.abc import Callable
from typing import Any

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting
from rehearsal.providers.aws.client import ACCOUNT, Aws
from rehearsal.providers.recorded import Recorded
from rehearsal.providers.values import Plain, fold, is_map


def _send(inputs: Plain) -> Plain:
    """The provider flattens what the API nests: encryption at rest and the SASL switches."""
    sent: Plain = _sasl(inputs, lambda enabled: {"Enabled": enabled})
    if encryption := inputs.get("encryptionInfo"):
        sent["encryptionInfo"] = {
            "EncryptionAtRest": {"DataVolumeKMSKeyId": encryption.get("encryptionAtRestKmsKeyArn")},
            "EncryptionInTransit": encryption.get("encryptionInTransit"),
        }
    if authentication := sent.get("clientAuthentication"):
        unauthenticated = {"Enabled": bool(authentication.get("unauthenticated"))}
        sent["clientAuthentication"] = {**authentication, "unauthenticated": unauthenticated}
    return sent


def _receive(answer: Plain) -> Plain:
    answer = _sasl(answer, lambda switch: switch["Enabled"])
    software: Plain = answer["CurrentBrokerSoftwareInfo"]
    received: Plain = {
        "brokerNodeGroupInfo": answer["BrokerNodeGroupInfo"],
        "configurationInfo": {
            "arn": software.get("ConfigurationArn"),
            "revision": software.get("ConfigurationRevision"),
        },
        "kafkaVersion": software["KafkaVersion"],
    }
    if encryption := answer.get("EncryptionInfo"):
        at_rest: Plain = encryption.get("EncryptionAtRest") or {}
        received["encryptionInfo"] = {
            **encryption,
            "encryptionAtRestKmsKeyArn": at_rest.get("DataVolumeKMSKeyId"),
        }
    if authentication := answer.get("ClientAuthentication"):
        unauthenticated: Plain = authentication.get("Unauthenticated") or {}
        received["clientAuthentication"] = {
            "sasl": authentication.get("Sasl"),
            "unauthenticated": unauthenticated.get("Enabled"),
        }
    return received


def _sasl(value: Any, turn: Callable[[Any], Any]) -> Any:
    """A value whose switches of logins are turned, wherever they stand."""
    if not is_map(value):
        return value
    return {
        key: {name: turn(switch) for name, switch in item.items()}
        if fold(key) == "sasl" and is_map(item)
        else _sasl(item, turn)
        for key, item in value.items()
    }


def _older(old: Any, new: Any) -> bool:
    """Kafka is never taken back to an earlier version in place."""
    before, after = (tuple(map(int, re.findall(r"\d+", str(text)))) for text in (old, new))
    return after < before


def _configuration(aws: Aws, inputs: Plain) -> Plain:
    region = aws.region(inputs)
    return {
        "arn": f"arn:aws:kafka:{region}:{ACCOUNT}:configuration/{inputs['name']}",
        # It stays the first whatever changes: moto could not bring another to its cluster.
        "latestRevision": 1,
        "region": region,
    }


_CLUSTER = {"ClusterArn": "{id}"}

ROWS = (
    ApiResource(
        type="aws:msk/cluster:Cluster",
        service="kafka",
        create_by=Call("CreateCluster"),
        id="{ClusterArn}",
        # moto fails at a cluster that is gone instead of saying so.
        listed_by=Call("ListClusters", at="ClusterInfoList[?ClusterArn=='{id}'] | [0]"),
        read_by=Call("DescribeCluster", _CLUSTER, "ClusterInfo"),
        delete_by=(Call("DeleteCluster", _CLUSTER),),
        send=_send,
        receive=_receive,
        # The real broker of the rehearsal answers where a bank's clients would log in with IAM.
        computed={"arn": "{id}", "bootstrapBrokersSaslIam": "{kafka}"},
        replaces=(
            "brokerNodeGroupInfo.azDistribution",
            "brokerNodeGroupInfo.clientSubnets",
            "brokerNodeGroupInfo.securityGroups",
            "clusterName",
            "encryptionInfo.encryptionAtRestKmsKeyArn",
            "encryptionInfo.encryptionInTransit.inCluster",
        ),
        replaces_when={"kafkaVersion": _older},
        autoname="clusterName",
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:msk/clusterPolicy:ClusterPolicy",
        service="kafka",
        create_by=Call("PutClusterPolicy"),
        id="{clusterArn}",
        # moto answers with empty texts where there is none.
        read_by=Call("GetClusterPolicy", _CLUSTER, "[@][?Policy] | [0]"),
        delete_by=(Call("DeleteClusterPolicy", _CLUSTER),),
        settings=(
            Setting(
                names=("policy",),
                write=Call(
                    "PutClusterPolicy",
                    {**_CLUSTER, "CurrentVersion": "{version}", "Policy": "{policy}"},
                    lookups={"version": Call("GetClusterPolicy", _CLUSTER, "CurrentVersion")},
                ),
                at_create=False,
            ),
        ),
        untold=("clusterArn",),
        replaces=("clusterArn",),
    ),
    Recorded[Aws](
        type="aws:msk/configuration:Configuration",
        why="moto has no MSK configurations",
        id="arn",
        outputs=_configuration,
        replaces=("kafkaVersions", "name"),
        autoname="name",
    ),
)

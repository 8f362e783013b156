"""MSK: clusters in moto, their topics on the rehearsal's real Kafka (``topics``)."""

from rehearsal.providers.aws.api import ApiResource, Call
from rehearsal.providers.aws.client import ACCOUNT
from rehearsal.providers.recorded import Recorded
from rehearsal.providers.values import Plain


def _send(inputs: Plain) -> Plain:
    """The provider flattens what the API nests: encryption at rest and the SASL switches."""
    sent = dict(inputs)
    if encryption := inputs.get("encryptionInfo"):
        sent["encryptionInfo"] = {
            "EncryptionAtRest": {
                "DataVolumeKMSKeyId": encryption.get("encryptionAtRestKmsKeyArn")
            },
            "EncryptionInTransit": encryption.get("encryptionInTransit"),
        }
    if authentication := inputs.get("clientAuthentication"):
        sasl = authentication.get("sasl") or {}
        sent["clientAuthentication"] = {
            "Sasl": {name: {"Enabled": enabled} for name, enabled in sasl.items()},
            "Unauthenticated": {"Enabled": bool(authentication.get("unauthenticated"))},
        }
    return sent


def _receive(answer: Plain) -> Plain:
    received: Plain = {"kafkaVersion": answer["CurrentBrokerSoftwareInfo"]["KafkaVersion"]}
    if encryption := answer.get("EncryptionInfo"):
        at_rest = encryption.get("EncryptionAtRest") or {}
        received["EncryptionInfo"] = {
            **encryption,
            "encryptionAtRestKmsKeyArn": at_rest.get("DataVolumeKMSKeyId"),
        }
    if authentication := answer.get("ClientAuthentication"):
        sasl = authentication.get("Sasl") or {}
        received["ClientAuthentication"] = {
            "sasl": {name: switch["Enabled"] for name, switch in sasl.items()},
            "unauthenticated": (authentication.get("Unauthenticated") or {}).get("Enabled"),
        }
    return received


ROWS = (
    ApiResource(
        token="aws:msk/cluster:Cluster",
        service="kafka",
        create_by=Call("CreateCluster"),
        id="{ClusterArn}",
        read_by=Call("DescribeCluster", {"ClusterArn": "{id}"}, "ClusterInfo"),
        delete_by=(Call("DeleteCluster", {"ClusterArn": "{id}"}),),
        send=_send,
        receive=_receive,
        # The real broker of the rehearsal answers where a bank's clients would log in with IAM.
        computed={"arn": "{id}", "bootstrapBrokersSaslIam": "{kafka}"},
        replaces=("clusterName",),
        delete_first=True,
    ),
    Recorded(
        token="aws:msk/configuration:Configuration",
        recorded="moto has no MSK configurations",
        outputs={
            "arn": f"arn:aws:kafka:eu-west-1:{ACCOUNT}:configuration/{{name}}",
            "latestRevision": 1,
        },
        replaces=("name",),
    ),
)

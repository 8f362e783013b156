"""Volumes' defaults, in moto: one of each per region."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.recorded import Recorded

ROWS = (
    ApiResource(
        type="aws:ebs/encryptionByDefault:EncryptionByDefault",
        service="ec2",
        create_by=Call("EnableEbsEncryptionByDefault"),
        id="ebs-encryption-{region}",
        read_by=Call("GetEbsEncryptionByDefault"),
        delete_by=(Call("DisableEbsEncryptionByDefault"),),
        settings=(
            Setting(
                names=("enabled",),
                write=Call("EnableEbsEncryptionByDefault"),
                clear=Call("DisableEbsEncryptionByDefault"),
            ),
        ),
        receive=lambda answer: {"enabled": answer["EbsEncryptionByDefault"]},
    ),
    Recorded[Aws](
        type="aws:ebs/defaultKmsKey:DefaultKmsKey",
        why="moto does not tell which key volumes get by default",
        id="keyArn",
        outputs=lambda aws, inputs: {"region": aws.region(inputs)},
        replaces=("keyArn",),
    ),
)

"""Secrets of Secrets Manager, in moto; what is in one is put there by others."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting

_SECRET = {"SecretId": "{id}"}

ROWS = (
    ApiResource(
        type="aws:secretsmanager/secret:Secret",
        service="secretsmanager",
        create_by=Call("CreateSecret"),
        id="{ARN}",
        read_by=Call("DescribeSecret", _SECRET),
        # At once, whatever the stack says: a rehearsal keeps nothing.
        delete_by=(Call("DeleteSecret", {**_SECRET, "ForceDeleteWithoutRecovery": True}),),
        settings=(
            Setting(
                names=("description", "kmsKeyId"),
                write=Call(
                    "UpdateSecret",
                    {**_SECRET, "Description": "{description}", "KmsKeyId": "{kmsKeyId}"},
                ),
                at_create=False,
            ),
        ),
        computed={"arn": "{id}"},
        local=("recoveryWindowInDays",),
        replaces=("name",),
        autoname="name",
        tags_of="{id}",
    ),
)

"""Keys and their aliases, in moto."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting

_KEY = {"KeyId": "{id}"}
_POLICY = {**_KEY, "PolicyName": "default"}

ROWS = (
    ApiResource(
        type="aws:kms/key:Key",
        service="kms",
        create_by=Call("CreateKey"),
        id="{KeyMetadata.KeyId}",
        read_by=Call("DescribeKey", _KEY, "[KeyMetadata][?KeyState!='PendingDeletion'] | [0]"),
        delete_by=(
            Call("ScheduleKeyDeletion", {**_KEY, "PendingWindowInDays": "{deletionWindowInDays}"}),
        ),
        settings=(
            Setting(
                names=("enableKeyRotation",),
                write=Call("EnableKeyRotation", _KEY),
                clear=Call("DisableKeyRotation", _KEY),
                read=Call("GetKeyRotationStatus", _KEY, "KeyRotationEnabled"),
            ),
            Setting(
                names=("policy",),
                write=Call("PutKeyPolicy", {**_POLICY, "Policy": "{policy}"}),
                read=Call("GetKeyPolicy", _POLICY, "Policy"),
                at_create=False,
            ),
            Setting(
                names=("description",),
                write=Call("UpdateKeyDescription", {**_KEY, "Description": "{description || ''}"}),
                at_create=False,
            ),
        ),
        local=("deletionWindowInDays",),
        replaces=("customerMasterKeySpec", "keyUsage", "multiRegion"),
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:kms/alias:Alias",
        service="kms",
        create_by=Call("CreateAlias", {"AliasName": "{name}"}),
        id="{name}",
        read_by=Call("ListAliases", at="Aliases[?AliasName=='{id}'] | [0]"),
        delete_by=(Call("DeleteAlias", {"AliasName": "{id}"}),),
        settings=(
            Setting(
                names=("targetKeyId",),
                write=Call("UpdateAlias", {"AliasName": "{id}", "TargetKeyId": "{targetKeyId}"}),
                at_create=False,
            ),
        ),
        receive=lambda answer: {"name": answer["AliasName"]},
        computed={
            "arn": "{aliasArn}",
            "targetKeyArn": "arn:aws:kms:{region}:{account}:key/{targetKeyId}",
        },
        replaces=("name",),
    ),
)

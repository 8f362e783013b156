"""Keys and their aliases, in moto."""

from rehearsal.providers.aws.api import ApiResource, Call, Setting

ROWS = (
    ApiResource(
        token="aws:kms/key:Key",
        service="kms",
        create_by=Call("CreateKey"),
        id="{KeyMetadata.KeyId}",
        read_by=Call(
            "DescribeKey", {"KeyId": "{id}"}, "[KeyMetadata][?KeyState!='PendingDeletion'] | [0]"
        ),
        delete_by=(
            Call(
                "ScheduleKeyDeletion",
                {"KeyId": "{id}", "PendingWindowInDays": "{deletionWindowInDays}"},
            ),
        ),
        settings=(
            Setting(
                name="enableKeyRotation",
                write=Call("EnableKeyRotation", {"KeyId": "{id}"}),
                clear=Call("DisableKeyRotation", {"KeyId": "{id}"}),
                read=Call("GetKeyRotationStatus", {"KeyId": "{id}"}, "KeyRotationEnabled"),
            ),
            Setting(
                name="policy",
                write=Call(
                    "PutKeyPolicy",
                    {"KeyId": "{id}", "PolicyName": "default", "Policy": "{policy}"},
                ),
                read=Call("GetKeyPolicy", {"KeyId": "{id}", "PolicyName": "default"}, "Policy"),
                at_create=False,
            ),
            Setting(
                name="description",
                write=Call(
                    "UpdateKeyDescription", {"KeyId": "{id}", "Description": "{description}"}
                ),
                at_create=False,
            ),
        ),
        local=("deletionWindowInDays",),
        replaces=("customerMasterKeySpec", "keyUsage", "multiRegion"),
    ),
    ApiResource(
        token="aws:kms/alias:Alias",
        service="kms",
        create_by=Call("CreateAlias", {"AliasName": "{name}"}),
        id="{name}",
        read_by=Call("ListAliases", {"Limit": 100}, "Aliases[?AliasName=='{id}'] | [0]"),
        delete_by=(Call("DeleteAlias", {"AliasName": "{id}"}),),
        settings=(
            Setting(
                name="targetKeyId",
                write=Call("UpdateAlias", {"AliasName": "{id}", "TargetKeyId": "{targetKeyId}"}),
                at_create=False,
            ),
        ),
        computed={
            "arn": "{aliasArn}",
            "targetKeyArn": "arn:aws:kms:{region}:{account}:key/{targetKeyId}",
        },
        replaces=("name",),
        delete_first=True,
    ),
)

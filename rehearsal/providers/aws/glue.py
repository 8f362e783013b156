"""The schema registry, in moto. moto checks neither Avro nor compatibility: see ``README.md``."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting

_REGISTRY = {"RegistryId": {"RegistryArn": "{id}"}}
_SCHEMA = {"SchemaId": {"SchemaArn": "{id}"}}

ROWS = (
    ApiResource(
        type="aws:glue/registry:Registry",
        service="glue",
        create_by=Call("CreateRegistry"),
        id="{RegistryArn}",
        read_by=Call("GetRegistry", _REGISTRY),
        delete_by=(Call("DeleteRegistry", _REGISTRY),),
        computed={"arn": "{id}"},
        replaces=("registryName",),
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:glue/schema:Schema",
        service="glue",
        create_by=Call("CreateSchema", {"RegistryId": {"RegistryArn": "{registryArn}"}}),
        id="{SchemaArn}",
        read_by=Call("GetSchema", _SCHEMA),
        delete_by=(Call("DeleteSchema", _SCHEMA),),
        settings=(
            Setting(
                names=("schemaDefinition",),
                write=Call(
                    "RegisterSchemaVersion",
                    {**_SCHEMA, "SchemaDefinition": "{schemaDefinition}"},
                ),
                read=Call(
                    "GetSchemaVersion",
                    {**_SCHEMA, "SchemaVersionNumber": {"LatestVersion": True}},
                    "SchemaDefinition",
                ),
                at_create=False,
            ),
            Setting(
                names=("compatibility", "description"),
                write=Call(
                    "UpdateSchema",
                    {
                        **_SCHEMA,
                        "Compatibility": "{compatibility}",
                        "Description": "{description || ''}",
                    },
                ),
                at_create=False,
            ),
        ),
        computed={"arn": "{id}"},
        replaces=("schemaName",),
        tags_of="{id}",
    ),
)

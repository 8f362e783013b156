"""The schema registry, in moto. moto checks neither Avro nor compatibility: see ``README.md``."""

from rehearsal.providers.aws.api import ApiResource, Call, Setting

_SCHEMA = {"SchemaArn": "{id}"}

ROWS = (
    ApiResource(
        token="aws:glue/registry:Registry",
        service="glue",
        create_by=Call("CreateRegistry"),
        id="{RegistryArn}",
        # moto's CreateRegistry loses the tags that it is given.
        then=(Call("TagResource", {"ResourceArn": "{id}", "TagsToAdd": "{tags}"}),),
        read_by=Call("GetRegistry", {"RegistryId": {"RegistryArn": "{id}"}}),
        delete_by=(Call("DeleteRegistry", {"RegistryId": {"RegistryArn": "{id}"}}),),
        computed={"arn": "{id}"},
        replaces=("registryName",),
        delete_first=True,
    ),
    ApiResource(
        token="aws:glue/schema:Schema",
        service="glue",
        create_by=Call("CreateSchema", {"RegistryId": {"RegistryArn": "{registryArn}"}}),
        id="{SchemaArn}",
        read_by=Call("GetSchema", {"SchemaId": _SCHEMA}),
        delete_by=(Call("DeleteSchema", {"SchemaId": _SCHEMA}),),
        settings=(
            Setting(
                name="schemaDefinition",
                write=Call(
                    "RegisterSchemaVersion",
                    {"SchemaId": _SCHEMA, "SchemaDefinition": "{schemaDefinition}"},
                ),
                read=Call(
                    "GetSchemaVersion",
                    {"SchemaId": _SCHEMA, "SchemaVersionNumber": {"LatestVersion": True}},
                    "SchemaDefinition",
                ),
                at_create=False,
            ),
            Setting(
                name="compatibility",
                write=Call(
                    "UpdateSchema", {"SchemaId": _SCHEMA, "Compatibility": "{compatibility}"}
                ),
                at_create=False,
            ),
        ),
        computed={"arn": "{id}"},
        replaces=("dataFormat", "registryArn", "schemaName"),
        delete_first=True,
    ),
)

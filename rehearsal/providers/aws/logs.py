"""CloudWatch log groups, in moto."""

from rehearsal.providers.aws.api import ApiResource, Call, Setting

ROWS = (
    ApiResource(
        token="aws:cloudwatch/logGroup:LogGroup",
        service="logs",
        create_by=Call("CreateLogGroup", {"logGroupName": "{name}"}),
        id="{name}",
        read_by=Call(
            "DescribeLogGroups",
            {"logGroupNamePrefix": "{id}"},
            "logGroups[?logGroupName=='{id}'] | [0]",
        ),
        delete_by=(Call("DeleteLogGroup", {"logGroupName": "{id}"}),),
        settings=(
            Setting(
                name="retentionInDays",
                write=Call(
                    "PutRetentionPolicy",
                    {"logGroupName": "{id}", "retentionInDays": "{retentionInDays}"},
                ),
                clear=Call("DeleteRetentionPolicy", {"logGroupName": "{id}"}),
                read=Call(
                    "DescribeLogGroups",
                    {"logGroupNamePrefix": "{id}"},
                    "logGroups[?logGroupName=='{id}'] | [0].retentionInDays",
                ),
            ),
        ),
        computed={"arn": "arn:aws:logs:{region}:{account}:log-group:{id}"},
        replaces=("name",),
        delete_first=True,
        autoname="name",
    ),
)

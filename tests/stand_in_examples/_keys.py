"""Examples of keys and log groups."""

import json
from collections.abc import Mapping

from tests.stand_in_examples._example import Example
from tests.stand_in_world import TAGS, Plain, new_name


def _policy(action: str) -> str:
    allow = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow]})


def _group() -> tuple[str, Plain]:
    return "aws:cloudwatch/logGroup:LogGroup", {"name": new_name()}


EXAMPLES: Mapping[str, Example] = {
    "aws:cloudwatch/logGroup:LogGroup": Example(
        inputs=lambda world: {
            "name": new_name(),
            "retentionInDays": 365.0,
            "kmsKeyId": world.key_arn(),
            "tags": TAGS,
        },
        changes=lambda _: [{"retentionInDays": 30.0}, {"retentionInDays": None}],
    ),
    "aws:cloudwatch/logStream:LogStream": Example(
        inputs=lambda world: {"name": new_name(), "logGroupName": world.make(*_group())[1]["name"]},
    ),
    "aws:kms/alias:Alias": Example(
        inputs=lambda world: {"name": f"alias/{new_name()}", "targetKeyId": world.key()},
        changes=lambda world: [{"targetKeyId": world.key()}],
    ),
    "aws:kms/key:Key": Example(
        inputs=lambda _: {
            "description": "Records",
            "enableKeyRotation": True,
            "deletionWindowInDays": 30.0,
            "policy": _policy("kms:*"),
            "tags": TAGS,
        },
        changes=lambda _: [
            {"enableKeyRotation": False},
            {"enableKeyRotation": True},
            {"enableKeyRotation": None},
            {"policy": _policy("kms:Decrypt")},
            {"description": "Logs"},
            {"description": None},
            {"deletionWindowInDays": 7.0},
        ],
    ),
}

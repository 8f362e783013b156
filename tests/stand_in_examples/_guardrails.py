"""Examples of the trail, of what watches, of alarms, of backups and of the organisation."""

import json
from collections.abc import Mapping

from tests.stand_in_examples._example import Example
from tests.stand_in_world import TAGS, Plain, World, new_name


def _trail(world: World) -> Plain:
    return {
        "name": new_name(),
        "s3BucketName": world.bucket(),
        "kmsKeyId": world.key_arn(),
        "isMultiRegionTrail": True,
        "includeGlobalServiceEvents": True,
        "enableLogFileValidation": True,
        "enableLogging": True,
        "advancedEventSelectors": [_selector("arn:aws:s3:::a/")],
        "insightSelectors": [{"insightType": "ApiCallRateInsight"}],
        "tags": TAGS,
    }


def _selector(start: str) -> Plain:
    return {
        "name": "Evidence",
        "fieldSelectors": [
            {"field": "eventCategory", "equals": ["Data"]},
            {"field": "resources.ARN", "startsWiths": [start]},
        ],
    }


def _channel(world: World) -> Plain:
    recorder = {"name": new_name(), "roleArn": "arn:aws:iam::123456789012:role/a"}
    world.forget_config()
    world.make("aws:cfg/recorder:Recorder", recorder)
    return {
        "name": recorder["name"],
        "s3BucketName": world.bucket(),
        "s3KmsKeyArn": world.key_arn(),
        "snapshotDeliveryProperties": {"deliveryFrequency": "TwentyFour_Hours"},
    }


def _recorder(world: World) -> Plain:
    world.forget_config()
    return {
        "name": new_name(),
        "roleArn": "arn:aws:iam::123456789012:role/a",
        "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
    }


def _status(world: World) -> Plain:
    channel = _channel(world)
    world.make("aws:cfg/deliveryChannel:DeliveryChannel", channel)
    return {"name": channel["name"], "isEnabled": True}


def _notification(threshold: float, kind: str = "ACTUAL") -> Plain:
    return {
        "comparisonOperator": "GREATER_THAN",
        "threshold": threshold,
        "thresholdType": "PERCENTAGE",
        "notificationType": kind,
        "subscriberSnsTopicArns": ["arn:aws:sns:eu-west-1:123456789012:alarms"],
    }


def _scp(action: str) -> str:
    deny = {"Effect": "Deny", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [deny]})


def _plan(world: World) -> Plain:
    vault = new_name()
    world.make("aws:backup/vault:Vault", {"name": vault})
    return {
        "name": new_name(),
        "rules": [
            {
                "ruleName": "daily",
                "targetVaultName": vault,
                "schedule": "cron(0 2 ? * * *)",
                "startWindow": 60.0,
                "completionWindow": 480.0,
                "lifecycle": {"deleteAfter": 35.0},
                "copyActions": [
                    {
                        "destinationVaultArn": (
                            "arn:aws:backup:eu-central-1:123456789012:backup-vault:a"
                        ),
                        "lifecycle": {"deleteAfter": 35.0},
                    }
                ],
            }
        ],
        "tags": TAGS,
    }


def _lock(world: World) -> Plain:
    vault, _ = world.make("aws:backup/vault:Vault", {"name": new_name()})
    return {
        "backupVaultName": vault,
        "minRetentionDays": 7.0,
        "maxRetentionDays": 365.0,
        "changeableForDays": 3.0,
    }


def _target(world: World) -> Plain:
    rule = {"name": new_name(), "eventPattern": '{"source": ["aws.guardduty"]}'}
    world.make("aws:cloudwatch/eventRule:EventRule", rule)
    return {"rule": rule["name"], "targetId": "alarms", "arn": "arn:aws:sns:eu-west-1:1:a"}


def _attachment(world: World) -> Plain:
    policy = {
        "name": new_name(),
        "type": "SERVICE_CONTROL_POLICY",
        "content": _scp("s3:*"),
        "description": "d",
    }
    made, _ = world.make("aws:organizations/policy:Policy", policy)
    return {"policyId": made, "targetId": "333333333333"}


_RESTORE_SELECTION = "aws:backup/restoreTestingSelection:RestoreTestingSelection"
_SUBSCRIPTION = "aws:securityhub/standardsSubscription:StandardsSubscription"

EXAMPLES: Mapping[str, Example] = {
    "aws:accessanalyzer/analyzer:Analyzer": Example(
        inputs=lambda _: {"analyzerName": new_name(), "type": "ACCOUNT"}
    ),
    "aws:backup/plan:Plan": Example(inputs=_plan),
    "aws:backup/restoreTestingPlan:RestoreTestingPlan": Example(
        inputs=lambda _: {"name": "weekly", "scheduleExpression": "cron(0 6 ? * SUN *)"}
    ),
    _RESTORE_SELECTION: Example(
        inputs=lambda _: {"name": "ebs", "restoreTestingPlanName": "weekly"}
    ),
    "aws:backup/selection:Selection": Example(
        inputs=lambda _: {"name": "tagged", "planId": "p", "iamRoleArn": "r"}
    ),
    "aws:backup/vault:Vault": Example(
        inputs=lambda world: {"name": new_name(), "kmsKeyArn": world.key_arn(), "tags": TAGS},
        changes=lambda _: [{"forceDestroy": True}],
    ),
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": Example(
        inputs=_lock, changes=lambda _: [{"minRetentionDays": 30.0}, {"maxRetentionDays": 400.0}]
    ),
    "aws:backup/vaultPolicy:VaultPolicy": Example(
        inputs=lambda _: {"backupVaultName": "a", "policy": _scp("backup:*")}
    ),
    "aws:budgets/budget:Budget": Example(
        inputs=lambda _: {
            "name": new_name(),
            "budgetType": "COST",
            "limitAmount": "3000",
            "limitUnit": "USD",
            "timeUnit": "MONTHLY",
            "notifications": [_notification(80.0), _notification(100.0, "FORECASTED")],
            "tags": TAGS,
        },
        changes=lambda _: [
            {"notifications": [_notification(90.0)]},
            {"tags": {"owner": "cards"}},
        ],
    ),
    "aws:cfg/deliveryChannel:DeliveryChannel": Example(
        inputs=_channel,
        changes=lambda world: [
            {"s3BucketName": world.bucket()},
            {"s3KeyPrefix": "a"},
            {"s3KmsKeyArn": world.key_arn()},
            {"snapshotDeliveryProperties": {"deliveryFrequency": "One_Hour"}},
            {"snsTopicArn": "arn:aws:sns:eu-west-1:123456789012:a"},
        ],
    ),
    "aws:cfg/recorder:Recorder": Example(
        inputs=_recorder,
        changes=lambda _: [
            {"recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": False}},
            {"roleArn": "arn:aws:iam::123456789012:role/b"},
        ],
    ),
    "aws:cfg/recorderStatus:RecorderStatus": Example(
        inputs=_status, changes=lambda _: [{"isEnabled": False}, {"isEnabled": True}]
    ),
    "aws:cfg/rule:Rule": Example(
        inputs=lambda _: {
            "name": new_name(),
            "source": {"owner": "AWS", "sourceIdentifier": "VPC_FLOW_LOGS_ENABLED"},
            "inputParameters": '{"trafficType": "ALL"}',
            "tags": TAGS,
        },
        changes=lambda _: [
            {"description": "Flow logs"},
            {"maximumExecutionFrequency": "One_Hour"},
            {"inputParameters": '{"trafficType": "REJECT"}'},
            {
                "source": {"owner": "AWS", "sourceIdentifier": "INCOMING_SSH_DISABLED"},
                "inputParameters": None,
                "maximumExecutionFrequency": None,
            },
            {"scope": {"complianceResourceTypes": ["AWS::EC2::SecurityGroup"]}},
        ],
    ),
    "aws:cloudtrail/trail:Trail": Example(
        inputs=_trail,
        changes=lambda _: [
            {"enableLogging": False},
            {"enableLogging": True},
            {"advancedEventSelectors": [_selector("arn:aws:s3:::b/")]},
            {"insightSelectors": None},
        ],
    ),
    "aws:cloudwatch/eventRule:EventRule": Example(
        inputs=lambda _: {
            "name": new_name(),
            "description": "Findings",
            "eventPattern": '{"source": ["aws.securityhub"]}',
            "tags": TAGS,
        },
        changes=lambda _: [
            {"eventPattern": '{"source": ["aws.guardduty"]}'},
            {"description": "Others"},
            {"state": "DISABLED"},
            {"eventPattern": None, "scheduleExpression": "rate(1 day)"},
        ],
    ),
    "aws:cloudwatch/eventTarget:EventTarget": Example(
        inputs=_target, changes=lambda _: [{"arn": "arn:aws:sns:eu-west-1:1:b"}]
    ),
    "aws:guardduty/detector:Detector": Example(
        inputs=lambda world: (
            world.without_detector()
            or {"enable": True, "findingPublishingFrequency": "FIFTEEN_MINUTES", "tags": TAGS}
        ),
        changes=lambda _: [
            {"enable": False},
            {"findingPublishingFrequency": "ONE_HOUR"},
            {"tags": {"owner": "cards"}},
        ],
    ),
    "aws:guardduty/detectorFeature:DetectorFeature": Example(
        inputs=lambda world: {
            "detectorId": world.detector(),
            "name": "RUNTIME_MONITORING",
            "status": "ENABLED",
            "additionalConfigurations": [{"name": "EC2_AGENT_MANAGEMENT", "status": "ENABLED"}],
        },
        changes=lambda _: [
            {"status": "DISABLED"},
            {
                "additionalConfigurations": [
                    {"name": "EKS_ADDON_MANAGEMENT", "status": "ENABLED"},
                ]
            },
        ],
    ),
    "aws:inspector2/enabler:Enabler": Example(
        inputs=lambda _: {"accountIds": ["333333333333"], "resourceTypes": ["EC2", "ECR"]},
        changes=lambda _: [{"resourceTypes": ["EC2", "LAMBDA"]}],
    ),
    "aws:organizations/policy:Policy": Example(
        inputs=lambda _: {
            "name": new_name(),
            "description": "Regions",
            "type": "SERVICE_CONTROL_POLICY",
            "content": _scp("s3:*"),
            "tags": TAGS,
        },
        changes=lambda _: [
            {"content": _scp("ec2:*")},
            {"description": "Others"},
            {"name": new_name()},
            {"skipDestroy": True},
        ],
    ),
    "aws:organizations/policyAttachment:PolicyAttachment": Example(
        inputs=_attachment, changes=lambda _: [{"skipDestroy": True}]
    ),
    "aws:securityhub/account:Account": Example(
        inputs=lambda _: {
            "enableDefaultStandards": False,
            "controlFindingGenerator": "SECURITY_CONTROL",
            "autoEnableControls": True,
        },
        changes=lambda _: [{"autoEnableControls": False, "enableDefaultStandards": True}],
    ),
    "aws:securityhub/findingAggregator:FindingAggregator": Example(
        inputs=lambda _: {"linkingMode": "SPECIFIED_REGIONS", "specifiedRegions": ["eu-central-1"]}
    ),
    _SUBSCRIPTION: Example(
        inputs=lambda _: {"standardsArn": "arn:aws:securityhub:eu-west-1::standards/pci-dss"}
    ),
    "aws:sns/topic:Topic": Example(
        inputs=lambda world: {
            "name": new_name(),
            "kmsMasterKeyId": world.key_arn(),
            "displayName": "Alarms",
            "tags": TAGS,
        },
        changes=lambda world: [{"kmsMasterKeyId": world.key_arn()}, {"displayName": "Others"}],
    ),
    "aws:sns/topicPolicy:TopicPolicy": Example(
        inputs=lambda world: {"arn": world.topic(), "policy": _scp("sns:Publish")},
        changes=lambda _: [{"policy": _scp("sns:Subscribe")}],
    ),
    "aws:sns/topicSubscription:TopicSubscription": Example(
        inputs=lambda world: {
            "topic": world.topic(),
            "protocol": "email",
            "endpoint": "platform-engineering@bank.example",
        }
    ),
}

"""Attacks and faults: LOG-03."""

import json

from policies.controls.findings import (
    ANALYZER,
    DETECTOR,
    EVENT_RULE,
    EVENT_TARGET,
    FEATURE,
    HUB,
    INSPECTOR,
    RECORDER,
    RECORDING,
    STANDARD,
)
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing

_VPC = thing("aws:ec2/vpc:Vpc")
_DETECTOR = thing(DETECTOR)
_HUB = thing(HUB, enableDefaultStandards=False)
_RECORDER = thing(RECORDER, name="all")
_BEST = "arn:aws:securityhub:eu-west-1::standards/aws-foundational-security-best-practices/v/1.0.0"
_ON = [
    thing(FEATURE, name, refers={"detectorId": _DETECTOR}, name=name, status="ENABLED")
    for name in ("EKS_AUDIT_LOGS", "RDS_LOGIN_EVENTS", "S3_DATA_EVENTS")
]
_RULE = thing(EVENT_RULE, name="a", eventPattern=json.dumps({"source": ["aws.securityhub"]}))
_OTHER_RULE = thing(EVENT_RULE, name="a", eventPattern=json.dumps({"source": ["aws.datasync"]}))
_OFF = thing(EVENT_RULE, name="a", state="DISABLED", eventPattern='{"source": "aws.guardduty"}')
_TARGET = thing(EVENT_TARGET, rule="a")

CASES = {
    "log-03-detector": Cases(
        fails=[[_VPC], [thing(DETECTOR, enable=False)]],
        passes=[[_VPC, _DETECTOR], [thing(DETECTOR, enable=True)]],
        unknown=[[thing(DETECTOR, enable=UNKNOWN)]],
    ),
    "log-03-features": Cases(
        fails=[
            [_DETECTOR],
            [_DETECTOR, *_ON[1:]],
            [
                _DETECTOR,
                *_ON[1:],
                thing(
                    FEATURE,
                    refers={"detectorId": _DETECTOR},
                    name="EKS_AUDIT_LOGS",
                    status="DISABLED",
                ),
            ],
            [_DETECTOR, thing(DETECTOR, "second"), *_ON],
        ],
        passes=[
            [_DETECTOR, *_ON],
            [
                _DETECTOR,
                *_ON,
                thing(FEATURE, refers={"detectorId": _DETECTOR}, name="LAMBDA", status="DISABLED"),
            ],
        ],
        unknown=[
            [
                _DETECTOR,
                *_ON[1:],
                thing(FEATURE, refers={"detectorId": _DETECTOR}, status=UNKNOWN),
            ]
        ],
    ),
    "log-03-hub": Cases(
        fails=[
            [_VPC],
            [_HUB],
            [_HUB, thing(STANDARD, standardsArn="arn:aws:securityhub:eu-west-1::standards/pci")],
        ],
        passes=[[_VPC, thing(HUB)], [_HUB, thing(STANDARD, standardsArn=_BEST)]],
        unknown=[[_HUB, thing(STANDARD, standardsArn=UNKNOWN)]],
    ),
    "log-03-recorder": Cases(
        fails=[
            [_VPC],
            [_RECORDER],
            [_RECORDER, thing(RECORDING, name="all", isEnabled=False)],
            [
                thing(RECORDER, name="all", recordingGroup={"allSupported": False}),
                thing(RECORDING, name="all", isEnabled=True),
            ],
            [_RECORDER, thing(RECORDING, name="other", isEnabled=True)],
        ],
        passes=[
            [_RECORDER, thing(RECORDING, name="all", isEnabled=True)],
            [
                thing(RECORDER, name="all", recordingGroup={"allSupported": True}),
                thing(RECORDING, name="all", isEnabled=True),
            ],
        ],
        unknown=[[_RECORDER, thing(RECORDING, name="all", isEnabled=UNKNOWN)]],
    ),
    "log-03-analyzer": Cases(
        fails=[[_VPC], [thing(ANALYZER, type="ACCOUNT_UNUSED_ACCESS")]],
        passes=[[_VPC, thing(ANALYZER)], [thing(ANALYZER, type="ORGANIZATION")]],
        unknown=[[thing(ANALYZER, type=UNKNOWN)]],
    ),
    "log-03-inspector": Cases(
        fails=[[_VPC], [thing(INSPECTOR, resourceTypes=["EC2"])], [thing(INSPECTOR)]],
        passes=[
            [_VPC, thing(INSPECTOR, resourceTypes=["ECR", "EC2", "LAMBDA"])],
            [thing(INSPECTOR, resourceTypes="EC2"), thing(INSPECTOR, resourceTypes=["ECR"])],
        ],
        unknown=[[thing(INSPECTOR, resourceTypes=["EC2", UNKNOWN])]],
    ),
    "log-03-told": Cases(
        fails=[
            [_VPC],
            [_DETECTOR, _RULE],
            [_HUB, _OTHER_RULE, _TARGET],
            [_HUB, _OFF, _TARGET],
            [_HUB, _RULE, thing(EVENT_TARGET, rule="b")],
        ],
        passes=[
            [_HUB, _RULE, _TARGET],
            [_HUB, _RULE, thing(EVENT_TARGET, refers={"rule": _RULE}, rule=UNKNOWN)],
        ],
        unknown=[[_HUB, thing(EVENT_RULE, eventPattern=UNKNOWN), _TARGET]],
    ),
}

LOOSENED: dict[str, Change] = {
    "LOG-03": change(FEATURE, "status", "DISABLED", name="detection-eks-audit-logs"),
}

"""GuardDuty, Security Hub, Inspector and Access Analyzer; moto has some of them."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Members, Setting
from rehearsal.providers.aws.client import ACCOUNT, Aws
from rehearsal.providers.aws.detector_feature import DetectorFeature
from rehearsal.providers.recorded import Recorded
from rehearsal.providers.values import Plain

_DETECTOR = {"DetectorId": "{id}"}


def _analyzer(aws: Aws, inputs: Plain) -> Plain:
    region, name = aws.region(inputs), inputs["analyzerName"]
    arn = f"arn:aws:access-analyzer:{region}:{ACCOUNT}:analyzer/{name}"
    return {"arn": arn, "region": region}


def _aggregator(aws: Aws, inputs: Plain) -> Plain:
    region = aws.region(inputs)
    arn = f"arn:aws:securityhub:{region}:{ACCOUNT}:finding-aggregator/corebank"
    return {"arn": arn, "region": region}


def _subscription(aws: Aws, inputs: Plain) -> Plain:
    region = aws.region(inputs)
    standard = str(inputs["standardsArn"]).partition("standards/")[2]
    arn = f"arn:aws:securityhub:{region}:{ACCOUNT}:subscription/{standard}"
    return {"arn": arn, "region": region}


def _inspected(status: Plain) -> list[str]:
    kinds: Plain = status["resourceState"]
    return sorted(kind.upper() for kind, told in kinds.items() if told["status"] == "ENABLED")


ROWS = (
    ApiResource(
        type="aws:guardduty/detector:Detector",
        service="guardduty",
        create_by=Call("CreateDetector"),
        id="{DetectorId}",
        listed_by=Call("ListDetectors", at="DetectorIds[?@=='{id}'] | [0]"),
        read_by=Call("GetDetector", _DETECTOR),
        delete_by=(Call("DeleteDetector", _DETECTOR),),
        settings=(
            Setting(
                names=("enable", "findingPublishingFrequency"),
                write=Call(
                    "UpdateDetector",
                    {
                        **_DETECTOR,
                        "Enable": "{enable}",
                        "FindingPublishingFrequency": "{findingPublishingFrequency}",
                    },
                ),
                at_create=False,
            ),
        ),
        # moto changes no detector's tags.
        local=("tags",),
        receive=lambda answer: {"enable": answer["Status"] == "ENABLED"},
        computed={
            "accountId": "{account}",
            "arn": "arn:aws:guardduty:{region}:{account}:detector/{id}",
        },
    ),
    DetectorFeature(),
    ApiResource(
        type="aws:securityhub/account:Account",
        service="securityhub",
        create_by=Call("EnableSecurityHub"),
        id="{account}",
        read_by=Call("DescribeHub"),
        delete_by=(Call("DisableSecurityHub"),),
        # moto has no call for either after the hub is on.
        local=("autoEnableControls", "enableDefaultStandards"),
        replaces=("enableDefaultStandards",),
    ),
    Recorded[Aws](
        type="aws:securityhub/standardsSubscription:StandardsSubscription",
        why="moto's Security Hub has no standards",
        id="arn",
        outputs=_subscription,
        replaces=("standardsArn",),
    ),
    Recorded[Aws](
        type="aws:securityhub/findingAggregator:FindingAggregator",
        why="moto's Security Hub gathers no findings",
        id="arn",
        outputs=_aggregator,
    ),
    Recorded[Aws](
        type="aws:accessanalyzer/analyzer:Analyzer",
        why="moto has no Access Analyzer",
        id="analyzerName",
        outputs=_analyzer,
        replaces=("analyzerName", "type"),
    ),
    ApiResource(
        type="aws:inspector2/enabler:Enabler",
        service="inspector2",
        # moto's one account stands for whatever account the stack names.
        create_by=Call("Enable", {"accountIds": [ACCOUNT], "resourceTypes": "{resourceTypes}"}),
        id="{accountIds[0]}",
        read_by=Call("BatchGetAccountStatus", {"accountIds": [ACCOUNT]}, "accounts[0]"),
        delete_by=(Call("Disable", {"accountIds": [ACCOUNT], "resourceTypes": "{resourceTypes}"}),),
        members=(
            Members(
                name="resourceTypes",
                live=_inspected,
                add=Call("Enable", {"accountIds": [ACCOUNT], "resourceTypes": ["{member}"]}),
                remove=Call("Disable", {"accountIds": [ACCOUNT], "resourceTypes": ["{member}"]}),
                at_create=False,
            ),
        ),
        untold=("accountIds",),
        replaces=("accountIds",),
    ),
)

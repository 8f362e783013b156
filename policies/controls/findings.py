"""What looks for attacks and faults in an account, and whom it tells."""

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import document, listed
from policies.controls.logs import RUNNING

DETECTOR = "aws:guardduty/detector:Detector"
FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"
HUB = "aws:securityhub/account:Account"
STANDARD = "aws:securityhub/standardsSubscription:StandardsSubscription"
RECORDER = "aws:cfg/recorder:Recorder"
RECORDING = "aws:cfg/recorderStatus:RecorderStatus"
ANALYZER = "aws:accessanalyzer/analyzer:Analyzer"
INSPECTOR = "aws:inspector2/enabler:Enabler"
EVENT_RULE = "aws:cloudwatch/eventRule:EventRule"
EVENT_TARGET = "aws:cloudwatch/eventTarget:EventTarget"

_FEATURES = ("EKS_AUDIT_LOGS", "RDS_LOGIN_EVENTS", "S3_DATA_EVENTS")
_SCANNED = {"EC2", "ECR"}
_TELLING = {"aws.guardduty", "aws.securityhub"}

WATCHED = Control(
    id="LOG-03",
    pack="operations",
    title="Attacks and faults are looked for, and somebody is told",
    levels="-AM",
    severity="high",
    supports=(
        "HUB GuardDuty.1, HUB GuardDuty.5, HUB GuardDuty.6, HUB GuardDuty.7, HUB GuardDuty.8,"
        " HUB GuardDuty.9, HUB GuardDuty.10, HUB Config.1, C5 1.19, C5 3.3, C5 4.16, PCI 11.5.1,"
        " D 10, R 23"
    ),
    remedy=(
        "Turn on GuardDuty with its features for EKS, RDS and S3, Security Hub, Config, Access"
        " Analyzer and Inspector, and send what they find to where somebody reads it."
    ),
)


@WATCHED.rule_of_stack("detector", "a detector of attacks", *RUNNING, DETECTOR)
def _detector(stack: Stack) -> Wrong:
    if not any(each.at("enable") is not False for each in stack.of(DETECTOR)):
        yield "GuardDuty has no detector that is enabled"


@WATCHED.rule_in_stack("features", "a detector that looks at EKS, RDS and S3", DETECTOR)
def _features(detector: Resource, stack: Stack) -> Wrong:
    features = stack.about(detector, "detectorId", [FEATURE])
    on = {each.at("name") for each in features if each.at("status") == "ENABLED"}
    for missing in sorted({*_FEATURES} - on):
        yield f"feature {missing} is not ENABLED"


@WATCHED.rule_of_stack("hub", "one place for findings, by AWS's best practices", *RUNNING, HUB)
def _hub(stack: Stack) -> Wrong:
    hubs = stack.of(HUB)
    if not hubs:
        yield "Security Hub is not on"
    elif all(each.at("enableDefaultStandards") is False for each in hubs) and not any(
        "/aws-foundational-security-best-practices/" in str(each.at("standardsArn"))
        for each in stack.of(STANDARD)
    ):
        yield "Security Hub is not subscribed to the foundational best practices"


@WATCHED.rule_of_stack("recorder", "a record of every resource", *RUNNING, RECORDER)
def _recorder(stack: Stack) -> Wrong:
    started = [each for each in stack.of(RECORDING) if each.at("isEnabled") is True]
    if not any(
        status.refers_to(recorder, "name")
        for status in started
        for recorder in stack.of(RECORDER)
        # Config takes down all that it can where nothing is said.
        if recorder.at("recordingGroup", "allSupported") is not False
    ):
        yield "Config has no recorder of all resources that is started"


@WATCHED.rule_of_stack("analyzer", "an analyzer of who may come in", *RUNNING, ANALYZER)
def _analyzer(stack: Stack) -> Wrong:
    if not any(
        (each.at("type") or "ACCOUNT") in {"ACCOUNT", "ORGANIZATION"} for each in stack.of(ANALYZER)
    ):
        yield "Access Analyzer has no analyzer of the account or the organisation"


@WATCHED.rule_of_stack("inspector", "a scan of machines and images", *RUNNING, INSPECTOR)
def _inspector(stack: Stack) -> Wrong:
    scanned = {
        kind for each in stack.of(INSPECTOR) for kind in listed(each.properties, "resourceTypes")
    }
    for missing in sorted(_SCANNED - scanned):
        yield f"Inspector does not scan {missing}"


@WATCHED.rule_of_stack("told", "findings that reach somebody", *RUNNING, HUB, DETECTOR)
def _told(stack: Stack) -> Wrong:
    rules = [each for each in stack.of(EVENT_RULE) if each.at("state") != "DISABLED"]
    if not any(
        stack.about(rule, "rule", [EVENT_TARGET]) for rule in rules if _is_about_findings(rule)
    ):
        yield "no event rule sends findings of Security Hub or GuardDuty to a target"


def _is_about_findings(rule: Resource) -> bool:
    if rule.refers.get("eventPattern"):
        # Made of another resource, it is about that resource.
        return False
    pattern = document(rule.properties, "eventPattern")
    return bool(_TELLING & {*listed(pattern, "source")})


CONTROLS = (WATCHED,)

"""What watches an account from inside AWS: its configuration, its traffic, who could reach in.

Owns AWS Config, GuardDuty, Security Hub, Access Analyzer and Inspector of one region, and what is
done with findings. Leaves out where Config's records are kept.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import accessanalyzer, cfg, cloudwatch, guardduty, inspector2, securityhub

from components._config_rules import AT_HOME, EVERYWHERE, rule_name

_NAME = "corebank"
_STANDARDS = {
    "best-practices": "aws-foundational-security-best-practices/v/1.0.0",
    "cis": "cis-aws-foundations-benchmark/v/5.0.0",
    "pci-dss": "pci-dss/v/4.0.1",
}
"""Standards that Security Hub holds the account to, as it names them."""
_FEATURES = {
    "EBS_MALWARE_PROTECTION": (),
    "EKS_AUDIT_LOGS": (),
    "LAMBDA_NETWORK_LOGS": (),
    "RDS_LOGIN_EVENTS": (),
    "RUNTIME_MONITORING": (
        "EC2_AGENT_MANAGEMENT",
        "ECS_FARGATE_AGENT_MANAGEMENT",
        "EKS_ADDON_MANAGEMENT",
    ),
    "S3_DATA_EVENTS": (),
}
"""What GuardDuty looks at beside the trail, flow logs and queries, and the agents it installs."""


@dataclass(frozen=True, kw_only=True)
class DetectionArgs:
    """What watches one region.

    Args:
        account: The account: 12 digits.
        region: The region.
        home: Whether the account's own matters (IAM, the trail) are told here.
        linked_regions: Regions whose findings are gathered here too; none where it isn't home.
        config_role_arn: ARN of AWS Config's service-linked role.
        bucket: Name of the bucket that Config writes into, and that lets it in already.
        bucket_key_arn: The key of that bucket.
    """

    account: str
    region: str
    home: bool
    linked_regions: Sequence[str]
    config_role_arn: pulumi.Input[str]
    bucket: pulumi.Input[str]
    bucket_key_arn: pulumi.Input[str]


class Detection(pulumi.ComponentResource):
    """Everything AWS offers to notice what should not be, switched on in one region."""

    def __init__(
        self, name: str, args: DetectionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Detection", name, {}, opts)
        self._name = name
        self._args = args
        self._config()
        self._guardduty()
        self._security_hub()
        own = pulumi.ResourceOptions(parent=self)
        accessanalyzer.Analyzer(
            f"{name}-outside-access",
            region=args.region,
            analyzer_name=f"{_NAME}-outside-access",
            type="ACCOUNT",
            opts=own,
        )
        inspector2.Enabler(
            f"{name}-inspector",
            region=args.region,
            account_ids=[args.account],
            resource_types=["EC2", "ECR", "LAMBDA"],
            opts=own,
        )
        self.register_outputs({})

    def _config(self) -> None:
        name, args = self._name, self._args
        recorder = cfg.Recorder(
            f"{name}-recorder",
            region=args.region,
            name=_NAME,
            role_arn=args.config_role_arn,
            recording_group={"all_supported": True, "include_global_resource_types": args.home},
            opts=pulumi.ResourceOptions(parent=self),
        )
        # Config takes a channel, or a rule, only where there is a recorder.
        recorded = pulumi.ResourceOptions(parent=self, depends_on=[recorder])
        channel = cfg.DeliveryChannel(
            f"{name}-channel",
            region=args.region,
            name=_NAME,
            s3_bucket_name=args.bucket,
            s3_kms_key_arn=args.bucket_key_arn,
            snapshot_delivery_properties={"delivery_frequency": "TwentyFour_Hours"},
            opts=recorded,
        )
        cfg.RecorderStatus(
            f"{name}-recording",
            region=args.region,
            name=recorder.name,
            is_enabled=True,
            # It can't be started before it has somewhere to write.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[channel]),
        )
        for identifier, parameters in {**EVERYWHERE, **(AT_HOME if args.home else {})}.items():
            cfg.Rule(
                f"{name}-{rule_name(identifier)}",
                region=args.region,
                name=rule_name(identifier),
                source={"owner": "AWS", "source_identifier": identifier},
                input_parameters=json.dumps(parameters) if parameters else None,
                opts=recorded,
            )

    def _guardduty(self) -> None:
        name, args = self._name, self._args
        own = pulumi.ResourceOptions(parent=self)
        detector = guardduty.Detector(
            f"{name}-guardduty",
            region=args.region,
            enable=True,
            # The most often that it offers.
            finding_publishing_frequency="FIFTEEN_MINUTES",
            opts=own,
        )
        for feature, agents in _FEATURES.items():
            guardduty.DetectorFeature(
                f"{name}-{feature.lower().replace('_', '-')}",
                region=args.region,
                detector_id=detector.id,
                name=feature,
                status="ENABLED",
                additional_configurations=[
                    {"name": agent, "status": "ENABLED"} for agent in agents
                ],
                opts=own,
            )

    def _security_hub(self) -> None:
        name, args = self._name, self._args
        hub = securityhub.Account(
            f"{name}-security-hub",
            region=args.region,
            enable_default_standards=False,
            control_finding_generator="SECURITY_CONTROL",
            auto_enable_controls=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        # Nobody subscribes to it, and it gathers nothing, before it is on.
        hub_is_on = pulumi.ResourceOptions(parent=self, depends_on=[hub])
        for label, standard in _STANDARDS.items():
            securityhub.StandardsSubscription(
                f"{name}-{label}",
                region=args.region,
                standards_arn=f"arn:aws:securityhub:{args.region}::standards/{standard}",
                opts=hub_is_on,
            )
        if args.linked_regions:
            securityhub.FindingAggregator(
                f"{name}-all-regions",
                region=args.region,
                linking_mode="SPECIFIED_REGIONS",
                specified_regions=args.linked_regions,
                opts=hub_is_on,
            )


@dataclass(frozen=True, kw_only=True)
class FindingsArgs:
    """What is done with what was noticed.

    Args:
        alarms_topic_arn: Where grave ones go.
    """

    alarms_topic_arn: pulumi.Input[str]


class Findings(pulumi.ComponentResource):
    """An alarm for each grave finding of Security Hub."""

    def __init__(
        self, name: str, args: FindingsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Findings", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        # GuardDuty, Inspector, Access Analyzer and Config all tell Security Hub.
        rule = cloudwatch.EventRule(
            f"{name}-grave",
            name="corebank-grave-findings",
            description="New findings of Security Hub that are high or critical",
            event_pattern=json.dumps(
                {
                    "source": ["aws.securityhub"],
                    "detail-type": ["Security Hub Findings - Imported"],
                    "detail": {
                        "findings": {
                            "Severity": {"Label": ["CRITICAL", "HIGH"]},
                            "RecordState": ["ACTIVE"],
                            "Workflow": {"Status": ["NEW"]},
                        }
                    },
                }
            ),
            opts=own,
        )
        cloudwatch.EventTarget(
            f"{name}-alarm",
            rule=rule.name,
            target_id="alarms",
            arn=args.alarms_topic_arn,
            opts=own,
        )
        self.register_outputs({})

"""What watches the account, what it starts out with, and what is kept of it."""

import json

from components._config_rules import AT_HOME, EVERYWHERE, rule_name
from components.backups import BACKED_UP
from settings import Settings
from tests.engine import Deployment
from tests.test_log_archive import LOCK, in_aws

RULE = "aws:cfg/rule:Rule"
FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"


def test_the_trail_sees_every_region_and_signs_what_it_writes(bank: Deployment) -> None:
    trail = bank.one("aws:cloudtrail/trail:Trail").inputs
    for property_ in (
        "enableLogFileValidation",
        "enableLogging",
        "includeGlobalServiceEvents",
        "isMultiRegionTrail",
    ):
        assert trail[property_] is True, property_
    assert trail["s3BucketName"] == "logs-archive-bucket-id"
    assert trail["kmsKeyId"].endswith(":keys-logs-key")


def test_every_read_and_write_of_evidence_is_in_the_trail(bank: Deployment) -> None:
    selectors = bank.one("aws:cloudtrail/trail:Trail").inputs["advancedEventSelectors"]
    fields = {
        selector["name"]: {f["field"]: f for f in selector["fieldSelectors"]}
        for selector in selectors
    }
    assert fields["Management"]["eventCategory"]["equals"] == ["Management"]
    locked = [f"arn:aws:s3:::{lock.inputs['bucket']}/" for lock in in_aws(bank, LOCK)]
    assert fields["Evidence"]["eventCategory"]["equals"] == ["Data"]
    assert "readOnly" not in fields["Evidence"]
    assert sorted(fields["Evidence"]["resources.ARN"]["startsWiths"]) == sorted(locked)


def test_the_trail_can_be_searched_for_a_year(bank: Deployment) -> None:
    group = bank.one("aws:cloudwatch/logGroup:LogGroup", "trail-log").inputs
    assert group["retentionInDays"] == 365
    assert group["kmsKeyId"].endswith(":keys-logs-key")
    policy = bank.one("aws:iam/rolePolicy:RolePolicy", "trail-writer-policy").inputs["policy"]
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert f":log-group:{group['name']}:log-stream:" in statement["Resource"]


def test_config_records_everything_in_both_regions_and_global_things_once(
    bank: Deployment, settings: Settings
) -> None:
    recorders = {r.inputs["region"]: r.inputs for r in bank.of("aws:cfg/recorder:Recorder")}
    regions = [settings.region, settings.second_region]
    assert list(recorders) == regions
    for region, recorder in recorders.items():
        group = recorder["recordingGroup"]
        assert group["allSupported"] is True
        assert group["includeGlobalResourceTypes"] is (region == settings.region)
    running = bank.of("aws:cfg/recorderStatus:RecorderStatus")
    assert {r.inputs["region"]: r.inputs["isEnabled"] for r in running} == dict.fromkeys(
        regions, True
    )


def test_recording_starts_once_there_is_a_channel(bank: Deployment) -> None:
    channels = {
        c.inputs["region"]: c.urn for c in bank.of("aws:cfg/deliveryChannel:DeliveryChannel")
    }
    for status in bank.of("aws:cfg/recorderStatus:RecorderStatus"):
        assert channels[status.inputs["region"]] in status.depends_on


def test_config_s_rules_are_those_of_the_table(bank: Deployment, settings: Settings) -> None:
    rules = {(r.inputs["region"], r.inputs["name"]): r.inputs for r in bank.of(RULE)}
    assert rules.keys() == {
        *((settings.region, rule_name(it)) for it in (*EVERYWHERE, *AT_HOME)),
        *((settings.second_region, rule_name(it)) for it in EVERYWHERE),
    }
    for (_, name), rule in rules.items():
        assert rule_name(rule["source"]["sourceIdentifier"]) == name
    flow_logs = rules[settings.region, "vpc-flow-logs-enabled"]
    assert json.loads(flow_logs["inputParameters"]) == {"trafficType": "ALL"}


def test_guardduty_looks_at_clusters_databases_buckets_and_running_programs(
    bank: Deployment, settings: Settings
) -> None:
    for region in (settings.region, settings.second_region):
        features = {
            f.inputs["name"]: f.inputs for f in bank.of(FEATURE) if f.inputs["region"] == region
        }
        assert features.keys() >= {
            "EKS_AUDIT_LOGS",
            "RDS_LOGIN_EVENTS",
            "RUNTIME_MONITORING",
            "S3_DATA_EVENTS",
        }
        assert {f["status"] for f in features.values()} == {"ENABLED"}
        agents = features["RUNTIME_MONITORING"]["additionalConfigurations"]
        assert {"name": "EKS_ADDON_MANAGEMENT", "status": "ENABLED"} in agents
    detectors = bank.of("aws:guardduty/detector:Detector")
    assert [d.inputs["enable"] for d in detectors] == [True, True]


def test_security_hub_holds_the_account_to_its_standards(
    bank: Deployment, settings: Settings
) -> None:
    held = {
        s.inputs["standardsArn"]
        for s in bank.of("aws:securityhub/standardsSubscription:StandardsSubscription")
    }
    standards = (
        "aws-foundational-security-best-practices/v/1.0.0",
        "cis-aws-foundations-benchmark/v/5.0.0",
        "pci-dss/v/4.0.1",
    )
    assert held == {
        f"arn:aws:securityhub:{region}::standards/{standard}"
        for region in (settings.region, settings.second_region)
        for standard in standards
    }


def test_findings_of_both_regions_are_gathered_at_home_once_the_hub_is_on(
    bank: Deployment, settings: Settings
) -> None:
    gathered = bank.one("aws:securityhub/findingAggregator:FindingAggregator")
    assert gathered.inputs["region"] == settings.region
    assert gathered.inputs["specifiedRegions"] == [settings.second_region]
    hub = bank.one("aws:securityhub/account:Account", "detection-security-hub")
    assert hub.urn in gathered.depends_on


def test_who_reaches_in_from_outside_is_looked_for_and_images_are_scanned(
    bank: Deployment, settings: Settings
) -> None:
    regions = {settings.region, settings.second_region}
    analyzers = bank.of("aws:accessanalyzer/analyzer:Analyzer")
    assert {a.inputs["region"] for a in analyzers} == regions
    inspected = {e.inputs["region"]: e.inputs for e in bank.of("aws:inspector2/enabler:Enabler")}
    assert inspected.keys() == regions
    for enabler in inspected.values():
        assert enabler["accountIds"] == [settings.account]
        assert enabler["resourceTypes"] == ["EC2", "ECR", "LAMBDA"]


def test_a_grave_finding_is_an_alarm(bank: Deployment) -> None:
    rule = bank.one("aws:cloudwatch/eventRule:EventRule", "findings-grave").inputs
    pattern = json.loads(rule["eventPattern"])
    assert pattern["detail"]["findings"]["Severity"]["Label"] == ["CRITICAL", "HIGH"]
    target = bank.one("aws:cloudwatch/eventTarget:EventTarget", "findings-alarm").inputs
    assert target["arn"].endswith(":alarms-topic")
    assert target["rule"] == rule["name"]


def test_alarms_are_encrypted_and_only_services_of_this_account_publish(
    bank: Deployment, settings: Settings
) -> None:
    topic = bank.one("aws:sns/topic:Topic", "alarms-topic").inputs
    assert topic["kmsMasterKeyId"].endswith(":keys-platform-key")
    document = bank.one("aws:sns/topicPolicy:TopicPolicy", "alarms-policy").inputs["policy"]
    policy = json.loads(document)
    publish, plain = policy["Statement"]
    assert publish["Condition"] == {"StringEquals": {"aws:SourceAccount": settings.account}}
    assert "*" not in str(publish["Principal"])
    assert (plain["Effect"], plain["Condition"]) == (
        "Deny",
        {"Bool": {"aws:SecureTransport": "false"}},
    )
    mailbox = bank.one("aws:sns/topicSubscription:TopicSubscription", "alarms-mailbox").inputs
    assert (mailbox["protocol"], mailbox["endpoint"]) == ("email", settings.budget.alarms_to)


def test_the_budget_tells_before_it_is_spent(bank: Deployment, settings: Settings) -> None:
    budget = bank.one("aws:budgets/budget:Budget").inputs
    assert budget["limitAmount"] == str(settings.budget.monthly_usd)
    told = {(n["notificationType"], n["threshold"]) for n in budget["notifications"]}
    assert told == {("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)}
    for notification in budget["notifications"]:
        (topic,) = notification["subscriberSnsTopicArns"]
        assert topic.endswith(":alarms-topic")


def test_what_says_nothing_is_encrypted_and_private(bank: Deployment, settings: Settings) -> None:
    encrypted = bank.of("aws:ebs/encryptionByDefault:EncryptionByDefault")
    assert {e.inputs["region"]: e.inputs["enabled"] for e in encrypted} == {
        settings.region: True,
        settings.second_region: True,
    }
    keys = bank.of("aws:ebs/defaultKmsKey:DefaultKmsKey")
    arn = "arn:aws:kms:eu-west-1:111111111111:"
    assert {k.inputs["region"]: k.inputs["keyArn"] for k in keys} == {
        settings.region: f"{arn}keys-platform-key",
        settings.second_region: f"{arn}second-keys-platform-key",
    }
    public = bank.one("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock").inputs
    assert set(public.values()) == {True}
    assert len(public) == 4


def test_passwords_are_worth_the_name(bank: Deployment) -> None:
    policy = bank.one("aws:iam/accountPasswordPolicy:AccountPasswordPolicy").inputs
    assert policy["minimumPasswordLength"] >= 14
    assert policy["passwordReusePrevention"] == 24


def test_both_vaults_are_locked_in_compliance_form(bank: Deployment, settings: Settings) -> None:
    vaults = {v.name: v.inputs for v in bank.of("aws:backup/vault:Vault")}
    assert {v["region"] for v in vaults.values()} == {settings.region, settings.second_region}
    locks = {
        lock.name.removesuffix("-lock"): lock.inputs
        for lock in bank.of("aws:backup/vaultLockConfiguration:VaultLockConfiguration")
    }
    assert locks.keys() == vaults.keys()
    for lock in locks.values():
        # Without this one the lock is in governance form.
        assert lock["changeableForDays"] == 3
        assert lock["minRetentionDays"] == settings.backups.kept_for.days
    assert all("keys-evidence-key" in vault["kmsKeyArn"] for vault in vaults.values())


def test_nobody_deletes_a_backup(bank: Deployment) -> None:
    policies = bank.of("aws:backup/vaultPolicy:VaultPolicy")
    assert len(policies) == 2
    for policy in policies:
        (statement,) = json.loads(policy.inputs["policy"])["Statement"]
        assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
        assert "backup:DeleteRecoveryPoint" in statement["Action"]
        assert "backup:DeleteBackupVaultLockConfiguration" in statement["Action"]


def test_backups_are_daily_copied_and_kept_as_the_stack_file_says(
    bank: Deployment, settings: Settings
) -> None:
    days = settings.backups.kept_for.days
    (rule,) = bank.one("aws:backup/plan:Plan").inputs["rules"]
    assert rule["schedule"] == "cron(0 2 ? * * *)"
    assert rule["lifecycle"] == {"deleteAfter": days}
    (copy,) = rule["copyActions"]
    assert copy["destinationVaultArn"].endswith(":backups-copies")
    assert copy["lifecycle"] == {"deleteAfter": days}
    selection = bank.one("aws:backup/selection:Selection").inputs
    (tag,) = selection["selectionTags"]
    assert {tag["key"]: tag["value"]} == BACKED_UP


def test_a_backup_of_each_kind_is_restored_every_week(bank: Deployment) -> None:
    plan = bank.one("aws:backup/restoreTestingPlan:RestoreTestingPlan").inputs
    assert "SUN" in plan["scheduleExpression"]
    (vault,) = plan["recoveryPointSelection"]["includeVaults"]
    assert vault.endswith(":backups-vault")
    tested = bank.of("aws:backup/restoreTestingSelection:RestoreTestingSelection")
    assert {it.inputs["protectedResourceType"] for it in tested} == {"Aurora", "EBS"}

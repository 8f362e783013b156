"""Alarms on Kafka: each failure that stops records is told to somebody."""

from domains import Catalogue, Tier
from settings import Settings
from tests.engine import Declared, Deployment

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
TOPIC = "arn:aws:sns:eu-west-1:111111111111:alarms-topic"

Alarm = tuple[str, str, float, float, str]


def on_cluster(bank: Deployment) -> list[Declared]:
    return [alarm for alarm in bank.of(ALARM) if alarm.name.startswith("corebank-alarms-")]


def on_consumers(bank: Deployment) -> list[Declared]:
    return [alarm for alarm in bank.of(ALARM) if "-lag-" in alarm.name]


def essence(alarm: Declared) -> Alarm:
    """Metric, comparison, threshold, minutes and what silence means."""
    told = alarm.inputs
    minutes = told["period"] * told["evaluationPeriods"] / 60
    words = told["metricName"], told["comparisonOperator"]
    return (*words, told["threshold"], minutes, told["treatMissingData"])


def test_every_alarm_is_told_when_it_begins_and_when_it_ends(bank: Deployment) -> None:
    others = ("database-", "data-centre-", "evidence-", "siem-", "topic-archive-")
    alarms = [alarm for alarm in bank.of(ALARM) if not alarm.name.startswith(others)]
    assert {alarm.name for alarm in alarms} == {
        alarm.name for alarm in (*on_cluster(bank), *on_consumers(bank))
    }
    for alarm in alarms:
        told = alarm.inputs
        assert told["alarmActions"] == told["okActions"] == [TOPIC], alarm
        assert (told["namespace"], told["statistic"]) == ("AWS/Kafka", "Maximum")
        assert told["dimensions"]["Cluster Name"] == "corebank"


def test_no_two_alarms_have_one_name(bank: Deployment) -> None:
    names = [alarm.inputs["name"] for alarm in bank.of(ALARM)]
    assert len(set(names)) == len(names)


def test_partitions_without_leader_or_copy_full_disks_and_no_controller_are_told(
    bank: Deployment, settings: Settings
) -> None:
    found: dict[str, set[Alarm]] = {}
    for alarm in on_cluster(bank):
        found.setdefault(alarm.inputs["dimensions"].get("Broker ID", ""), set()).add(essence(alarm))

    brokers = [str(number) for number in range(1, settings.kafka.brokers + 1)]
    assert found.keys() == {"", *brokers}
    assert found[""] == {
        ("OfflinePartitionsCount", "GreaterThanThreshold", 0, 3, "breaching"),
        ("ActiveControllerCount", "LessThanThreshold", 1, 3, "breaching"),
    }
    for broker in brokers:
        assert found[broker] == {
            ("UnderReplicatedPartitions", "GreaterThanThreshold", 0, 15, "breaching"),
            ("KafkaDataLogsDiskUsed", "GreaterThanOrEqualToThreshold", 85, 5, "breaching"),
        }


def test_a_disk_grows_before_it_is_alarming(bank: Deployment) -> None:
    for policy in bank.of("aws:appautoscaling/policy:Policy"):
        tracking = policy.inputs["targetTrackingScalingPolicyConfiguration"]
        for alarm in on_cluster(bank):
            if alarm.inputs["metricName"] == "KafkaDataLogsDiskUsed":
                assert tracking["targetValue"] < alarm.inputs["threshold"]


def test_whoever_falls_behind_on_a_topic_is_told_the_sooner_the_more_depends_on_it(
    bank: Deployment, catalogue: Catalogue
) -> None:
    seconds = {Tier.CRITICAL: 300, Tier.CORE: 600, Tier.STANDARD: 3000}
    reading = {domain.name: list(domain.consumes) for domain in catalogue.domains}
    for topic, name in catalogue.dead_letters.items():
        reading[name].append(topic)
    expected = {
        (domain.name, topic): seconds[domain.tier]
        for domain in catalogue.domains
        for topic in reading[domain.name]
    }
    found = {
        (told["dimensions"]["Consumer Group"], told["dimensions"]["Topic"]): told["threshold"]
        for told in (alarm.inputs for alarm in on_consumers(bank))
    }
    assert found == expected
    assert len(found) == 24 + 9
    for alarm in on_consumers(bank):
        metric, comparison, _, minutes, silence = essence(alarm)
        assert (metric, comparison) == ("EstimatedMaxTimeLag", "GreaterThanThreshold")
        # A group that never ran tells nothing, and is in order.
        assert (minutes, silence) == (5, "notBreaching")

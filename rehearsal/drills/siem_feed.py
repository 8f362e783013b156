"""The feed to the SIEM, as AWS has it: each source leads there whole, and nowhere else.

It asks moto about subscriptions, streams, alarms, the secret and the buckets, not the state about
resources: what somebody took away or led elsewhere by hand is seen. It puts no record into a
stream, since moto would send it to the SIEM's address at once. moto takes no note of the topic
that a stream reads, delivers nothing by itself, rings no alarm and enforces no lock, so that much
is not shown: that a record arrives, or falls into the bucket where the SIEM refuses it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError
from confluent_kafka.admin import AdminClient

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs

_boto3: Any = boto3
_SECONDS = 5.0
_METRICS = {
    "rings when the SIEM refuses": "DeliveryToHttpEndpoint.Success",
    "rings when it is late": "DeliveryToHttpEndpoint.DataFreshness",
}

Plain = Mapping[str, Any]


class _Live:
    """What moto has of the feed, asked by clients of one region."""

    def __init__(self, declared: Plain, addresses: Addresses) -> None:
        self.declared = declared
        self._clients: dict[str, Any] = {}
        self._endpoint = addresses["moto"]["endpoint"]

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = _boto3.client(
                service,
                endpoint_url=self._endpoint,
                region_name=self.declared["region"],
                aws_access_key_id="drill",
                aws_secret_access_key="drill",  # noqa: S106 - moto takes any
            )
        return self._clients[service]

    def ask(self, service: str, call: str, **members: Any) -> Plain:
        """The answer; nothing where what is asked about is not there."""
        try:
            return getattr(self.client(service), call)(**members)
        except ClientError as error:
            if "NotFound" in error.response.get("Error", {}).get("Code", ""):
                return {}
            raise

    def stream(self, name: str) -> Plain:
        """The description of a stream; empty where there is none."""
        told: Any = self.ask("firehose", "describe_delivery_stream", DeliveryStreamName=name)
        return told.get("DeliveryStreamDescription", {})

    def alarms(self, stream: str) -> dict[str, Plain]:
        """Alarms on a stream that reach somebody, by metric."""
        pages: Any = self.client("cloudwatch").get_paginator("describe_alarms").paginate()
        of_it = {"Name": "DeliveryStreamName", "Value": stream}
        return {
            alarm["MetricName"]: alarm
            for page in pages
            for alarm in page["MetricAlarms"]
            if of_it in alarm.get("Dimensions", ())
            and alarm["ActionsEnabled"]
            and self.declared["alarms"] in alarm["AlarmActions"]
        }


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    live = _Live(outputs["siem"], addresses)
    admin = AdminClient({"bootstrap.servers": addresses["kafka"]["bootstrap"]})
    topics = set(admin.list_topics(timeout=_SECONDS).topics)
    return [
        attempt
        for source, declared in live.declared["sources"].items()
        for attempt in (
            *_source(live, source, declared, topics),
            *_stream(live, source, declared),
            *_alarms(live, source, declared),
        )
    ] + [*_elsewhere(live), *_beside(live)]


def _shown(actor: str, target: str, *, granted: bool, expected: bool = True) -> Attempt:
    return Attempt(actor=actor, target=target, expected=expected, granted=granted)


def _source(live: _Live, source: str, declared: Plain, topics: set[str]) -> Iterator[Attempt]:
    stream = live.stream(declared["stream"])
    if topic := declared.get("topic"):
        reads = stream.get("DeliveryStreamType") == "MSKAsSource"
        yield _shown(source, "is taken up whole", granted=reads and topic in topics)
        return
    group = declared["logGroup"]
    told = live.ask("logs", "describe_subscription_filters", logGroupName=group)
    filters: list[Plain] = told.get("subscriptionFilters", [])
    arn = stream.get("DeliveryStreamARN")
    ours = [it for it in filters if it["destinationArn"] == arn]
    whole = [it for it in ours if not it["filterPattern"]]
    yield _shown(source, "is taken up whole", granted=bool(whole))
    yield _shown(source, "leads elsewhere", expected=False, granted=len(ours) < len(filters))


def _stream(live: _Live, source: str, declared: Plain) -> Iterator[Attempt]:
    stream = live.stream(declared["stream"])
    destinations: list[Any] = stream.get("Destinations", [])
    at: Any = destinations[0] if destinations else {}
    http: Any = at.get("HttpEndpointDestinationDescription", {})
    secret: Any = http.get("SecretsManagerConfiguration", {})
    kept: Any = http.get("S3DestinationDescription", {})
    found = live.ask("secretsmanager", "describe_secret", SecretId=live.declared["secret"])
    url = http.get("EndpointConfiguration", {}).get("Url")
    yield _shown(source, "is sent to the SIEM", granted=url == live.declared["endpoint"])
    opened = bool(found) and secret.get("Enabled") and secret.get("SecretARN") == found["ARN"]
    yield _shown(source, "opens it by the secret", granted=bool(opened))
    folder = f"{live.declared['folder']}/{source}/"
    falls = (
        http.get("S3BackupMode") == "FailedDataOnly"
        and kept["BucketARN"] == f"arn:aws:s3:::{live.declared['bucket']}"
        and all(kept[key].startswith(folder) for key in ("Prefix", "ErrorOutputPrefix"))
        and "KMSEncryptionConfig" in kept["EncryptionConfiguration"]
    )
    yield _shown(source, "is kept where it is refused", granted=falls)
    if "logGroup" in declared:
        waits: Plain = stream.get("DeliveryStreamEncryptionConfiguration", {})
        key = (waits.get("Status"), waits.get("KeyType"))
        yield _shown(source, "waits encrypted", granted=key == ("ENABLED", "CUSTOMER_MANAGED_CMK"))


def _alarms(live: _Live, source: str, declared: Plain) -> Iterator[Attempt]:
    alarms = live.alarms(declared["stream"])
    for target, metric in _METRICS.items():
        yield _shown(source, target, granted=metric in alarms)
    counts = "DataReadFromSource.Records" if "topic" in declared else "IncomingRecords"
    silence = alarms.get(counts, {})
    rings = (
        silence.get("TreatMissingData") == "breaching"
        and silence["Period"] * silence["EvaluationPeriods"] <= declared["quietSeconds"]
    )
    yield _shown(source, "rings when it is silent", granted=rings)


def _elsewhere(live: _Live) -> Iterator[Attempt]:
    """Whether any stream at all leads out to somebody else."""
    declared = {it["stream"] for it in live.declared["sources"].values()}
    for name in live.ask("firehose", "list_delivery_streams", Limit=50)["DeliveryStreamNames"]:
        for at in live.stream(name)["Destinations"]:
            if "HttpEndpointDestinationDescription" in at:
                yield _shown(name, "leads out", expected=name in declared, granted=True)


def _beside(live: _Live) -> Iterator[Attempt]:
    """Whether what falls beside ends in buckets with a lock."""
    bucket = live.declared["bucket"]
    told = live.ask("s3", "get_bucket_replication", Bucket=bucket)
    rules: list[Plain] = told.get("ReplicationConfiguration", {}).get("Rules", [])
    targets = [
        it["Destination"]["Bucket"].removeprefix("arn:aws:s3:::")
        for it in rules
        if it["Status"] == "Enabled" and not it.get("Filter", {}).get("Prefix")
    ]
    yield _shown(bucket, "is copied", granted=bool(targets))
    for target in targets:
        lock = live.ask("s3", "get_object_lock_configuration", Bucket=target)
        config: Plain = lock.get("ObjectLockConfiguration", {})
        retention: Plain = config.get("Rule", {}).get("DefaultRetention", {})
        locked = config.get("ObjectLockEnabled") == "Enabled" and retention.get("Days", 0) > 0
        yield _shown(target, "locks what comes", granted=locked)


SIEM_FEED = Drill(
    name="siem feed",
    claim="what is to be watched leads to the SIEM, whole, and to nobody else, or an alarm rings",
    needs="siem",
    attempts=_attempts,
)

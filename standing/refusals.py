"""Which changes of what stands are refused: each check compares the state with what is asked. Pure.

Some are refused in every stack, since AWS or Kafka would refuse them or lose data. Others make a
thing anew, which is refused only where the stack protects what is stateful.
"""

import re
from collections.abc import Callable, Iterator
from ipaddress import IPv4Network

from domains import Catalogue, incompatibilities
from problems import Problem
from settings import Settings
from standing._databases import (
    a_database_is_not_taken_back,
    what_a_database_began_with_stays,
)
from standing._link import what_the_data_centre_was_set_up_for_stays
from standing._state import Outputs, Standing

Check = Callable[[Standing, Settings, Catalogue], Iterator[Problem]]

_ANEW = "Another stack can have it; this one keeps what it has"


def refusals(standing: Standing, settings: Settings, catalogue: Catalogue) -> list[Problem]:
    """Everything that is asked for and can't be had of what stands."""
    checks = (*_ALWAYS, *(_WHERE_PROTECTED if settings.protect else ()))
    return [problem for check in checks for problem in check(standing, settings, catalogue)]


def _partitions_only_grow(
    standing: Standing, settings: Settings, catalogue: Catalogue
) -> Iterator[Problem]:
    del settings
    for topic in standing.of("aws:msk/topic:Topic"):
        asked = catalogue.topics.get(topic["name"])
        there = int(topic["partitionCount"])
        if asked is not None and asked.topic.partitions < there:
            yield Problem(
                code="fewer-partitions",
                path=f"topic {topic['name']}",
                what=f"has {there} partitions, and Kafka takes none away",
                got=asked.topic.partitions,
                fix=f"use {there} or more, or publish a new version of the topic",
            )


def _schemas_stay_readable(
    standing: Standing, settings: Settings, catalogue: Catalogue
) -> Iterator[Problem]:
    del settings
    for schema in standing.of("aws:glue/schema:Schema"):
        asked = catalogue.topics.get(schema["schemaName"])
        if asked is None:
            continue
        mode = asked.topic.compatibility
        for broken in incompatibilities(schema["schemaDefinition"], asked.schema, mode):
            yield Problem(
                code="incompatible-schema",
                path=f"domains/schemas/{schema['schemaName']}.avsc",
                what=f"is not {mode} compatible with the schema that stands: {broken}",
                fix="put it back, or publish a new version of the topic",
            )


def _kubernetes_goes_step_by_step(
    standing: Standing, settings: Settings, catalogue: Catalogue
) -> Iterator[Problem]:
    del catalogue
    asked = settings.cluster.version
    for cluster in standing.of("aws:eks/cluster:Cluster"):
        there = str(cluster["version"])
        steps = _numbers(asked)[1] - _numbers(there)[1]
        if steps < 0:
            yield Problem(
                code="downgrade",
                path="corebank:cluster.version",
                what=f"is older than what stands, {there}, and Amazon EKS takes none back",
                got=asked,
                fix=f"use {there} or the version after it",
            )
        elif steps > 1:
            yield Problem(
                code="skipped-version",
                path="corebank:cluster.version",
                what=f"is {steps} after what stands, {there}, and Amazon EKS goes one by one",
                got=asked,
                fix=f"use 1.{_numbers(there)[1] + 1} first",
            )


def _kafka_is_not_taken_back(
    standing: Standing, settings: Settings, catalogue: Catalogue
) -> Iterator[Problem]:
    del catalogue
    for cluster in standing.of("aws:msk/cluster:Cluster"):
        there, asked = str(cluster["kafkaVersion"]), settings.kafka.version
        if _numbers(asked) < _numbers(there):
            yield Problem(
                code="downgrade",
                path="corebank:kafka.version",
                what=f"is older than what stands, {there}",
                got=asked,
                fix=f"use {there} or a later one",
            )


def _disks_only_grow(
    standing: Standing, settings: Settings, catalogue: Catalogue
) -> Iterator[Problem]:
    del catalogue
    asked = settings.kafka.volume_gib
    if settings.kafka.grows_to_gib > asked:
        # They grow by themselves; what is asked is where they started.
        return
    for cluster in standing.of("aws:msk/cluster:Cluster"):
        storage: Outputs = _brokers(cluster).get("storageInfo") or {}
        disk: Outputs = storage.get("ebsStorageInfo") or {}
        there = int(disk.get("volumeSize") or 0)
        if asked < there:
            yield Problem(
                code="smaller-disk",
                path="corebank:kafka.volumeGiB",
                what=f"is less than brokers have, {there}, and Amazon MSK takes none away",
                got=asked,
                fix=f"use {there} or more",
            )


def _brokers_only_grow(
    standing: Standing, settings: Settings, catalogue: Catalogue
) -> Iterator[Problem]:
    del catalogue
    asked = settings.kafka.brokers
    for cluster in standing.of("aws:msk/cluster:Cluster"):
        there = int(cluster["numberOfBrokerNodes"])
        if asked < there:
            yield Problem(
                code="fewer-brokers",
                path="corebank:kafka.brokers",
                what=f"is less than there are, {there}; their partitions would be lost",
                got=asked,
                fix=f"use {there} or more; brokers are emptied and taken away by hand",
            )


def _replication_stays(
    standing: Standing, settings: Settings, catalogue: Catalogue
) -> Iterator[Problem]:
    del catalogue
    asked = settings.kafka.replication
    other = {
        int(topic["replicationFactor"])
        for topic in standing.of("aws:msk/topic:Topic")
        if int(topic["replicationFactor"]) != asked
    }
    if other:
        yield Problem(
            code="makes-anew",
            path="corebank:kafka.replication",
            what=f"would make every topic anew, and empty: they stand with {max(other)}",
            got=asked,
            fix=f"use {max(other)}; partitions that are there are moved by hand",
        )


def _zones_stay(standing: Standing, settings: Settings, catalogue: Catalogue) -> Iterator[Problem]:
    del catalogue
    if not standing.of("aws:msk/cluster:Cluster"):
        return
    there = {
        str(subnet["availabilityZone"])
        for subnet in standing.of("aws:ec2/subnet:Subnet")
        if _tags(subnet).get("tier") == "data"
    }
    asked = set(settings.network.zones)
    if there and asked != there:
        yield Problem(
            code="makes-anew",
            path="corebank:network.zones",
            what="would make the Kafka cluster anew, and empty: its brokers stand in "
            + ", ".join(sorted(there)),
            got=", ".join(sorted(asked)),
            fix=_ANEW,
        )


def _blocks_stay(standing: Standing, settings: Settings, catalogue: Catalogue) -> Iterator[Problem]:
    del catalogue
    for zone, block in settings.network.zones.items():
        outside = {
            str(_tags(subnet).get("Name")): str(subnet["cidrBlock"])
            for subnet in standing.of("aws:ec2/subnet:Subnet")
            if subnet["availabilityZone"] == zone
            and not IPv4Network(str(subnet["cidrBlock"])).subnet_of(block)
        }
        if outside:
            yield Problem(
                code="makes-anew",
                path=f"corebank:network.zones.{zone}",
                what="would make subnets anew that this stack protects: "
                + ", ".join(f"{name} stands at {cidr}" for name, cidr in sorted(outside.items())),
                got=str(block),
                fix="put the zone's block back",
            )


def _services_stay(
    standing: Standing, settings: Settings, catalogue: Catalogue
) -> Iterator[Problem]:
    del catalogue
    asked = str(settings.cluster.service_network)
    for cluster in standing.of("aws:eks/cluster:Cluster"):
        network: Outputs = cluster.get("kubernetesNetworkConfig") or {}
        there = network.get("serviceIpv4Cidr")
        if there and there != asked:
            yield Problem(
                code="makes-anew",
                path="corebank:cluster.serviceNetwork",
                what=f"would make the Kubernetes cluster anew: it stands with {there}",
                got=asked,
                fix=f"use {there}",
            )


def _network_stays(
    standing: Standing, settings: Settings, catalogue: Catalogue
) -> Iterator[Problem]:
    del catalogue
    asked = str(settings.network.cidr)
    for vpc in standing.of("aws:ec2/vpc:Vpc"):
        if vpc["cidrBlock"] != asked:
            yield Problem(
                code="makes-anew",
                path="corebank:network.cidr",
                what=f"would make the whole network anew: it stands with {vpc['cidrBlock']}",
                got=asked,
                fix=_ANEW,
            )


def _tags(resource: Outputs) -> Outputs:
    return resource.get("tags") or {}


def _brokers(cluster: Outputs) -> Outputs:
    return cluster.get("brokerNodeGroupInfo") or {}


def _numbers(version: object) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", str(version))))


_ALWAYS: tuple[Check, ...] = (
    _partitions_only_grow,
    _schemas_stay_readable,
    _kubernetes_goes_step_by_step,
    _kafka_is_not_taken_back,
    _disks_only_grow,
    _brokers_only_grow,
    a_database_is_not_taken_back,
)
_WHERE_PROTECTED: tuple[Check, ...] = (
    _replication_stays,
    _zones_stay,
    _blocks_stay,
    _services_stay,
    _network_stays,
    what_a_database_began_with_stays,
    what_the_data_centre_was_set_up_for_stays,
)

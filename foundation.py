"""The ground a bank stands on: the account, its keys, its logs, its guardrails, its network.

The first layer of ``bank``, and a page of its own. A stack that stops after it has everything that
must be there before anything of value is: who may change what, what is recorded, what is kept.
"""

from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi

from components.account_defaults import AccountDefaults, AccountDefaultsArgs
from components.alarms import Alarms, AlarmsArgs
from components.audit_trail import AuditTrail, AuditTrailArgs, trail_arn
from components.backups import Backups, BackupsArgs
from components.bucket import Bucket, BucketArgs, ObjectLock
from components.budget import Budget, BudgetArgs
from components.data_centre_link import DataCentreLink, DataCentreLinkArgs
from components.delivery import Delivery, DeliveryArgs
from components.detection import Detection, DetectionArgs, Findings, FindingsArgs
from components.dns import PrivateDns, PrivateDnsArgs
from components.endpoints import PrivateEndpoints, PrivateEndpointsArgs
from components.log_archive import LogArchive, LogArchiveArgs
from components.network import Network, NetworkArgs, Tier, tier_network
from components.organisation import OrganisationGuardrails, OrganisationGuardrailsArgs
from data_keys import DataKeys, DataKeysArgs
from domains import DataClass
from providers import management_provider
from settings import Settings
from tags import tagged


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """What the layers above stand on."""

    network: Network
    keys: DataKeys
    second_keys: DataKeys
    """Of the second region; there are none for some classes."""
    landing: pulumi.Output[str]
    """Name of the bucket whose content is copied into the locked archive of logs."""
    trail_log: pulumi.Output[str]
    """Name of the log group that has every call to AWS's API."""
    evidence_replica: Bucket | None
    """In the second region; None where evidence is not copied."""
    alarms_topic_arn: pulumi.Output[str]
    """Where people are told of what must not wait."""
    boundary_arn: pulumi.Output[str]
    """The ceiling that every role has to have."""
    delivery_role_arn: str
    """The role that changes the stack."""


def lay_foundation(settings: Settings, opts: pulumi.ResourceOptions) -> Foundation:
    """Declares the layer, and exports where it is."""
    account, here, there = settings.account, settings.region, settings.second_region
    protect = settings.protect
    organisation = settings.organisation
    management = organisation.management_role if organisation is not None else None
    log_opts = tagged(opts, data_class=DataClass.LOGS)

    delivery = Delivery(
        "delivery",
        DeliveryArgs(
            account=account,
            region=here,
            second_region=there,
            environment=settings.environment,
            issuer=settings.delivery.issuer,
            repository=settings.delivery.repository,
            branch=settings.delivery.branch,
            state_bucket=settings.delivery.state_bucket,
            state_key=settings.delivery.state_key,
            management_role=management,
        ),
        opts=opts,
    )
    keys, second_keys = (
        DataKeys(
            name,
            DataKeysArgs(
                account=account,
                region=region,
                home_region=here,
                classes=classes,
                auditor=settings.people.auditor,
                protect=protect,
            ),
            opts=opts,
        )
        for name, region, classes in (
            ("keys", here, tuple(DataClass)),
            # What is copied there, and what AWS makes there by itself.
            ("second-keys", there, (DataClass.PLATFORM, DataClass.EVIDENCE, DataClass.LOGS)),
        )
    )
    logs = LogArchive(
        "logs",
        LogArchiveArgs(
            account=account,
            region=here,
            second_region=there,
            key_arn=keys.arns[DataClass.LOGS],
            second_key_arn=second_keys.arns[DataClass.LOGS],
            lock=ObjectLock(
                mode=settings.archive.lock.upper(),
                period=settings.archive.locked_for,
                kept_by=(delivery.apply_role_arn, settings.people.break_glass),
            ),
            kept_for=settings.archive.kept_for,
            trail=trail_arn(account=account, region=here),
            boundary=delivery.boundary_arn,
            protect=protect,
        ),
        opts=log_opts,
    )
    replica = _evidence_replica(
        settings,
        logs,
        key_arn=second_keys.arns[DataClass.EVIDENCE],
        kept_by=(delivery.apply_role_arn, settings.people.break_glass),
        opts=opts,
    )
    trail = AuditTrail(
        "trail",
        AuditTrailArgs(
            account=account,
            region=here,
            bucket=logs.bucket,
            key_arn=keys.arns[DataClass.LOGS],
            evidence_buckets={
                "logs": logs.arn,
                "logs-replica": logs.replica_arn,
                **({"evidence-replica": replica.arn} if replica is not None else {}),
            },
            boundary=delivery.boundary_arn,
            protect=protect,
        ),
        opts=log_opts,
    )
    alarms = Alarms(
        "alarms",
        AlarmsArgs(
            account=account,
            region=here,
            key_arn=keys.arns[DataClass.PLATFORM],
            email=settings.budget.alarms_to,
        ),
        opts=opts,
    )
    Budget(
        "budget",
        BudgetArgs(
            monthly_usd=settings.budget.monthly_usd,
            alarms_topic_arn=alarms.topic_arn,
        ),
        opts=opts,
    )
    Findings(
        "findings",
        FindingsArgs(alarms_topic_arn=alarms.topic_arn),
        opts=opts,
    )
    defaults = AccountDefaults(
        "account",
        AccountDefaultsArgs(
            region=here,
            second_region=there,
            volume_key_arn=keys.arns[DataClass.PLATFORM],
            second_volume_key_arn=second_keys.arns[DataClass.PLATFORM],
        ),
        opts=opts,
    )
    for name, region, linked in (("detection", here, [there]), ("second-detection", there, [])):
        Detection(
            name,
            DetectionArgs(
                account=account,
                region=region,
                home=region == here,
                linked_regions=linked,
                config_role_arn=defaults.config_role_arn,
                bucket=logs.landing,
                bucket_key_arn=keys.arns[DataClass.LOGS],
            ),
            opts=opts,
        )
    Backups(
        "backups",
        BackupsArgs(
            account=account,
            region=here,
            second_region=there,
            key_arn=keys.arns[DataClass.EVIDENCE],
            second_key_arn=second_keys.arns[DataClass.EVIDENCE],
            kept_for=settings.backups.kept_for,
            boundary=delivery.boundary_arn,
            protect=protect,
        ),
        opts=tagged(opts, data_class=DataClass.EVIDENCE),
    )
    if organisation is not None:
        OrganisationGuardrails(
            "organisation",
            OrganisationGuardrailsArgs(
                account=account,
                environment=settings.environment,
                regions=(here, there),
                exempt_roles=(delivery.apply_role_arn, settings.people.break_glass),
            ),
            opts=pulumi.ResourceOptions(providers=[management_provider(organisation, here)]),
        )
    network = Network(
        "network",
        NetworkArgs(
            cidr=settings.network.cidr,
            zones=settings.network.zones,
            nat_zones=settings.network.nat_zones,
            elsewhere=list(hybrid_networks(settings).values()),
            flow_logs=logs.arn,
            protect=protect,
        ),
        opts=opts,
    )
    PrivateEndpoints(
        "endpoints",
        PrivateEndpointsArgs(
            account=account,
            region=here,
            vpc_id=network.vpc_id,
            subnet_ids=network.subnet_ids[Tier.PRIVATE],
            route_table_ids=network.route_table_ids,
            clients=private_networks(settings),
        ),
        opts=opts,
    )
    dns = PrivateDns(
        "dns",
        PrivateDnsArgs(
            zone=settings.dns.zone,
            vpc_id=network.vpc_id,
            subnet_ids=network.subnet_ids[Tier.PRIVATE],
            forward=settings.dns.forward,
            allowed_names=settings.dns.allowed_names,
            query_log=logs.arn,
            protect=protect,
        ),
        opts=opts,
    )
    _link(settings, network, keys, alarms, opts)
    pulumi.export("network", {"vpcId": network.vpc_id, "zoneId": dns.zone_id})
    return Foundation(
        network=network,
        keys=keys,
        second_keys=second_keys,
        landing=logs.landing,
        trail_log=trail.log_group,
        evidence_replica=replica,
        alarms_topic_arn=alarms.topic_arn,
        boundary_arn=delivery.boundary_arn,
        delivery_role_arn=delivery.apply_role_arn,
    )


def _link(
    settings: Settings,
    network: Network,
    keys: DataKeys,
    alarms: Alarms,
    opts: pulumi.ResourceOptions,
) -> None:
    on_premises = settings.on_premises
    if on_premises is None:
        return
    link = on_premises.link
    hybrid = hybrid_networks(settings)
    data_centre = settings.network.neighbours[settings.network.neighbour_of(on_premises.nodes)]
    DataCentreLink(
        "data-centre",
        DataCentreLinkArgs(
            vpc_id=network.vpc_id,
            network=settings.network.cidr,
            subnet_ids=network.subnet_ids[Tier.PRIVATE],
            route_table_ids=network.route_table_ids,
            # Nobody in the data tier opens a connection: it answers nodes and pods.
            routes={
                table: hybrid if table == Tier.DATA else {"on-premises": data_centre}
                for table in network.route_table_ids
            },
            transit_gateway_number=link.transit_gateway_asn,
            direct_connect_number=link.direct_connect_asn,
            data_centre_number=link.data_centre_asn,
            connections=link.connections,
            devices=link.gateways,
            logs_key_arn=keys.arns[DataClass.LOGS],
            alarms_topic_arn=alarms.topic_arn,
            protect=settings.protect,
        ),
        opts=opts,
    )


def _evidence_replica(
    settings: Settings,
    logs: LogArchive,
    *,
    key_arn: pulumi.Input[str],
    kept_by: tuple[str, ...],
    opts: pulumi.ResourceOptions,
) -> Bucket | None:
    """The bucket in the second region that takes what the evidence store has."""
    evidence = settings.evidence
    if not evidence.replica:
        return None
    return Bucket(
        "evidence-replica",
        BucketArgs(
            bucket=f"corebank-evidence-{settings.account}-{settings.second_region}",
            region=settings.second_region,
            key_arn=key_arn,
            writers=(),
            kept_for=evidence.locked_for,
            # Whatever the store's own mode: a copy that somebody may delete is none.
            lock=ObjectLock(mode="COMPLIANCE", period=evidence.locked_for, kept_by=kept_by),
            access_logs=logs.replica_access_logs,
            protect=settings.protect,
        ),
        opts=tagged(opts, data_class=DataClass.EVIDENCE),
    )


def private_networks(settings: Settings) -> dict[str, IPv4Network]:
    """Where nodes and their pods are: by zone, and in the data centre."""
    return {**_networks(settings, Tier.PRIVATE), **hybrid_networks(settings)}


def hybrid_networks(settings: Settings) -> dict[str, IPv4Network]:
    """Where hybrid nodes and their pods are.

    Both, since pods speak with the address of their node where the cluster's network hides theirs.
    """
    if settings.on_premises is None:
        return {}
    return {
        "on-premises-nodes": settings.on_premises.nodes,
        "on-premises-pods": settings.on_premises.pods,
    }


def data_networks(settings: Settings) -> dict[str, IPv4Network]:
    """Where brokers and databases are, by zone."""
    return _networks(settings, Tier.DATA)


def _networks(settings: Settings, tier: Tier) -> dict[str, IPv4Network]:
    return {zone: tier_network(block, tier) for zone, block in settings.network.zones.items()}

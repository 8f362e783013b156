"""Where in the world things stand."""

from typing import Any

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import at, listed, of_each

PROVIDER = "pulumi:providers:aws"
NATIVE_PROVIDER = "pulumi:providers:aws-native"
PROVIDERS = (PROVIDER, NATIVE_PROVIDER)
SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type, not a secret
TABLE = "aws:dynamodb/table:Table"
IMAGES = "aws:ecr/replicationConfiguration:ReplicationConfiguration"
PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
BACKUP_PLAN = "aws:backup/plan:Plan"

ALLOWED = frozenset({"eu-west-1", "eu-central-1"})
"""Data stays in the EU: the bank's first region, and the second one that copies go to."""
_REGION_OF_ARN = 3

RESIDENCY = Control(
    id="NET-08",
    pack="security",
    title="Everything stands in a region of the EU that is allowed",
    levels="MMM",
    severity="critical",
    supports="G 44, G 45, G 46, G 32, D 28, N CP-6",
    remedy=f"Say {' or '.join(sorted(ALLOWED))} as the region of the provider and of what is "
    "copied elsewhere.",
)


@RESIDENCY.rule("provider", "providers say a region, and it is allowed", *PROVIDERS)
def _provider(provider: Resource) -> Wrong:
    # Without one it would be that of whoever runs the program.
    if provider.at("region") not in ALLOWED:
        yield "region is none of those that are allowed"


@RESIDENCY.rule_of_stack("resources", "resources with a region of their own", *PROVIDERS)
def _resources(stack: Stack) -> Wrong:
    ours = [each for each in stack.resources if each.type.startswith("aws:")]

    def elsewhere(_: int, resource: Resource) -> Wrong:
        if (resource.at("region") or None) not in {None, *ALLOWED}:
            yield f"{resource.type} {resource.name}: region is none of those that are allowed"

    yield from of_each(ours, elsewhere)


@RESIDENCY.rule("copies", "copies only where data may be", SECRET, TABLE, IMAGES, PEERING)
def _copies(resource: Resource) -> Wrong:
    def elsewhere(_: int, copy: Any) -> Wrong:
        for key in ("region", "regionName", "peerRegion"):
            if (at(copy, key) or None) not in {None, *ALLOWED}:
                yield f"{key} of a copy is none of those that are allowed"

    yield from of_each(_copied(resource), elsewhere)


@RESIDENCY.rule("backups", "copies of backups only where data may be", BACKUP_PLAN)
def _backups(plan: Resource) -> Wrong:
    def elsewhere(_: int, rule: Any) -> Wrong:
        for copy in listed(rule, "copyActions"):
            vault: str = at(copy, "destinationVaultArn")
            if vault.split(":")[_REGION_OF_ARN] not in ALLOWED:
                yield "destinationVaultArn of a copy is in a region that is not allowed"

    yield from of_each(listed(plan.properties, "rules"), elsewhere)


def _copied(resource: Resource) -> list[Any]:
    if resource.type == PEERING:
        return [resource.properties]
    if resource.type == IMAGES:
        rules = listed(resource.properties, "replicationConfiguration", "rules")
        return [each for rule in rules for each in listed(rule, "destinations")]
    return [*listed(resource.properties, "replicas")]


CONTROLS = (RESIDENCY,)

"""The catalogue: every control, and the rules that decide it.

Owns what is asked for. Imports nothing of any program: tokens and properties are those of Pulumi's
providers.
"""

from collections.abc import Mapping

from policies.controls import (
    address_plan,
    alerts,
    approvals,
    argo,
    backups,
    brokers,
    buckets,
    cluster_access,
    clusters,
    database_settings,
    databases,
    endpoints,
    evidence,
    evidence_writers,
    findings,
    governance,
    identities,
    ingress,
    instances,
    keys,
    load_balancers,
    logs,
    machines,
    mesh,
    mesh_edges,
    mesh_pods,
    namespaces,
    network,
    nodes,
    objects,
    own_databases,
    pods,
    regions,
    topic_access,
    topic_data,
    topics,
    trust,
    vault_domains,
    vault_policies,
    vault_roles,
    vault_secrets,
    vault_servers,
    workload_identities,
    workloads,
)
from policies.controls._judge import Verdict, judge, judge_stack
from policies.controls._model import (
    ENVIRONMENTS,
    FRAMEWORKS,
    AnyPack,
    Control,
    Level,
    Pack,
    Rule,
)
from policies.controls._stack import Resource, Stack
from policies.controls._wire import Object, Unknown

__all__ = [
    "CONTROLS",
    "ENVIRONMENTS",
    "EXEMPTIONS",
    "FRAMEWORKS",
    "AnyPack",
    "Control",
    "Level",
    "Object",
    "Pack",
    "Resource",
    "Rule",
    "Stack",
    "Unknown",
    "Verdict",
    "judge",
    "judge_stack",
    "of_pack",
]

_FAMILIES = (
    network,
    address_plan,
    endpoints,
    regions,
    ingress,
    instances,
    load_balancers,
    clusters,
    nodes,
    workload_identities,
    namespaces,
    pods,
    workloads,
    cluster_access,
    objects,
    mesh,
    mesh_edges,
    mesh_pods,
    argo,
    vault_domains,
    vault_policies,
    vault_roles,
    vault_servers,
    vault_secrets,
    brokers,
    topics,
    topic_access,
    topic_data,
    databases,
    database_settings,
    own_databases,
    buckets,
    evidence,
    evidence_writers,
    keys,
    identities,
    trust,
    logs,
    findings,
    alerts,
    backups,
    machines,
    approvals,
    governance,
)

EXEMPTIONS = "exemptions"
"""The rule of every pack on exemptions themselves, the last that it judges; no control has it."""

_ORDER = (
    *("NET", "EKS", "K8S", "IST", "MSK", "TOP", "RDS", "S3", "WRM", "KMS", "IAM", "LOG", "BKP"),
    *("VLT", "VSP", "ARG", "GOV"),
)
"""Of what controls are about, by the first part of their ids."""


def _place(control: Control) -> tuple[int, str]:
    return _ORDER.index(control.id.partition("-")[0]), control.id


CONTROLS: Mapping[str, Control] = {
    control.id: control
    for control in sorted(
        (control for family in _FAMILIES for control in family.CONTROLS), key=_place
    )
}
"""By id, in the catalogue's order."""


def of_pack(pack: AnyPack) -> list[Control]:
    """The controls that a pack enforces, in the catalogue's order."""
    return [control for control in CONTROLS.values() if pack in (control.pack, "all")]

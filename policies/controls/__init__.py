"""The catalogue: every control, and the rules that decide it.

Owns what is asked for. Imports nothing of any program: tokens and properties are those of Pulumi's
providers.
"""

from collections.abc import Mapping

from policies.controls import (
    argo,
    backups,
    brokers,
    buckets,
    cluster_access,
    clusters,
    databases,
    evidence,
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
    objects,
    pods,
    regions,
    topic_access,
    topics,
    vault_domains,
    vault_policies,
    vault_roles,
    vault_secrets,
    vault_servers,
)
from policies.controls._judge import Verdict, judge, judge_stack
from policies.controls._model import ENVIRONMENTS, FRAMEWORKS, Control, Level, Pack, Rule
from policies.controls._stack import Resource, Stack
from policies.controls._wire import Object, Unknown

__all__ = [
    "CONTROLS",
    "ENVIRONMENTS",
    "FRAMEWORKS",
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
]

_FAMILIES = (
    network,
    regions,
    ingress,
    instances,
    load_balancers,
    clusters,
    namespaces,
    pods,
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
    databases,
    buckets,
    evidence,
    keys,
    identities,
    logs,
    backups,
    machines,
    governance,
)

CONTROLS: Mapping[str, Control] = {
    control.id: control for family in _FAMILIES for control in family.CONTROLS
}
"""By id."""

"""What values of one stack file must agree on, and what its environment demands.

Owns which checks there are and when each may be run. A check takes ``Settings`` whole, and may be
run on settings of which parts could not be read: touching such a part ends it. What environments
demand stands in ``_allowed.RULES``; no check asks which environment it is in.
"""

from collections.abc import Callable, Iterator

from problems import Problem
from settings import _account_checks as account
from settings import _cluster_checks as cluster
from settings import _database_checks as database
from settings import _evidence_checks as evidence
from settings import _kafka_checks as kafka
from settings import _link_checks as link
from settings import _mesh_checks as mesh
from settings import _monitoring_checks as monitoring
from settings import _network_checks as network
from settings import _on_premises_checks as on_premises
from settings import _pool_checks as pools
from settings import _siem_checks as siem
from settings import _vault_checks as vault
from settings import _workload_checks as workloads
from settings._model import Settings
from settings._telling import path_of, shown
from settings._words import Environment

Check = Callable[[Settings], Iterator[Problem]]


def environment_is_the_stack(stack: str, settings: Settings) -> Iterator[Problem]:
    """A stack is named for its environment, so that nobody runs one and changes another."""
    environment = settings.environment
    if environment != stack:
        yield Problem(
            code="other-stack",
            path=path_of("environment"),
            what=f"is not the stack's name, {shown(stack)}",
            got=environment,
            fix=f"write {stack}, or run stack {environment}"
            if stack in list(Environment)
            else f"name the stack {environment}",
        )


CHECKS_OF_ENTRIES: tuple[Check, ...] = (
    account.regions_differ,
    account.protected_where_required,
    account.people_are_of_the_account,
    account.who_audits_does_not_break_glass,
    account.who_operates_does_nothing_else,
    account.management_is_another_account,
    account.state_is_the_stacks_own,
    account.the_archive_is_locked_as_required,
    account.logs_outlive_their_lock,
    account.backups_are_kept_as_required,
    siem.the_siem_is_reached_from_outside,
    network.nat_in_each_zone_where_required,
    network.zones_are_in_the_region,
    network.zones_are_in_the_network,
    network.zones_do_not_overlap,
    network.neighbours_do_not_overlap,
    network.the_zone_is_this_environments,
    network.vault_is_in_the_zone,
    network.the_evidence_store_is_in_the_zone,
    network.forwarded_names_are_elsewhere,
    network.names_are_listed_where_required,
    cluster.nodes_fit_between_their_bounds,
    cluster.services_have_their_own_addresses,
    on_premises.only_where_it_may_be,
    on_premises.nodes_and_pods_share_no_address,
    link.each_side_has_its_own_number,
    link.tunnels_do_not_overlap,
    pools.addresses_are_of_the_nodes,
    pools.addresses_are_free,
    pools.addresses_are_enough,
    pools.pools_do_not_overlap,
    pools.each_node_has_a_host_of_its_own,
    pools.each_node_fits_on_a_host,
    pools.what_is_reserved_is_there,
    pools.a_domain_is_in_one_pool,
    kafka.volumes_only_grow,
    kafka.records_are_replicated,
    kafka.writes_survive_a_broker,
    database.enough_instances,
    database.backups_are_kept_as_required,
    database.what_is_done_is_streamed_where_required,
    database.a_stream_has_an_instance_for_it,
    database.a_snapshot_is_the_stacks_own,
    database.nothing_is_restored_from_itself,
    vault.enough_servers,
    vault.each_server_has_a_node_of_its_own,
    vault.the_seal_has_its_key,
    vault.audit_has_two_devices,
    vault.people_have_groups_of_their_own,
    evidence.evidence_is_locked_as_required,
    evidence.evidence_is_copied_where_required,
    workloads.replicas_fit_between_their_bounds,
    mesh.keys_are_the_issuers_own,
    mesh.certificates_are_two_secrets,
    monitoring.everybody_who_is_told_has_an_address,
)
"""Checks that hold for some of the zones and neighbours, if others could not be read."""

CHECKS_OF_COUNTS: tuple[Check, ...] = (
    network.enough_zones,
    network.servers_are_in_a_neighbour,
    vault.modules_are_in_a_neighbour,
    on_premises.hybrid_networks_are_of_one_neighbour,
    link.enough_connections,
    link.enough_devices,
    link.names_go_both_ways,
    cluster.a_zone_can_be_lost,
    kafka.brokers_fill_the_zones,
    database.one_cluster_serves,
    database.each_instance_has_a_zone,
    workloads.what_is_critical_runs_in_each_zone,
)
"""Checks that would be wrong if a zone or a neighbour were left out."""

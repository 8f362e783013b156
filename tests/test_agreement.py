"""What stack files and the catalogue must agree on, in its words, and that all three do."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement import (
    SERVER_CPU_MILLIS,
    SERVER_MEMORY_MIB,
    Machine,
    disagreements,
    machine,
)
from components._vault_values import Servers, vault_values
from domains import Catalogue, Tier
from rehearsal.providers.aws.nodes import Size
from settings import Settings, load_settings
from settings._allowed import NODE_FAMILIES, NODE_SIZES
from tests.stack_files import config_of

POOLS = "corebank:onPremises.pools"
TIERS = "corebank:workloads.tiers"


def told(catalogue: Catalogue, stack: str, changes: dict[str, object]) -> list[str]:
    settings = load_settings(stack, config_of(stack, changes))
    return [str(problem) for problem in disagreements(settings, catalogue)]


def test_every_stack_file_agrees_with_the_catalogue(
    settings: Settings, catalogue: Catalogue
) -> None:
    assert list(disagreements(settings, catalogue)) == []


def test_a_pool_takes_only_domains_that_there_are(catalogue: Catalogue) -> None:
    assert told(catalogue, "staging", {f"{POOLS}.payments.domains": ["payment"]}) == [
        (
            f"ERR unknown-domain {POOLS}.payments.domains: name a domain that is not in the "
            "catalogue (got payment); did you mean payments?"
        )
    ]


def test_a_pool_takes_only_domains_that_would_rather_be_there(catalogue: Catalogue) -> None:
    assert told(catalogue, "staging", {f"{POOLS}.payments.domains": ["cards"]}) == [
        (
            f"ERR cloud-domain {POOLS}.payments.domains: name a domain that would rather run in "
            "the cloud (got cards); leave it out, or let it say Site.ON_PREMISES"
        )
    ]


def test_what_would_find_no_node_is_refused(catalogue: Catalogue) -> None:
    said = told(catalogue, "sandbox", {f"{TIERS}.standard.cpuMillis": 4000})
    assert said == [
        f"ERR no-room corebank:cluster.nodeGroups.standard: has no room for the {bound} of "
        f"analytics, developer-portal, support: in one of 2 places they want {cpu}m and "
        f"{memory} MiB, and {nodes} nodes have 2620m and 10211 MiB each; use more or larger "
        f"nodes, or a smaller {bound} in {TIERS}"
        for bound, cpu, memory, nodes in (("minimum", 12450, 2112, 1), ("maximum", 24900, 4224, 2))
    ]


def test_a_pool_has_room_for_its_domains_or_is_refused(catalogue: Catalogue) -> None:
    (line,) = told(catalogue, "production", {f"{POOLS}.aml.cpus": 4})
    assert line.startswith(f"ERR no-room {POOLS}.aml: has no room for the maximum of aml: in one")


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_the_cloud_has_room_for_everybody_while_the_data_centre_is_away(
    stack: str, catalogue: Catalogue
) -> None:
    assert told(catalogue, stack, {POOLS: {}}) == []


def test_all_of_it_is_told_at_once(catalogue: Catalogue) -> None:
    changes: dict[str, object] = {
        f"{POOLS}.payments.domains": ["nobody", "risk"],
        f"{TIERS}.core.memoryMiB": 20000,
    }
    kinds = [line.split(" ")[1] for line in told(catalogue, "staging", changes)]
    assert kinds == ["unknown-domain", "cloud-domain", "no-room", "no-room"]


@pytest.mark.parametrize("family", NODE_FAMILIES)
@pytest.mark.parametrize("size", NODE_SIZES)
def test_every_instance_type_has_a_size(family: str, size: str) -> None:
    has = machine(f"{family}.{size}")
    assert has.cpu_millis > 1000
    assert has.memory_mib > 1024


@given(st.integers(2, 64), st.integers(8, 512))
def test_a_node_keeps_for_itself_what_the_rehearsal_s_does(cpus: int, memory_gib: int) -> None:
    allocatable = Size(cpus=cpus, memory_mib=memory_gib * 1024, pods=110).allocatable
    pods = Machine.of(cpus=cpus, memory_gib=memory_gib)
    assert int(allocatable["cpu"].removesuffix("m")) - pods.cpu_millis in range(299, 302)
    assert allocatable["memory"] == f"{pods.memory_mib + 512}Mi"


def test_servers_take_what_their_chart_is_told() -> None:
    servers = Servers(
        image="a:b",
        number=3,
        data_gib=10,
        audit_gib=10,
        disk="disk",
        priority="critical",
        nodes=("a", "b"),
    )
    asked = vault_values(servers, config="", hsm=None)["server"]["resources"]["requests"]
    assert asked == {"cpu": f"{SERVER_CPU_MILLIS}m", "memory": f"{SERVER_MEMORY_MIB // 1024}Gi"}


def test_a_further_critical_domain_is_refused_where_it_has_no_room(catalogue: Catalogue) -> None:
    (risk,) = [domain for domain in catalogue.domains if domain.name == "risk"]
    more = [replace(risk, name=f"risk-{letter}") for letter in "abcdefghijkl"]
    crowded = replace(catalogue, domains=(*catalogue.domains, *more))
    lines = [str(p) for p in disagreements(load_settings("staging", config_of("staging")), crowded)]
    assert lines
    assert all("nodeGroups.critical: has no room" in line for line in lines)
    assert all(domain.tier is Tier.CRITICAL for domain in more)

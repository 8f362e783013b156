"""What stack files and the catalogue must agree on, in its words, and that all three do."""

from dataclasses import replace

from agreement import disagreements
from domains import Catalogue, Tier
from settings import Settings, load_settings
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
        f"analytics, developer-portal, support and monitoring: in one of 2 places they want {cpu}m "
        f"and {memory} MiB, and {nodes} nodes have 2620m and 10211 MiB each; use more or larger "
        f"nodes, or a smaller {bound} in {TIERS}"
        for bound, cpu, memory, nodes in (("minimum", 13450, 5440, 1), ("maximum", 25900, 7552, 2))
    ]


def test_a_pool_has_room_for_its_domains_or_is_refused(catalogue: Catalogue) -> None:
    (line,) = told(catalogue, "production", {f"{POOLS}.aml.cpus": 4})
    assert line.startswith(f"ERR no-room {POOLS}.aml: has no room for the maximum of aml: in one")


def test_the_cloud_has_room_for_everybody_while_the_data_centre_is_away(
    catalogue: Catalogue,
) -> None:
    assert told(catalogue, "staging", {POOLS: {}}) == []
    # Production would also lose a zone then, which takes three more machines.
    (line,) = told(catalogue, "production", {POOLS: {}})
    assert "accounts, aml, cards, payments, risk and the mesh while a zone is lost" in line
    critical = "corebank:cluster.nodeGroups.critical.minimum"
    assert told(catalogue, "production", {POOLS: {}, critical: 9}) == []


def test_all_of_it_is_told_at_once(catalogue: Catalogue) -> None:
    changes: dict[str, object] = {
        f"{POOLS}.payments.domains": ["nobody", "risk"],
        f"{TIERS}.core.memoryMiB": 20000,
    }
    kinds = [line.split(" ")[1] for line in told(catalogue, "staging", changes)]
    assert kinds == ["unknown-domain", "cloud-domain", "no-room", "no-room"]


def test_a_further_critical_domain_is_refused_where_it_has_no_room(catalogue: Catalogue) -> None:
    (risk,) = [domain for domain in catalogue.domains if domain.name == "risk"]
    more = [replace(risk, name=f"risk-{letter}") for letter in "abcdefghijkl"]
    crowded = replace(catalogue, domains=(*catalogue.domains, *more))
    lines = [str(p) for p in disagreements(load_settings("staging", config_of("staging")), crowded)]
    assert lines
    assert all("nodeGroups.critical: has no room" in line for line in lines)
    assert all(domain.tier is Tier.CRITICAL for domain in more)

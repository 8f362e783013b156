"""The address plan of a zone, whatever block it is cut from."""

from ipaddress import IPv4Network
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from components._addresses import Tier, tier_network
from components._network_acl import data_tier_rules

ELSEWHERE = (IPv4Network("192.168.16.0/24"), IPv4Network("192.168.32.0/20"))
PRIVATE_SPACE = IPv4Network("10.0.0.0/8")


@st.composite
def blocks(draw: st.DrawFn, prefixes: tuple[int, int] = (16, 25)) -> IPv4Network:
    prefix = draw(st.integers(*prefixes))
    index = draw(st.integers(0, 2 ** (prefix - PRIVATE_SPACE.prefixlen) - 1))
    start = PRIVATE_SPACE.network_address + index * 2 ** (32 - prefix)
    return IPv4Network((start, prefix))


@given(blocks())
def test_tiers_lie_inside_the_block_and_never_overlap(block: IPv4Network) -> None:
    tiers = [tier_network(block, tier) for tier in Tier]
    assert all(tier.subnet_of(block) for tier in tiers)
    assert not any(one.overlaps(other) for one, other in combinations(tiers, 2))


@given(blocks(), blocks())
def test_tiers_of_different_zones_never_overlap(block: IPv4Network, other: IPv4Network) -> None:
    if not block.overlaps(other):
        pairs = (
            (tier_network(block, one), tier_network(other, two)) for one in Tier for two in Tier
        )
        assert not any(one.overlaps(two) for one, two in pairs)


@given(blocks((20, 20)), blocks((20, 20)))
def test_a_tier_has_the_same_place_in_every_block(block: IPv4Network, other: IPv4Network) -> None:
    for tier in Tier:
        here, there = tier_network(block, tier), tier_network(other, tier)
        assert here.prefixlen == there.prefixlen
        offset = int(here.network_address) - int(block.network_address)
        assert offset == int(there.network_address) - int(other.network_address)


@given(blocks())
def test_an_eighth_of_the_block_stays_free(block: IPv4Network) -> None:
    taken = sum(tier_network(block, tier).num_addresses for tier in Tier)
    assert taken == block.num_addresses * 7 // 8


@st.composite
def plans(draw: st.DrawFn) -> dict[str, IPv4Network]:
    """Up to three zones of any letters, each with a block of its own."""
    letters = draw(st.lists(st.sampled_from("abc"), min_size=1, unique=True))
    chosen: list[IPv4Network] = []
    for _ in letters:
        fits = blocks((16, 20)).filter(lambda b: not any(b.overlaps(it) for it in chosen))
        chosen.append(draw(fits))
    return {f"eu-west-1{letter}": block for letter, block in zip(letters, chosen, strict=True)}


@given(plans())
def test_no_two_rules_of_the_data_tier_have_one_number(plan: dict[str, IPv4Network]) -> None:
    numbers = [rule["rule_no"] for rule in data_tier_rules(plan, ELSEWHERE)]
    assert len(set(numbers)) == len(numbers) == 2 * len(plan) + len(ELSEWHERE)
    # AWS takes 1 to 32766 and, without an increase, 20 rules in each direction.
    assert all(0 < number < 32767 for number in numbers)
    assert len(numbers) <= 20


@given(plans())
def test_another_zone_changes_neither_a_subnet_nor_a_rule_of_the_others(
    plan: dict[str, IPv4Network],
) -> None:
    for gone in plan:
        left = {zone: block for zone, block in plan.items() if zone != gone}
        assert [
            r for r in data_tier_rules(plan, ELSEWHERE) if r in data_tier_rules(left, ELSEWHERE)
        ] == data_tier_rules(left, ELSEWHERE)
        subnets = {(z, t): tier_network(b, t) for z, b in plan.items() for t in Tier}
        assert {
            (z, t): tier_network(b, t) for z, b in left.items() for t in Tier
        }.items() <= subnets.items()


@given(plans())
def test_the_data_tier_is_reached_from_private_addresses_of_the_plan_and_what_is_named_only(
    plan: dict[str, IPv4Network],
) -> None:
    for rule in data_tier_rules(plan, ELSEWHERE):
        source = IPv4Network(rule["cidr_block"])
        assert source in ELSEWHERE or any(
            source == tier_network(block, tier)
            for block in plan.values()
            for tier in (Tier.PRIVATE, Tier.DATA)
        )
        assert not any(source.overlaps(tier_network(block, Tier.PUBLIC)) for block in plan.values())


def test_the_plan_of_a_zone_is_this() -> None:
    block = IPv4Network("10.16.64.0/18")
    assert {tier: str(tier_network(block, tier)) for tier in Tier} == {
        "private": "10.16.64.0/19",
        "data": "10.16.96.0/20",
        "public": "10.16.112.0/21",
    }

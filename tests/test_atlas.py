"""The atlas is what the catalogue and the stack files say today, in all its parts."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import atlas
from atlas import page
from atlas.__main__ import PLACE, drawn
from atlas._placement import grounds
from atlas._watched import alerts, heard, levels
from check import PROJECT, known_stacks, read
from components._service_level import BURNS, ServiceLevel, rules
from domains import AVAILABLE, Catalogue, Tier
from room import no_room
from settings import Settings
from siem_sources import sources
from tests.test_check import TODAY
from tests.test_pages import contrast, palette
from tests.thirty import thirty

CSS = (Path(atlas.__file__).parent / "atlas.css").read_text()


@pytest.fixture(scope="module")
def stacks() -> Mapping[str, Settings]:
    return read(PROJECT, known_stacks(PROJECT), TODAY).stacks


def test_the_atlas_is_not_stale() -> None:
    assert PLACE.read_text() == drawn(PROJECT, TODAY), "the atlas is stale: make atlas"


def test_it_says_the_same_on_another_day() -> None:
    assert drawn(PROJECT, date(2026, 7, 1)) == drawn(PROJECT, TODAY)


def test_another_purpose_makes_it_stale(
    catalogue: Catalogue, stacks: Mapping[str, Settings]
) -> None:
    first, *others = catalogue.domains
    changed = replace(catalogue, domains=(replace(first, purpose="Other."), *others))
    assert page(catalogue, stacks) == PLACE.read_text()
    assert page(changed, stacks) != PLACE.read_text()


def test_another_size_makes_it_stale(catalogue: Catalogue, stacks: Mapping[str, Settings]) -> None:
    name, settings = next(iter(stacks.items()))
    told = settings.monitoring.model_copy(update={"disk_gib": 21})
    changed = {**stacks, name: settings.model_copy(update={"monitoring": told})}
    assert page(catalogue, changed) != PLACE.read_text()


def test_what_is_promised_is_what_the_catalogue_promises(catalogue: Catalogue) -> None:
    assert {each.tier: each.available for each in levels(catalogue)} == {
        tier: f"{number} %" for tier, number in AVAILABLE.items()
    }
    assert sum(each.domains for each in levels(catalogue)) == len(catalogue.domains)


@pytest.mark.parametrize("tier", Tier)
def test_alerts_are_those_of_the_rules_with_their_limits(catalogue: Catalogue, tier: Tier) -> None:
    domain = next(each for each in catalogue.domains if each.tier is tier)
    level = ServiceLevel(
        service=domain.name, available=AVAILABLE[tier], p99=domain.api.p99, owner="x"
    )
    declared = [
        rule for group in rules(level)["groups"] for rule in group["rules"] if "alert" in rule
    ]
    shown = alerts()
    assert [each.wakes for each in shown] == [
        rule["labels"]["severity"] == "critical" for rule in declared
    ]
    for alert, rule in zip(shown, declared, strict=True):
        assert rule.get("for", rule["labels"].get("window")) == alert.over.partition(" ")[0]
    at = [*Tier].index(tier)
    for alert, rule, burn in zip(shown, declared, BURNS, strict=False):
        assert alert.over == f"{burn.long} and {burn.short}"
        (most,) = {float(number) for number in re.findall(r"> ([\d.]+)", rule["expr"])}
        assert float(alert.limits[at].removesuffix(" %")) == pytest.approx(100 * most)


def test_the_siem_hears_every_source(catalogue: Catalogue) -> None:
    assert [name for name, _, _ in heard(catalogue)] == [it.name for it in sources(catalogue)]


def test_where_more_is_asked_for_than_there_is_there_is_no_room(
    catalogue: Catalogue, stacks: Mapping[str, Settings], tmp_path: Path
) -> None:
    many = thirty(tmp_path / "domains")
    for settings in stacks.values():
        assert not overfull(settings, catalogue)
        told = {problem.path for problem in no_room(settings, many)}
        assert overfull(settings, many) <= {path.rpartition(".")[2] for path in told}
    assert any(overfull(settings, many) for settings in stacks.values())


def overfull(settings: Settings, catalogue: Catalogue) -> set[str]:
    """Tiers and pools whose bars would be longer than they are."""
    return {
        each.name.removesuffix(" nodes").removeprefix("pool ")
        for each in grounds(settings, catalogue)
        if any(max(case.cpu, case.memory) > 100 for case in each.taken)
    }


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("tier", Tier)
def test_a_tier_is_told_by_a_colour_that_is_seen(theme: str, tier: Tier) -> None:
    colours = re.findall(rf"--{tier}: (#\w{{6}})", CSS)[["light", "dark", "print"].index(theme)]
    for ground in ("paper", "ground"):
        assert contrast(colours, palette(theme)[ground]) >= 3

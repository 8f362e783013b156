"""How long versions are supported: told before the end, refused after it, and never on a guess."""

from datetime import date, timedelta
from typing import cast

import pytest

import check
from policies.controls import clusters
from problems import BadInput
from settings import load_settings, warnings
from settings._supported import NOTICE, SUPPORT_ENDS, known_versions, support
from tests.stack_files import STACKS, config_of

FOURTEEN = {"corebank:database.engineVersion": "14"}
LAST = date(2027, 2, 28)
"""Of PostgreSQL 14 on Aurora."""


@pytest.mark.parametrize(
    ("today", "over", "soon"),
    [
        (LAST - NOTICE - timedelta(days=1), False, False),
        (LAST - NOTICE, False, True),
        (LAST, False, True),
        (LAST + timedelta(days=1), True, False),
    ],
)
def test_support_ends_after_its_last_day_and_is_told_before(
    today: date, *, over: bool, soon: bool
) -> None:
    seen = support("aurora-postgresql", "14", today)
    assert (seen.ends, seen.over, seen.ends_soon) == (LAST, over, soon)


def test_of_a_version_that_is_not_known_nothing_is_said() -> None:
    seen = support("aurora-postgresql", "99", LAST)
    assert (seen.ends, seen.over, seen.ends_soon) == (None, False, False)


def test_a_product_that_is_not_known_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError, match="oracle"):
        support("oracle", "19", LAST)


@pytest.mark.parametrize("product", SUPPORT_ENDS)
def test_later_versions_are_supported_no_shorter(product: str) -> None:
    ends = list(SUPPORT_ENDS[product].values())
    assert ends == sorted(ends)
    assert known_versions(product) == tuple(SUPPORT_ENDS[product])


def test_policies_and_settings_know_the_same_dates() -> None:
    # Policies import nothing of ours, so each says when a version's support ends.
    here = SUPPORT_ENDS["eks"]
    unended = {version: ends for version, ends in here.items() if ends >= clusters.REVIEWED}
    assert unended.items() <= clusters.SUPPORT_ENDS.items()
    assert clusters.SUPPORT_ENDS.items() <= here.items()


def test_a_version_out_of_support_is_refused_with_everything_else() -> None:
    changes = {**FOURTEEN, "corebank:kafka.brokers": 3}
    with pytest.raises(BadInput) as refused:
        load_settings("sandbox", config_of("sandbox", changes), date(2027, 3, 1))
    assert [str(problem).split(": ")[0] for problem in refused.value.problems] == [
        "ERR out-of-support corebank:database.engineVersion",
        "ERR uneven-brokers corebank:kafka.brokers",
        "ERR min-insync-replicas corebank:kafka.minInsyncReplicas",
        "ERR replication corebank:kafka.replication",
    ]
    assert str(refused.value.problems[0]) == (
        "ERR out-of-support corebank:database.engineVersion: has been out of support since"
        ' 2027-02-28 (got "14"); move to 15, 16 or 17'
    )


def test_a_version_that_goes_out_of_support_soon_is_warned_of_and_stops_nothing() -> None:
    today = date(2026, 11, 24)
    settings = load_settings("sandbox", config_of("sandbox", FOURTEEN), today)
    assert [warning.as_warning for warning in warnings(settings, today)] == [
        (
            "WARN support-ends corebank:database.engineVersion: goes out of support after"
            ' 2027-02-28 (got "14"); move to 15, 16 or 17'
        )
    ]


def test_after_the_last_known_version_there_is_only_looking() -> None:
    with pytest.raises(BadInput, match="look for a later version, and add it to settings/_supp"):
        load_settings("sandbox", config_of("sandbox"), date(2030, 3, 1))


@pytest.mark.parametrize("stack", STACKS)
def test_no_stack_is_warned_of_today(stack: str) -> None:
    today = date(2026, 11, 24)
    assert warnings(load_settings(stack, config_of(stack), today), today) == []


def test_a_kubernetes_version_is_told_and_then_refused() -> None:
    older = {"corebank:cluster.version": "1.34"}
    last = date(2026, 12, 2)
    (warning,) = warnings(load_settings("sandbox", config_of("sandbox", older), last), last)
    assert warning.as_warning == (
        "WARN support-ends corebank:cluster.version: goes out of support after 2026-12-02"
        " (got 1.34); move to 1.35"
    )
    with pytest.raises(BadInput, match="has been out of support since 2026-12-02"):
        load_settings("sandbox", config_of("sandbox", older), date(2026, 12, 3))


def test_the_check_tells_it_by_file_and_goes_by_the_day(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of one product, so that the other's end is not in the way.
    monkeypatch.setitem(cast("dict[str, object]", SUPPORT_ENDS), "eks", {"1.35": date(2040, 1, 1)})
    assert check.main(["production"], check.PROJECT, date(2030, 1, 1)) == 0
    said = capsys.readouterr()
    assert said.out == "production: settings and catalogue are in order\n"
    assert said.err == (
        "WARN support-ends Pulumi.production.yaml corebank:database.engineVersion: goes out of"
        ' support after 2030-02-28 (got "17"); look for a later version, and add it to'
        " settings/_supported.py\n"
    )
    assert check.main(["production"], check.PROJECT, date(2030, 3, 1)) == 2
    assert capsys.readouterr().err.startswith("ERR out-of-support Pulumi.production.yaml")

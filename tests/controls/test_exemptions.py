"""What may be wrong for a while, and what becomes of permissions."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.controls import Verdict
from policies.crossguard.exemptions import FILE, LONGEST, Exemption, Register, load, named

TODAY = date(2026, 11, 27)
URN = "urn:pulumi:production::corebank::corebank:index:Net$aws:ec2/vpc:Vpc::main"
GRANTED: dict[str, Any] = {
    "control": "NET-01",
    "stack": "production",
    "resource": "aws:ec2/vpc:Vpc::main",
    "owner": "platform",
    "reason": "its log is being moved",
    "ticket": "BANK-1",
    "granted": TODAY,
    "expires": TODAY + LONGEST,
}


def register(*granted: dict[str, Any], today: date = TODAY) -> Register:
    return Register(
        [Exemption(**each) for each in granted],
        controls={"NET-01"},
        environment="production",
        today=today,
    )


def failed(urn: str = URN) -> Verdict:
    return Verdict(rule="net-01-flow-log", urn=urn, state="failed", messages=("has none",))


def test_the_file_is_in_order() -> None:
    assert all(each.expires - each.granted <= LONGEST for each in load())
    assert FILE.read_text().startswith("#")


def test_what_is_exempt_is_so_for_its_resource_only() -> None:
    ours = register(GRANTED)
    assert ours.exempts("NET-01", failed())
    assert not ours.exempts("NET-01", failed(f"{URN}-2"))
    assert not ours.exempts("NET-02", failed())
    assert not ours.exempts("NET-01", failed(""))
    assert [*ours.wrong()] == []


def test_a_whole_stack_is_named_so() -> None:
    assert named("") == "stack"
    assert register({**GRANTED, "resource": "stack"}).exempts("NET-01", failed(""))


def test_one_that_nothing_matches_is_wrong() -> None:
    (said,) = register(GRANTED).wrong()
    assert said == (
        "NET-01 for aws:ec2/vpc:Vpc::main (BANK-1) is for nothing that is wrong: take it out"
    )


def test_one_that_has_expired_counts_for_nothing_and_is_wrong() -> None:
    late = register(GRANTED, today=TODAY + LONGEST + timedelta(days=1))
    assert not late.exempts("NET-01", failed())
    (said,) = late.wrong()
    assert "has expired" in said
    on_its_last_day = register(GRANTED, today=TODAY + LONGEST)
    assert on_its_last_day.exempts("NET-01", failed())


def test_other_stacks_and_other_packs_have_their_own() -> None:
    assert [*register({**GRANTED, "stack": "staging"}).wrong()] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"control": "NET-99"}, "exemptions.yaml 0.control: Value error, there is no such control"),
        ({"stack": "prod"}, "exemptions.yaml 0.stack: Value error, use one of sandbox, staging"),
        ({"expires": TODAY + LONGEST + timedelta(days=1)}, "expires at most 90 days after granted"),
        ({"expires": TODAY}, "expires at most 90 days after granted, and after it"),
        ({"owner": " "}, "exemptions.yaml 0.owner: String should have at least 1 character"),
        ({"ticket": None}, "exemptions.yaml 0.ticket: Input should be a valid string"),
        ({"until": "then"}, "exemptions.yaml 0.until: Extra inputs are not permitted"),
    ],
)
def test_a_mistake_in_the_file_is_told(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    file = tmp_path / "exemptions.yaml"
    file.write_text(yaml.safe_dump([{**GRANTED, **change}]))
    with pytest.raises(ValueError, match=r"exemptions\.yaml") as refused:
        load(file)
    assert said in str(refused.value)


@pytest.mark.parametrize("text", ["{", "control: NET-01", ""])
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "exemptions.yaml"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"exemptions\.yaml"):
        load(file)

"""The ledger of each stack: every resource it has, so that a change of one shows as a diff.

A logical name is an identity: under another one, the engine deletes the resource and makes it
anew. After a change that is meant, write the ledgers with

    python -m pytest tests/test_ledgers.py --write-ledgers
"""

from pathlib import Path

import pytest

from rehearsal.providers import RECORDED
from settings import Settings
from tests.engine import Deployment
from tests.stack_files import STACKS

LEDGERS = Path(__file__).parent / "ledgers"


def test_the_ledger_has_exactly_the_stack_s_resources(
    bank: Deployment, settings: Settings, request: pytest.FixtureRequest
) -> None:
    ledger = LEDGERS / f"{settings.environment}.txt"
    declared = [str(resource) for resource in bank.resources]
    if request.config.getoption("--write-ledgers"):
        ledger.write_text("".join(f"{line}\n" for line in declared))
    assert ledger.read_text().splitlines() == declared


@pytest.mark.parametrize("stack", STACKS)
def test_nine_in_ten_of_a_stack_s_resources_in_aws_are_rehearsed_through_a_real_api(
    stack: str,
) -> None:
    lines = (LEDGERS / f"{stack}.txt").read_text().splitlines()
    types = [line.partition(" ")[0] for line in lines if line.startswith("aws:")]
    assert len(types) > 300
    assert sum(type_ in RECORDED for type_ in types) / len(types) < 0.1


def test_every_ledger_is_a_stack_s() -> None:
    assert sorted(ledger.stem for ledger in LEDGERS.iterdir()) == sorted(STACKS)

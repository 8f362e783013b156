"""The ledger of each stack: every resource it has, so that a change of one shows as a diff.

A logical name is an identity: under another one, the engine deletes the resource and makes it
anew. After a change that is meant, write the ledgers with

    python -m pytest tests/test_ledgers.py --write-ledgers
"""

from pathlib import Path

import pytest

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


def test_every_ledger_is_a_stack_s() -> None:
    assert sorted(ledger.stem for ledger in LEDGERS.iterdir()) == sorted(STACKS)

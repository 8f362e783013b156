"""All that a stack declares can run: what nobody writes, and so no settings check looks at."""

from collections.abc import Callable, Iterator

import pytest

from tests.engine import Deployment
from tests.feasible import DEPLOYMENT, FEASIBLE


@pytest.mark.parametrize("check", FEASIBLE, ids=lambda check: check.__name__)
def test_what_is_declared_can_run(
    check: Callable[[Deployment], Iterator[str]], bank: Deployment
) -> None:
    assert len(bank.of(DEPLOYMENT)) == 13
    assert list(check(bank)) == []

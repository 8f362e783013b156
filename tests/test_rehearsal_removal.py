"""Live: a domain that is taken out of the catalogue, on a running sandbox and in production."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.rehearsed import Copy

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(900)]

FILE, NAME = "domains/developer_portal.py", "developer-portal"


@contextmanager
def _taken_out(copy: Copy) -> Generator[None]:
    path = copy.folder / FILE
    text = path.read_text()
    path.unlink()
    try:
        yield
    finally:
        path.write_text(text)


def _state(copy: Copy, stack: str) -> list[dict[str, Any]]:
    return json.loads(copy.pulumi(stack, "stack", "export").stdout)["deployment"]["resources"]


def _its(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What stands below the domain's own component."""
    parents = {each["urn"]: each.get("parent", "") for each in resources}
    [domain] = [urn for urn in parents if urn.endswith(f"BankingDomain::{NAME}")]

    def below(urn: str) -> bool:
        return urn == domain or (bool(urn) and below(parents.get(urn, "")))

    return [each for each in resources if below(each["urn"])]


def _name(resource: dict[str, Any]) -> str:
    return resource["urn"].split("::")[-1]


def test_only_its_things_go_and_who_heard_of_it_forgets_it(copy: Copy) -> None:
    own = {_name(each) for each in _its(_state(copy, "sandbox"))}
    with _taken_out(copy):
        planned = copy.plan("sandbox")

    gone = {name for name, operation in planned.items() if operation == "delete"}
    assert gone == own | {f"{called}-mesh-from-{NAME}" for called in ("accounts", "payments")}
    changed = {name: planned[name] for name in planned.keys() - gone}
    assert changed == {
        "accounts-segment-workload": "update",
        "payments-segment-workload": "update",
        "databases-connection": "update",
    }


def test_it_is_refused_where_it_keeps_what_is_protected(production: Copy) -> None:
    kept = {_name(each) for each in _its(_state(production, "production")) if each.get("protect")}
    data = {f"{NAME}-data-{each}" for each in ("database", "owner", "reader", "schema")}
    assert kept == {*data, f"{NAME}-key"}
    with _taken_out(production):
        refused = production.pulumi("production", "preview")

    assert refused.returncode != 0
    said = refused.stdout + refused.stderr
    assert "because it is protected" in said
    assert any(name in said for name in kept)
    assert production.plan("production", "--expect-no-changes") == {}

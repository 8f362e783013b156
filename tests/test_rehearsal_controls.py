"""On Pulumi's own engine: what is loosened in the program stops its preview, by its control."""

import json
from collections.abc import Generator

import pytest

from tests.rehearsed import Copy, copied

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(600)]

LOOSENED = {
    "net-09-tokens": (
        "components/node_group.py",
        '"http_tokens": "required"',
        '"http_tokens": "optional"',
    ),
    "k8s-02-denied": ("components/_network_policies.py", '["Ingress", "Egress"]', '["Ingress"]'),
}
"""A protection, by the rule that misses it: one on a resource, and one on a stack."""


@pytest.fixture(scope="module")
def previewed(tmp_path_factory: pytest.TempPathFactory) -> Generator[Copy]:
    """A copy that nothing was brought up of: previews ask no server."""
    copy = copied(tmp_path_factory.mktemp("previewed"))
    yield copy
    copy.run("down")
    assert copy.processes() == []


def test_the_bank_is_in_order_and_what_only_an_update_tells_is_said(previewed: Copy) -> None:
    done = previewed.run("preview", "production")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "production: preview in order" in done.stderr
    assert " 0 failed" in done.stderr
    assert "Mandatory and undecided until the update" in done.stderr
    # The engine's own logs are named for their stack.
    assert [*previewed.home("production").glob("home*/logs/*production*")] == []


@pytest.mark.parametrize(("rule", "change"), LOOSENED.items())
def test_what_is_loosened_stops_the_preview_by_its_name(
    rule: str, change: tuple[str, str, str], previewed: Copy
) -> None:
    with previewed.edited(*change):
        done = previewed.run("preview", "sandbox")
    assert done.returncode == 1
    assert f"✗ {rule} " in done.stderr
    assert "sandbox: preview failed" in done.stderr


@pytest.mark.parametrize(
    "change",
    [
        ("policies/all/PulumiPolicy.yaml", "name: python", "name: nothing"),
        (
            "policies/crossguard/analyzer.py",
            'if control.level(environment) != "disabled"',
            'if control.level(environment) != "disabled" and control.id != "NET-09"',
        ),
    ],
)
def test_a_control_that_is_not_loaded_is_missed(
    change: tuple[str, str, str], previewed: Copy
) -> None:
    with previewed.edited(*change):
        done = previewed.run("preview", "sandbox")
    assert done.returncode == 1, done.stderr


def test_a_secret_is_in_no_journal(previewed: Copy) -> None:
    journals = [*previewed.home("sandbox").glob("controls/*.jsonl")]
    assert journals
    for journal in journals:
        first, *lines = map(json.loads, journal.read_text().splitlines())
        assert first.keys() == {"environment", "levels"}
        assert all(line.keys() == {"rule", "urn", "state", "messages"} for line in lines)

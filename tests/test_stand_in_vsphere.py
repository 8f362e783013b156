"""The vsphere stand-in: what it looks up, and what it refuses, without a server."""

from pathlib import Path
from typing import Any

import pytest

from rehearsal.providers.vsphere import ROWS
from rehearsal.providers.vsphere.lookups import LOOKUPS
from rehearsal.wanted import NotSaid, data_centre
from tests.stack_files import STACKS

PROJECT = Path(__file__).parents[1]


@pytest.mark.parametrize("stack", STACKS)
def test_vcenter_has_what_the_stack_file_names(stack: str) -> None:
    found = data_centre(PROJECT, stack)
    assert found.get("cluster") == (None if stack == "sandbox" else f"corebank-{stack}")


def test_an_inventory_that_lacks_something_is_told(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.rehearsal]\ndata-centre = "a:b"\n')
    (tmp_path / "Pulumi.x.yaml").write_text("config: {'a:b': {cluster: c}}\n")
    with pytest.raises(NotSaid, match=r"Pulumi\.x\.yaml has no inventory at a:b"):
        data_centre(tmp_path, "x")


def test_a_preview_without_servers_is_told_of_each_thing_by_its_name() -> None:
    found = LOOKUPS["getComputeCluster"].imagined("corebank")
    assert found == {"id": "cluster corebank", "resourcePoolId": "cluster corebank"}
    # Of two things with one name, each has an id of its own.
    ids = [lookup.imagined("corebank")["id"] for lookup in LOOKUPS.values()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.type)
def test_what_would_not_be_kept_is_refused(row: Any) -> None:
    with pytest.raises(RuntimeError, match="can't give surprise to vsphere:index/"):
        row.refuse_unknown({"surprise": True})
    row.refuse_unknown(dict.fromkeys(row.known))


def test_no_type_has_two_rows() -> None:
    types = [row.type for row in ROWS]
    assert len(set(types)) == len(types)

"""What a stack wants of the rehearsal's servers, where the project says it is written.

The rehearsal knows nothing of the program, so ``[tool.rehearsal]`` in the project's
``pyproject.toml`` leads to it::

    [tool.rehearsal]
    kafka-brokers = "corebank:kafka.replication"  # a key of a stack file, and a path inside it
    data-centre = "corebank:onPremises.vcenter"
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml

FEWEST_BROKERS, MOST_BROKERS = 1, 3
"""More than three tell nothing new: no topic of ours has more copies."""


_INVENTORY = {"cluster", "datacenter", "datastore", "hosts", "switch", "template"}


class NotSaid(Exception):  # noqa: N818 - says what is so
    """The project leads to nothing that can be used; the text says where it led."""


def kafka_brokers(project: Path, stack: str) -> int:
    """How many brokers the rehearsal's Kafka needs: as many as a record has copies, 1 to 3.

    Raises:
        NotSaid: There is no such table, or what it leads to is no whole number.
    """
    file, path, value = _said(project, stack, "kafka-brokers")
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotSaid(
            f"{file} has no whole number at {path}, where pyproject.toml says that the"
            f" number of Kafka's brokers is (got {value})"
        )
    return min(max(value, FEWEST_BROKERS), MOST_BROKERS)


def data_centre(project: Path, stack: str) -> Mapping[str, Any]:
    """What the rehearsal's vCenter has from the start; nothing where the stack has no such place.

    Raises:
        NotSaid: There is no such table, or what it leads to is no inventory.
    """
    file, path, value = _said(project, stack, "data-centre")
    if value is None:
        return {}
    if not isinstance(value, dict) or not value.keys() >= _INVENTORY:
        raise NotSaid(
            f"{file} has no inventory at {path}, where pyproject.toml says that the data centre's"
            f" is: it needs {', '.join(sorted(_INVENTORY))}"
        )
    return cast("dict[str, Any]", value)


def _said(project: Path, stack: str, name: str) -> tuple[str, str, Any]:
    """The stack's file, the place in it that the project leads to, and what is there."""
    table: dict[str, Any] = tomllib.loads((project / "pyproject.toml").read_text())
    path = table.get("tool", {}).get("rehearsal", {}).get(name)
    if not isinstance(path, str):
        raise NotSaid(f"pyproject.toml has no {name} in [tool.rehearsal]")
    file = project / f"Pulumi.{stack}.yaml"
    value: Any = yaml.safe_load(file.read_text())
    for key in ("config", *path.split(".")):
        value = cast("dict[str, Any]", value).get(key) if isinstance(value, dict) else None
    return file.name, path, value

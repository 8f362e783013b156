"""What a stack wants of the rehearsal's servers, where the project says it is written.

The rehearsal knows nothing of the program, so ``[tool.rehearsal]`` in the project's
``pyproject.toml`` leads to it::

    [tool.rehearsal]
    kafka-brokers = "corebank:kafka.replication"  # a key of a stack file, and a path inside it
"""

import tomllib
from pathlib import Path
from typing import Any

import yaml

FEWEST_BROKERS, MOST_BROKERS = 1, 3
"""More than three tell nothing new: no topic of ours has more copies."""


class NotSaid(Exception):  # noqa: N818 - says what is so
    """The project leads to nothing that can be used; the text says where it led."""


def kafka_brokers(project: Path, stack: str) -> int:
    """How many brokers the rehearsal's Kafka needs: as many as a record has copies, 1 to 3.

    Raises:
        NotSaid: There is no such table, or what it leads to is no whole number.
    """
    name = "kafka-brokers"
    table: dict[str, Any] = tomllib.loads((project / "pyproject.toml").read_text())
    path = table.get("tool", {}).get("rehearsal", {}).get(name)
    if not isinstance(path, str):
        raise NotSaid(f"pyproject.toml has no {name} in [tool.rehearsal]")
    file = project / f"Pulumi.{stack}.yaml"
    value: Any = yaml.safe_load(file.read_text())
    for key in ("config", *path.split(".")):
        value = value.get(key) if isinstance(value, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - YAML
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotSaid(
            f"{file.name} has no whole number at {path}, where pyproject.toml says that the"
            f" number of Kafka's brokers is (got {value})"
        )
    return min(max(value, FEWEST_BROKERS), MOST_BROKERS)

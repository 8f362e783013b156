"""What a pack has decided in one run of the engine, written down as it goes.

The engine tells of violations only. Who wants to know what passed, and what could not be decided,
names a folder in the environment; without it nothing is written.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from policies.controls import Verdict

FOLDER = "CONTROLS_JOURNAL"
"""Environment variable: the folder to write to, one file for each pack."""


class Journal:
    """One pack's, of one run; a run that is killed leaves what it has decided."""

    def __init__(self, pack: str) -> None:
        folder = os.environ.get(FOLDER)
        self._file = Path(folder, f"{pack}.jsonl") if folder else None

    def begin(self, environment: str, levels: Mapping[str, str]) -> None:
        """Writes which rules are loaded, and at which level each is."""
        self._write([{"environment": environment, "levels": levels}], mode="w")

    def add(self, verdicts: Iterable[Verdict]) -> None:
        """Writes what was decided."""
        # All attributes are fields: `asdict` would copy each, for half a second in all.
        self._write(map(vars, verdicts), mode="a")

    def _write(self, lines: Iterable[Mapping[str, Any]], *, mode: str) -> None:
        if self._file:
            with self._file.open(mode, encoding="utf-8") as file:
                file.writelines(f"{json.dumps(line)}\n" for line in lines)

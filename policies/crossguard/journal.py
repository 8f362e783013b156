"""What a pack has decided in one run of the engine, written down as it goes.

The engine tells of violations only. Who wants to know what passed, and what could not be decided,
names a folder in the environment; without it nothing is written.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from policies.controls import Verdict

FOLDER = "CONTROLS_JOURNAL"
"""Environment variable: the folder to write to, one file for each pack."""


class Journal:
    """One pack's, of one run."""

    def __init__(self, pack: str) -> None:
        folder = os.environ.get(FOLDER)
        self._file: IO[str] | None = (
            # It is open for as long as the engine keeps this process.
            Path(folder, f"{pack}.jsonl").open("w", encoding="utf-8") if folder else None  # noqa: SIM115
        )

    def begin(self, environment: str, levels: Mapping[str, str]) -> None:
        """Writes which rules are loaded, and at which level each is."""
        self._write({"environment": environment, "levels": levels})

    def add(self, verdicts: Iterable[Verdict], exempt: Iterable[Verdict] = ()) -> None:
        """Writes what was decided, and what is wrong by permission."""
        for verdict in verdicts:
            self._write(asdict(verdict))
        for verdict in exempt:
            self._write({**asdict(verdict), "state": "exempt"})

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._file:
            self._file.write(f"{json.dumps(line)}\n")
            self._file.flush()

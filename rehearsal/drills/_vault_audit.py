"""What Vault has written down, as the drills look at it, and how its logs are broken and mended."""

import json
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehearsal.drills._attempts import Addresses
from rehearsal.drills._vault_callers import Caller, root

Plain = Mapping[str, Any]

_SECONDS = 10.0
_DEVICES = 2
"""So many different ways of writing down there have to be."""


@dataclass(frozen=True, kw_only=True)
class Log:
    """What one of the audit's devices has written.

    Args:
        device: Where Vault has the device.
        file: What it has written, an entry a line.
        seen: How long that was when the drill began, bytes.
    """

    device: str
    file: Path
    seen: int

    def lines(self) -> list[str]:
        """What has been written since the drill began."""
        with self.file.open("rb") as file:
            file.seek(self.seen)
            return file.read().decode().splitlines()

    def says(self, text: str) -> bool:
        """Whether a text stands in it."""
        return any(text in line for line in self.lines())

    def requests(self, token: str) -> int:
        """How many of them somebody has asked for, by the hash of their token."""
        entries: list[Plain] = [json.loads(line) for line in self.lines() if token in line]
        return sum(
            each["type"] == "request" and each["auth"]["client_token"] == token for each in entries
        )


@dataclass(frozen=True, kw_only=True)
class Audit:
    """Everything that writes down what Vault is asked."""

    starter: Caller
    logs: tuple[Log, ...]

    @classmethod
    def of(cls, addresses: Addresses) -> "Audit":
        """What is there now, to look at what is added to it."""
        starter = root(addresses)
        told = starter.ask("GET", "sys/audit")["data"]
        files = {device: _file(addresses, options) for device, options in told.items()}
        return cls(
            starter=starter,
            logs=tuple(
                Log(device=device.rstrip("/"), file=file, seen=file.stat().st_size)
                for device, file in sorted(files.items())
            ),
        )

    def has_all_of(self, caller: Caller) -> bool:
        """Whether all that somebody has asked is in each of two logs, or more."""
        return len(self.logs) >= _DEVICES and all(self._has(log, caller) for log in self.logs)

    def hashed(self, log: Log, value: str) -> str:
        """What a log writes in place of a secret."""
        told = self.starter.ask("POST", f"sys/audit-hash/{log.device}", {"input": value})
        return told["data"]["hash"]

    def shows(self, value: str) -> bool:
        """Whether a secret stands in a log as it is."""
        return any(log.says(value) for log in self.logs)

    def _has(self, log: Log, caller: Caller) -> bool:
        token = self.hashed(log, caller.token)

        return comes_true(lambda: log.requests(token) == caller.asked)


class Broken:
    """Breaks the rehearsal's two logs, and mends them.

    The file is broken by a folder in its place, as a disk that takes nothing more would be; the
    collector stops listening.
    """

    def __init__(self, addresses: Addresses) -> None:
        told = root(addresses).ask("GET", "sys/audit")["data"]
        self.file = Path(told["file/"]["options"]["file_path"])
        self._away = self.file.with_suffix(".away")
        self._vault = int(addresses["vault"]["pid"])
        self._collector = int(addresses["collector"]["pid"])

    def break_file(self) -> None:
        """Vault can write to the file no more."""
        self.file.rename(self._away)
        self.file.mkdir()
        # Otherwise it goes on writing to what it has open.
        os.kill(self._vault, signal.SIGHUP)

    def break_collector(self) -> None:
        """Nobody takes what Vault sends."""
        os.kill(self._collector, signal.SIGUSR1)

    def mend_file(self) -> None:
        """Puts the file back, also one that an earlier drill was killed over."""
        if self._away.exists():
            self.file.rmdir()
            self._away.rename(self.file)
        os.kill(self._vault, signal.SIGHUP)

    def mend_collector(self) -> None:
        """Lets the collector listen again."""
        os.kill(self._collector, signal.SIGUSR2)


def comes_true(true: Callable[[], bool]) -> bool:
    """Whether something is so, at the latest some seconds from now."""
    until = time.monotonic() + _SECONDS
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _file(addresses: Addresses, device: Plain) -> Path:
    if device["type"] == "file":
        return Path(device["options"]["file_path"])
    if device["options"].get("address") == addresses["collector"]["address"]:
        return Path(addresses["collector"]["log"])
    raise RuntimeError(f"the rehearsal can't look at what the audit device {device} writes")

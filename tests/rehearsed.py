"""A copy of the project in a folder of its own, and its rehearsals, for tests on live servers."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import hvac
import psutil
from confluent_kafka import admin as kafka_admin

# Clients without types of their own, or with more than a checker can take in.
_boto3: Any = boto3
_kafka: Any = kafka_admin

PROJECT = Path(__file__).parents[1]
_LEFT_OUT = shutil.ignore_patterns(".*cache*", ".git", ".venv", ".rehearsal", "__pycache__")


@dataclass(frozen=True)
class Copy:
    """A copy of the project that tests may change."""

    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs ``python -m rehearsal`` in the copy."""
        return self._run(sys.executable, "-m", "rehearsal", *arguments)

    def check(self) -> subprocess.CompletedProcess[str]:
        """Runs ``python check.py`` in the copy."""
        return self._run(sys.executable, "check.py")

    def pulumi(self, stack: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs plain ``pulumi`` in a shell with the lines of ``env``."""
        return self.shell(stack, "pulumi", *arguments)

    def update(self, stack: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Updates with plain ``pulumi``, without the preview before it and the drills after it."""
        return self.pulumi(stack, "up", "--yes", "--skip-preview", *arguments)

    def shell(self, stack: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Runs a command in a shell with the lines of ``env``."""
        return self._run("sh", "-c", f'{self.run("env", stack).stdout}\nexec "$@"', "sh", *command)

    def plan(self, stack: str, *arguments: str) -> dict[str, str]:
        """What a preview would change: resource name to operation."""
        told = self.pulumi(stack, "preview", "--json", *arguments)
        steps = json.loads(told.stdout)["steps"]
        looks = ("same", "refresh")
        return {s["urn"].split("::")[-1]: s["op"] for s in steps if s["op"] not in looks}

    def differing(self, stack: str) -> dict[str, list[str]]:
        """What a refresh finds changed: resource name to its properties; none where it is gone."""
        told = self.pulumi(stack, "preview", "--json", "--refresh")
        return {
            step["urn"].split("::")[-1]: sorted(step.get("detailedDiff") or ())
            for step in json.loads(told.stdout)["steps"]
            if step["op"] not in ("same", "refresh")
        }

    def addresses(self, stack: str) -> dict[str, Any]:
        """What ``status`` tells programs."""
        return json.loads(self.run("status", stack, "--format", "json").stdout)

    def outputs(self, stack: str) -> dict[str, Any]:
        """What the stack exports."""
        return json.loads(self.pulumi(stack, "stack", "output", "--json").stdout)

    def home(self, stack: str) -> Path:
        return self.folder / ".rehearsal" / stack

    def processes(self) -> list[psutil.Process]:
        """Every process that bears the mark of one of the copy's rehearsals."""
        return [p for p in psutil.process_iter() if str(self.folder) in _mark(p)]

    @contextmanager
    def edited(self, file: str, old: str, new: str) -> Generator[None]:
        """Changes a file of the copy for a while."""
        path = self.folder / file
        before = path.read_text()
        assert old in before, f"{file} no longer has {old!r}"
        path.write_text(before.replace(old, new))
        try:
            yield
        finally:
            path.write_text(before)

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=environment(), capture_output=True, text=True, check=False
        )


def copied(folder: Path) -> Copy:
    """A copy of the project, of which nothing is up."""
    shutil.copytree(PROJECT, folder, ignore=_LEFT_OUT, dirs_exist_ok=True)
    return Copy(folder)


@contextmanager
def up(folder: Path, stack: str) -> Generator[Copy]:
    """A copy of the project with a stack up, which is taken away again with all its processes."""
    copy = copied(folder)
    done = copy.run("up", stack)
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        yield copy
    finally:
        copy.run("down")
        assert copy.processes() == []


def environment() -> dict[str, str]:
    """Ours, without what would lead the copy's rehearsals elsewhere."""
    return {k: v for k, v in os.environ.items() if k != "COREBANK_REHEARSALS"}


def kafka(addresses: dict[str, Any]) -> Any:
    return _kafka.AdminClient({"bootstrap.servers": addresses["kafka"]["bootstrap"]})


def topics(admin: Any) -> dict[str, Any]:
    """The broker's topics, its own left out."""
    found = admin.list_topics(timeout=10).topics
    return {name: topic for name, topic in found.items() if not name.startswith("__")}


def retention(admin: Any, names: list[str]) -> set[str]:
    wanted = [_kafka.ConfigResource(_kafka.ResourceType.TOPIC, name) for name in names]
    configs = [future.result() for future in admin.describe_configs(wanted).values()]
    return {config["retention.ms"].value for config in configs}


def settings_of(admin: Any, name: str) -> dict[str, str]:
    wanted = _kafka.ConfigResource(_kafka.ResourceType.TOPIC, name)
    [settings] = [future.result() for future in admin.describe_configs([wanted]).values()]
    return {entry.name: entry.value for entry in settings.values()}


def set_by_hand(admin: Any, name: str, setting: str, value: str) -> None:
    kind = _kafka.AlterConfigOpType.SET
    entry = _kafka.ConfigEntry(setting, value, incremental_operation=kind)
    topic = _kafka.ConfigResource(_kafka.ResourceType.TOPIC, name, incremental_configs=[entry])
    for future in admin.incremental_alter_configs([topic]).values():
        future.result()
    _until(lambda: settings_of(admin, name)[setting] == value)


def create_topic(admin: Any, name: str, partitions: int = 1, copies: int = 1) -> None:
    for future in admin.create_topics([_kafka.NewTopic(name, partitions, copies)]).values():
        future.result()
    _until(lambda: name in topics(admin))


def delete_topic(admin: Any, name: str) -> None:
    for future in admin.delete_topics([name], operation_timeout=10).values():
        future.result()
    _until(lambda: name not in topics(admin))


def _until(true: Callable[[], bool]) -> None:
    """Waits until the brokers tell what they have accepted; each learns of it on its own."""
    in_a_row = 0
    until = time.monotonic() + 20
    while in_a_row < 10:
        assert time.monotonic() < until, "waited 20 s in vain"
        in_a_row = in_a_row + 1 if true() else 0
        time.sleep(0.02)


def vault(addresses: dict[str, Any], token: str | None = None) -> Any:
    server = addresses["vault"]
    return hvac.Client(url=server["address"], token=token or server["token"])


def aws(addresses: dict[str, Any], service: str) -> Any:
    return _boto3.client(
        service,
        endpoint_url=addresses["moto"]["endpoint"],
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - moto takes any
    )


def _mark(process: psutil.Process) -> str:
    try:
        return process.environ().get("COREBANK_REHEARSAL", "")
    except (psutil.Error, OSError):
        return ""

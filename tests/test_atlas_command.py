"""``python -m atlas``: what it writes, says and returns."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import check
from atlas.__main__ import PLACE, app
from problems import BadInput, Problem
from tests.stack_files import STACKS, path_of
from tests.test_check import change


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder with copies of the stack files, which the command takes for its own."""
    for stack in STACKS:
        shutil.copy(path_of(stack), tmp_path)
    monkeypatch.setattr("atlas.__main__.PROJECT", tmp_path)
    return tmp_path


def told(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)])


def test_the_committed_one_is_fresh_and_no_pulumi_was_imported() -> None:
    program = (
        "import runpy, sys\n"
        "try: runpy.run_module('atlas', run_name='__main__')\n"
        "finally: print(sorted(n for n in sys.modules if n.startswith('pulumi')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--check"],
        cwd=check.PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == [str(PLACE), "[]"]


def test_help_tells_options_and_exit_status() -> None:
    done = told("--help")
    assert done.exit_code == 0
    for word in ("--to", "--check", "Exit status: 0", "1 if", "2 if"):
        assert word in " ".join(done.output.replace("│", " ").split())


def test_an_option_that_there_is_not_is_bad_input() -> None:
    assert told("--sandbox").exit_code == 2


def test_it_is_written_where_it_is_wanted_and_nothing_is_left_beside(folder: Path) -> None:
    to = folder / "new" / "atlas.html"
    done = told("--to", to)
    assert (done.exit_code, done.stdout) == (0, f"{to}\n")
    assert to.read_text() == PLACE.read_text()
    assert [*to.parent.iterdir()] == [to]
    assert to.stat().st_mode & 0o777 == 0o644


def test_fresh_is_0_and_writes_nothing(folder: Path) -> None:
    to = folder / "atlas.html"
    shutil.copy2(PLACE, to)
    before = to.stat()
    assert told("--check", "--to", to).exit_code == 0
    assert (to.stat().st_ino, to.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("was", ["", "\udcff", None])
def test_stale_or_not_there_is_1_and_says_what_to_do(folder: Path, was: str | None) -> None:
    to = folder / "atlas.html"
    if was is not None:
        to.write_bytes(was.encode(errors="surrogateescape"))
    done = told("--check", "--to", to)
    assert done.exit_code == 1
    assert done.stderr == (
        f"ERR stale {to}: is not what the catalogue and the stack files say; run make atlas\n"
    )
    assert to.exists() == (was is not None)


def test_a_changed_stack_file_makes_it_stale(folder: Path) -> None:
    change(
        folder,
        "production",
        "    diskGiB: 200\n  corebank:tags",
        "    diskGiB: 201\n  corebank:tags",
    )
    to = folder / "atlas.html"
    shutil.copy(PLACE, to)
    assert told("--check", "--to", to).exit_code == 1


def test_all_problems_of_all_files_are_told_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(folder, "staging", "protect: true", "protect: no")
    change(folder, "production", "natGateways: per-zone", "natGateways: one")
    wrong = Problem(code="domain-name", path="domains/x.py", what="is odd", fix="rename it")

    def refused(_: object) -> None:
        raise BadInput([wrong])

    monkeypatch.setattr(check, "load_catalogue", refused)
    to = folder / "atlas.html"
    for also in ((), ("--check",)):
        done = told("--to", to, *also)
        assert done.exit_code == 2
        assert done.stdout == ""
        assert [line.split()[1] for line in done.stderr.splitlines()] == [
            "shared-nat",
            "wrong-type",
            "uncertain-value",
            "domain-name",
        ]
    assert not to.exists()


def test_stacks_that_disagree_with_each_other_or_the_catalogue_are_refused(folder: Path) -> None:
    change(folder, "staging", "sandbox: 10.16.", "sandbox: 10.80.")
    change(
        folder,
        "production",
        "      critical:\n        instanceType: m7i.2xlarge",
        "      critical:\n        instanceType: m7i.large",
    )
    done = told("--to", folder / "atlas.html")
    assert done.exit_code == 2
    assert {line.split()[1] for line in done.stderr.splitlines()} >= {"neighbour-moved", "no-room"}


def test_a_folder_without_stack_files_is_bad_input(folder: Path) -> None:
    for stack in STACKS:
        (folder / f"Pulumi.{stack}.yaml").unlink()
    done = told("--to", folder / "atlas.html")
    assert done.exit_code == 2
    assert done.stderr.startswith("ERR no-stacks ")


def test_what_cannot_be_written_is_told_and_what_there_was_stays(folder: Path) -> None:
    to = folder / "atlas.html"
    to.mkdir()
    (to / "mine").touch()
    before = {*folder.iterdir()}
    done = told("--to", to)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"ERR not-written {to}: cannot be written: ")
    assert {*folder.iterdir()} == before
    below = folder / "Pulumi.staging.yaml" / "atlas.html"
    assert told("--to", below).exit_code == 2


def test_a_disk_that_is_full_leaves_what_there_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = folder / "atlas.html"
    to.write_text("before")
    before = {*folder.iterdir()}

    def full(_: Path, mode: int) -> None:
        raise OSError(28, f"No space left on device for {mode:o}")

    monkeypatch.setattr(Path, "chmod", full)
    done = told("--to", to)
    assert done.exit_code == 2
    assert "No space left on device" in done.stderr
    assert {*folder.iterdir()} == before
    assert to.read_text() == "before"


def test_who_reads_it_meanwhile_has_the_one_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = folder / "atlas.html"
    to.write_text("before")
    seen: list[str] = []
    replace = Path.replace

    def looked_at(self: Path, target: Path) -> Path:
        seen.append(to.read_text())
        assert self.read_text() == PLACE.read_text()
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", looked_at)
    assert told("--to", to).exit_code == 0
    assert seen == ["before"]
    assert to.read_text() == PLACE.read_text()

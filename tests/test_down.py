"""``down`` removes rehearsals and nothing else, wherever it is pointed to."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


def down(home: Path, *stack: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rehearsal", "down", *stack],
        cwd=PROJECT,
        env={**os.environ, "COREBANK_REHEARSALS": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder for rehearsals in which somebody keeps other things."""
    home = tmp_path / "shared" / "home"
    for kept in (home / "letters", home / "staging", home.parent / "beside"):
        kept.mkdir(parents=True)
        (kept / "kept").write_text("not ours")
    return home


def survivors(home: Path) -> list[str]:
    return sorted(file.parent.name for file in home.parent.rglob("kept"))


EVERYTHING = ["beside", "letters", "staging"]


def test_what_is_no_rehearsal_survives_a_down_of_everything(home: Path) -> None:
    left = home / "sandbox"
    left.mkdir()
    (left / "passphrase").write_text("of a preview")
    done = down(home)

    assert done.returncode == 0
    assert not left.exists()
    assert survivors(home) == EVERYTHING


@pytest.mark.parametrize("name", [".", "..", "../beside", "letters", "prodution"])
def test_a_name_that_is_no_rehearsals_is_refused(home: Path, name: str) -> None:
    done = down(home, name)

    assert done.returncode == 2
    assert f"no rehearsal is called {name}; there are none" in done.stderr
    assert survivors(home) == EVERYTHING


def test_a_folder_with_a_stacks_name_that_holds_other_things_is_left_alone(home: Path) -> None:
    done = down(home, "staging")

    assert done.returncode == 2
    assert "is not a rehearsal's, so it is left alone" in done.stderr
    assert survivors(home) == EVERYTHING


def test_a_stack_that_has_no_rehearsal_is_no_error(home: Path) -> None:
    assert down(home, "sandbox").returncode == 0
    assert not (home / "sandbox").exists()

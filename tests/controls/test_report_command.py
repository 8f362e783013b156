"""The command that tells a report: its status, its files and what it refuses."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from policies.controls import CONTROLS
from policies.report.__main__ import app
from tests.controls.reports import journal, verdict


def real(folder: Path, state: str, **how: Any) -> Path:
    """A journal of the real catalogue in which the first mandatory control came out so."""
    names = [rule.name for each in CONTROLS.values() for rule in each.rules]
    mandatory = next(each for each in CONTROLS.values() if each.level("production") == "mandatory")
    odd = mandatory.rules[0].name
    verdicts = [verdict(name, state if name == odd else "passed", "a.path") for name in names]
    return journal(folder, CONTROLS, *verdicts, **how)


@pytest.mark.parametrize(("state", "status"), [("passed", 0), ("failed", 1), ("undecided", 3)])
def test_the_command_s_status(tmp_path: Path, state: str, status: int) -> None:
    files = {form: tmp_path / f"report.{form}" for form in ("json", "sarif", "html", "markdown")}
    options = [word for form, file in files.items() for word in (f"--{form}", str(file))]
    result = CliRunner().invoke(app, [str(real(tmp_path / "journal", state)), *options])
    assert (result.exit_code, result.stderr) == (status, "")
    assert "production: " in result.stdout
    assert all(file.stat().st_size > 250 for file in files.values())


def test_the_command_fails_where_a_rule_is_not_loaded(tmp_path: Path) -> None:
    name = next(iter(CONTROLS.values())).rules[0].name
    result = CliRunner().invoke(app, [str(real(tmp_path, "passed", without=(name,)))])
    assert result.exit_code == 1
    assert "were loaded" in result.stdout


def test_the_command_says_what_to_do_about_bad_input(tmp_path: Path) -> None:
    gone, empty = tmp_path / "gone", tmp_path / "empty"
    empty.mkdir()
    for arguments, said in [
        ([str(gone)], f"ERR {gone}: is no folder; give the one that CONTROLS_JOURNAL named"),
        ([str(empty)], f"ERR {empty}: has no journal of any pack; run the engine anew"),
        ([], "ERR JOURNAL_FOLDER: is missing; give it, or --catalogue"),
        ([str(real(tmp_path / "j", "passed")), "--json", str(empty)], f"ERR {empty}: cannot be"),
    ]:
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 2
        assert result.stderr.startswith(said)


def test_help_tells_what_the_status_means() -> None:
    text = " ".join(CliRunner().invoke(app, ["--help"]).stdout.split())
    for words in ("0 if nothing mandatory failed", "3 if nothing failed", "2 if the input"):
        assert words in text

"""The benchmark's own arithmetic; what it measures is no test's business."""

from pathlib import Path
from statistics import median

import pytest
import yaml

from benchmarks.preview import BARE, FIRST, MOST, MOST_FOR_PACKS, UNCHANGED, too_slow
from benchmarks.subject import Cost, Turn


def _turn(bare: float, ours: float, judged: float = 0) -> Turn:
    return Turn(*(Cost(wall=wall, cpu=2 * wall) for wall in (bare, ours, judged)))


def test_a_slow_while_of_the_machine_is_no_slow_program() -> None:
    turns = [_turn(6, 8.4), _turn(8, 11.2), _turn(6, 18)]
    assert median(turn.ratio for turn in turns) == pytest.approx(1.4)
    assert median(turn.cpu_ratio for turn in turns) == pytest.approx(1.4)
    # By medians of seconds it would be above the bound.
    seconds = median(turn.ours.wall for turn in turns) / median(turn.bare.wall for turn in turns)
    assert seconds > MOST["production"]
    assert not [*too_slow("production", FIRST, turns)]


@pytest.mark.parametrize(
    ("preview", "bank", "judged", "late"),
    [
        (("production", UNCHANGED), 15, 20, 0),
        (("production", UNCHANGED), 15.1, 20, 1),
        (("production", UNCHANGED), 15, 20.1, 1),
        (("production", UNCHANGED), 6, 9, 0),
        (("production", UNCHANGED), 6, 9.3, 1),
        (("production", UNCHANGED), 16, 30, 3),
        (("production", FIRST), 15, 90, 0),
        (("production", FIRST), 15.1, 90, 1),
        (("sandbox", UNCHANGED), 90, 900, 0),
    ],
)
def test_only_a_preview_with_bounds_is_too_slow(
    preview: tuple[str, str], bank: float, judged: float, late: int
) -> None:
    stack, kind = preview
    assert len([*too_slow(stack, kind, [_turn(10, bank, judged)])]) == late


def test_production_has_bounds() -> None:
    assert MOST == {"production": 1.5}
    assert MOST_FOR_PACKS == {("production", UNCHANGED): (5.0, 0.35)}


def test_the_bare_program_imports_nothing_but_pulumi_and_how_ours_waits() -> None:
    program = (BARE / "__main__.py").read_text()
    imports = [line for line in program.splitlines() if line.startswith(("import", "from"))]
    assert imports == [
        "import os",
        "import pulumi",
        "from pace import wait_for_requests_first",
    ]
    assert yaml.safe_load((BARE / "Pulumi.yaml").read_text())["name"] == "bare"
    assert Path(BARE, "Pulumi.bare.yaml").exists()

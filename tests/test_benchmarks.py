"""The benchmark's own arithmetic; what it measures is no test's business."""

from pathlib import Path

import pytest
import yaml

from benchmarks.preview import BARE, MOST, Cost, median, too_slow


def test_each_figure_s_median_is_its_own() -> None:
    costs = [Cost(wall=1, cpu=9), Cost(wall=5, cpu=2), Cost(wall=3, cpu=4)]
    assert median(costs) == Cost(wall=3, cpu=4)


@pytest.mark.parametrize(
    ("stack", "ratio", "late"),
    [("production", 1.5, False), ("production", 1.51, True), ("sandbox", 9.0, False)],
)
def test_only_a_stack_with_a_bound_is_too_slow(stack: str, ratio: float, *, late: bool) -> None:
    assert (too_slow(stack, ratio) is not None) is late


def test_production_has_a_bound() -> None:
    assert MOST == {"production": 1.5}


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

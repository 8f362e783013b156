"""Which part may import which, and what no part may do: read from the source, nothing is run."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from domains import load_catalogue
from platform_topics import PLATFORM_TOPICS
from tests.stack_files import STACKS

PROJECT = Path(__file__).parents[1]

MAY_IMPORT: dict[str, set[str]] = {
    "benchmarks": {"pace", "rehearsal"},
    "__main__": {
        "agreement",
        "bank",
        "domains",
        "pace",
        "platform_topics",
        "problems",
        "settings",
        "standing",
    },
    "standing": {"domains", "problems", "settings"},
    "bank": {
        "exports",
        "streams",
        "banking_domain",
        "components",
        "data_centre",
        "databases",
        "domain_network",
        "domains",
        "environment",
        "evidence",
        "foundation",
        "mesh",
        "monitoring",
        "placement",
        "providers",
        "settings",
        "siem",
        "tags",
        "vault",
    },
    "exports": {
        "banking_domain",
        "components",
        "domain_network",
        "domains",
        "mesh",
        "monitoring",
        "settings",
    },
    "banking_domain": {
        "streams",
        "components",
        "domain_network",
        "domains",
        "environment",
        "mesh",
        "monitoring",
        "placement",
    },
    "environment": {"components", "domains"},
    "streams": {"components", "domains", "foundation", "settings", "tags"},
    "siem": {"components", "domains", "foundation", "settings", "siem_sources", "tags"},
    "mesh": {
        "components",
        "domain_network",
        "domains",
        "foundation",
        "placement",
        "proofs",
        "settings",
    },
    "monitoring": {"components", "domains", "foundation", "placement", "settings"},
    "domain_network": {"components", "domains", "foundation", "settings"},
    "vault": {"components", "domains", "foundation", "settings", "tags"},
    "databases": {"components", "domains", "foundation", "settings", "tags"},
    "evidence": {"components", "domains", "foundation", "providers", "settings", "tags"},
    "data_centre": {"components", "foundation", "placement", "providers", "settings"},
    "foundation": {"components", "data_keys", "domains", "providers", "settings", "tags"},
    "proofs": {"components", "domains"},
    "providers": {"settings"},
    "data_keys": {"components", "domains", "tags"},
    "tags": {"domains", "settings"},
    "pace": set(),
    "atlas": {
        "check",
        "components",
        "domains",
        "pages",
        "partitions",
        "placement",
        "problems",
        "room",
        "settings",
        "siem_sources",
    },
    "check": {"agreement", "domains", "platform_topics", "problems", "settings"},
    "agreement": {"domains", "partitions", "problems", "reachable", "room", "settings"},
    "partitions": {"domains", "problems", "settings"},
    "room": {"components", "domains", "machines", "placement", "problems", "settings"},
    "machines": set(),
    "placement": {"components", "domains", "settings"},
    "components": set(),
    "reachable": {"domains", "problems", "settings"},
    "platform_topics": {"domains"},
    "siem_sources": {"domains"},
    "domains": {"problems", "registries"},
    "settings": {"problems", "registries"},
    "problems": set(),
    "registries": set(),
    "rehearsal": {"pages", "policies"},
    "policies": {"pages"},
    "pages": set(),
}
"""Each part of the project, from the top down, and the parts it may import beside itself."""

WITHOUT_PULUMI = {
    "agreement",
    "atlas",
    "check",
    "domains",
    "machines",
    "partitions",
    "placement",
    "platform_topics",
    "problems",
    "reachable",
    "registries",
    "room",
    "settings",
    "siem_sources",
}
PACKS = ("security", "data_protection", "operations", "all")
PROGRAM = set(MAY_IMPORT) - {"benchmarks", "pages", "policies", "rehearsal"}


def sources(part: str) -> list[Path]:
    module = PROJECT / f"{part}.py"
    return [module] if module.exists() else sorted((PROJECT / part).rglob("*.py"))


def imports(source: Path) -> Iterator[str]:
    """The top-level packages that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}: imports are absolute here"
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_imports_only_what_it_stands_on(part: str) -> None:
    found = {name for source in sources(part) for name in imports(source)}
    assert found & set(MAY_IMPORT) - {part} <= MAY_IMPORT[part]


@pytest.mark.parametrize("package", ["controls", "crossguard", *PACKS])
def test_a_pack_stands_on_nothing_of_the_project_and_knows_no_report(package: str) -> None:
    for source in sorted((PROJECT / "policies" / package).rglob("*.py")):
        assert not {*imports(source)} & set(MAY_IMPORT) - {"policies"}
        assert "policies.report" not in source.read_text()


def test_a_report_stands_on_the_catalogue_and_not_on_the_packs() -> None:
    for source in (PROJECT / "policies" / "report").glob("*.py"):
        found = {name for name in imports(source) if name not in sys.stdlib_module_names}
        assert found <= {"pages", "policies", "rich", "typer"}
        assert not re.search(r"policies\.(?!controls\b|report\b)\w", source.read_text()), source


def test_no_two_parts_stand_on_each_other() -> None:
    order = list(MAY_IMPORT)
    assert all(order.index(part) < order.index(p) for part in order for p in MAY_IMPORT[part])


@pytest.mark.parametrize("part", sorted(WITHOUT_PULUMI))
def test_what_can_be_read_without_pulumi_imports_none(part: str) -> None:
    found = {name for source in sources(part) for name in imports(source)}
    assert [name for name in found if name.startswith("pulumi")] == []


def test_every_part_has_its_place_in_the_order() -> None:
    modules = {path.stem for path in PROJECT.glob("*.py")}
    packages = {path.parent.name for path in PROJECT.glob("[!.]*/__init__.py")} - {"tests"}
    assert modules | packages <= set(MAY_IMPORT)


def test_no_module_hides_the_standard_library() -> None:
    names = {path.stem for path in PROJECT.iterdir()}
    assert names & sys.stdlib_module_names == set()


@pytest.mark.parametrize("part", sorted(PROGRAM))
def test_nothing_depends_on_the_name_of_a_stack_or_a_domain(part: str) -> None:
    domains = {domain.name for domain in load_catalogue(PLATFORM_TOPICS).domains}
    branches = [
        f"{source.relative_to(PROJECT)}:{node.lineno}"
        for source in sources(part)
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Compare | ast.MatchValue)
        and {*STACKS, *domains}.intersection(names_in(node))
    ]
    assert branches == []


def names_in(node: ast.AST) -> Iterator[str]:
    """The texts and enumerated values in an expression: ``"sandbox"``, ``Environment.SANDBOX``."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value
        elif isinstance(inner, ast.Attribute) and inner.attr.isupper():
            yield inner.attr.lower()

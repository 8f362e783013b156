"""The catalogue as a page of documentation: ``docs/controls.md``."""

from collections.abc import Iterator, Mapping

from policies.controls import FRAMEWORKS, Control, Rule
from policies.report._words import DISCLAIMER, by_framework, counted, in_order, levels, plain

_SCOPES = {
    "resource": "each by itself",
    "in-stack": "each beside the others of its stack",
    "stack": "the stack as a whole, where it has any of these",
}

_ENFORCED = (
    "Pulumi's engine holds every preview and update to them. A mandatory control stops it, an "
    "advisory one is told. What a preview does not know yet is undecided: told, and no obstacle."
)


def catalogue(controls: Mapping[str, Control]) -> str:
    """The page, the same for the same catalogue."""
    rules = sum(len(control.rules) for control in controls.values())
    parts = [
        "<!-- Written by `make controls` from policies/controls; do not change it here. -->",
        "# Controls",
        f"{counted(len(controls), 'control')} with {counted(rules, 'rule')}. {_ENFORCED}",
        DISCLAIMER,
        "\n".join(_contents(controls)),
        *(part for control in controls.values() for part in _control(control)),
        "## By framework",
        *(part for sign in FRAMEWORKS for part in _framework(sign, controls)),
    ]
    return "\n\n".join(parts) + "\n"


def _contents(controls: Mapping[str, Control]) -> Iterator[str]:
    yield "| control | what is asked for | enforced |"
    yield "|---|---|---|"
    for control in controls.values():
        yield f"| {_link(control)} | {plain(control.title)} | {levels(control)} |"
    yield "| | [By framework](#by-framework) | |"


def _control(control: Control) -> Iterator[str]:
    yield f"## {control.id}"
    yield f"**{plain(control.title)}**"
    told = {
        "Enforced": levels(control),
        "Severity": control.severity,
        "Pack": f"`{control.pack}`",
        "Supports": "; ".join(
            f"{name} {', '.join(numbers)}" for name, numbers in by_framework(control).items()
        ),
        "Remedy": plain(control.remedy),
    }
    yield "\n".join(f"- {what}: {words}" for what, words in told.items())
    yield "\n".join(["| rule | asks for | judges |", "|---|---|---|", *map(_rule, control.rules)])


def _rule(rule: Rule) -> str:
    types = ", ".join(f"`{type_}`" for type_ in rule.types)
    return f"| `{rule.name}` | {plain(rule.asks)} | {types}: {_SCOPES[rule.scope]} |"


def _framework(sign: str, controls: Mapping[str, Control]) -> Iterator[str]:
    found: dict[str, list[Control]] = {}
    for control in controls.values():
        for framework, number in control.references:
            if framework == sign:
                found.setdefault(number, []).append(control)
    if not found:
        return
    yield f"### {FRAMEWORKS[sign]}"
    yield "\n".join(
        [
            "| requirement | supported by |",
            "|---|---|",
            *(
                f"| {plain(number)} | {', '.join(map(_link, found[number]))} |"
                for number in in_order(found)
            ),
        ]
    )


def _link(control: Control) -> str:
    return f"[{control.id}](#{control.id.lower()})"

"""A catalogue of as many controls as are wanted, and journals of runs that judged by it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from policies.controls import FRAMEWORKS, Control, Pack, Resource
from policies.crossguard.analyzer import EXEMPTIONS
from policies.report import Report, read

URN = "urn:pulumi:production::corebank::bank:components:Bank$aws:s3/bucket:Bucket::"
_PACKS: tuple[Pack, ...] = get_args(Pack)
_TYPES = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")


def control(number: int, *, levels: str = "AMM", pack: Pack = "security") -> Control:
    """A control with two rules that nobody asks anything."""
    signs = [*FRAMEWORKS]
    several = [signs[(number + step) % len(signs)] for step in range(4)]
    made = Control(
        id=f"FAM-{number:02}",
        pack=pack,
        title=f"What is asked for by control {number} <of all> | a bucket has",
        levels=levels,
        severity="high",
        supports=", ".join(f"{sign} {number % 7 + 1}.{number % 11}" for sign in several),
        remedy="Set what it asks for.",
    )
    for name in ("one", "other"):

        @made.rule(name, f"the {name} property of each bucket is set", *_TYPES)
        def _(bucket: Resource) -> Iterator[str]:
            yield from bucket.properties

    return made


def catalogue(*controls: Control) -> Mapping[str, Control]:
    """These controls by their ids."""
    return {each.id: each for each in controls}


def verdict(rule: str, state: str, *messages: str, name: str = "it") -> dict[str, Any]:
    """A line of a journal."""
    urn = f"{URN}{name}" if name else ""
    return {"rule": rule, "urn": urn, "state": state, "messages": list(messages)}


def journal(
    folder: Path,
    controls: Mapping[str, Control],
    *verdicts: Mapping[str, Any],
    environment: str = "production",
    without: tuple[str, ...] = (),
    end: bool = True,
) -> Path:
    """Writes what the packs of these controls would.

    Args:
        folder: Where to; made if it is not there.
        controls: The catalogue.
        verdicts: In this order, each into its pack's.
        environment: The stack's.
        without: Rules that were not loaded.
        end: Whether the packs came to their end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for pack in {each.pack for each in controls.values()}:
        rules = {
            rule.name: each.level(environment)
            for each in controls.values()
            if each.pack == pack and each.level(environment) != "disabled"
            for rule in each.rules
            if rule.name not in without
        }
        of_pack = {
            rule.name for each in controls.values() if each.pack == pack for rule in each.rules
        }
        lines = [
            {"environment": environment, "levels": rules},
            *(each for each in verdicts if each["rule"] in of_pack),
            *([verdict(EXEMPTIONS, "passed", name="")] if end else []),
        ]
        text = "".join(f"{json.dumps(line)}\n" for line in lines)
        (folder / f"{pack}.jsonl").write_text(text)
    return folder


def many() -> tuple[Mapping[str, Control], list[dict[str, Any]]]:
    """A catalogue of 86 controls and what was judged of 26 buckets, some of it not well."""
    controls = catalogue(
        *(
            control(number, levels="-MM" if number % 9 else "AA-", pack=_PACKS[number % 3])
            for number in range(1, 87)
        )
    )
    states = {5: "failed", 7: "undecided", 11: "exempt"}
    verdicts = [
        verdict(
            rule.name,
            states.get(number, "passed") if at == 0 else "passed",
            *(["the property is not set"] if number in states and at == 0 else []),
            name=f"domain-{at:02}-a-name-that-is-rather-long-for-a-bucket",
        )
        for number, each in enumerate(controls.values(), 1)
        if number % 13
        for rule in each.rules
        for at in range(26)
    ]
    return controls, verdicts


ONE, TWO = control(1), control(2, levels="-AA")
BOTH = catalogue(ONE, TWO)
PASSED = [verdict(rule.name, "passed") for each in BOTH.values() for rule in each.rules]


def told(folder: Path, *verdicts: dict[str, Any], **how: Any) -> Report:
    """The report of a run that judged so by the catalogue of two."""
    return read(journal(folder, BOTH, *verdicts, **how), BOTH)


def unexcused(folder: Path, message: str) -> Report:
    """The report of a run in which all passed and this is wrong with the exemptions."""
    with (journal(folder, BOTH, *PASSED) / "security.jsonl").open("a") as file:
        file.write(json.dumps(verdict(EXEMPTIONS, "failed", message, name="")) + "\n")
    return read(folder, BOTH)

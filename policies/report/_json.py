"""A report as JSON, for programs.

Stable: within one ``version`` keys are added only. The shape::

    {
      "version": 1,
      "environment": "sandbox" | "staging" | "production",
      "written": when a pack last wrote, ISO 8601 in UTC,
      "outcome": "passed" | "undecided" | "failed",
      "summary": one line,
      "counts": {outcome of a control: how many controls},
      "loaded": how many controls of those that are not off here,
      "expected": how many should have been,
      "missingPacks": [pack of which not one rule was loaded],
      "unfinishedPacks": [pack that was ended before it judged the stack as a whole],
      "wrongExemptions": [what is wrong with one],
      "controls": [{
        "id", "title", "pack", "severity", "remedy",
        "level": "mandatory" | "advisory" | "disabled",
        "outcome": "failed" | "not loaded" | "undecided" | "exempt" | "passed"
                   | "nothing to judge" | "off",
        "applies": whether any resource was judged,
        "loaded": whether all of its rules were,
        "supports": [{"framework": name, "requirement": number}],
        "rules": [{
          "name", "asks", "loaded",
          "passed": [URN],
          "failed", "undecided", "exempt": [{"urn", "messages": [text]}]
        }]
      }]
    }

A URN is empty where a rule judged the stack as a whole.
"""

import json
from collections.abc import Mapping
from typing import Any

from policies.controls import FRAMEWORKS
from policies.report._journal import STATES
from policies.report._report import Judged, Line, Report
from policies.report._words import summary


def dumped(report: Report) -> str:
    """The report, as above."""
    told = {
        "version": 1,
        "environment": report.environment,
        "written": report.written.isoformat(timespec="seconds"),
        "outcome": report.outcome,
        "summary": summary(report),
        "counts": report.counts,
        "loaded": len(report.enforced) - len(report.unloaded),
        "expected": len(report.enforced),
        "missingPacks": report.missing,
        "unfinishedPacks": report.unfinished,
        "wrongExemptions": report.unexcused,
        "controls": [_control(line) for line in report.lines],
    }
    return f"{json.dumps(told, indent=2, ensure_ascii=False)}\n"


def _control(line: Line) -> Mapping[str, Any]:
    control = line.control
    return {
        "id": control.id,
        "title": control.title,
        "pack": control.pack,
        "severity": control.severity,
        "remedy": control.remedy,
        "level": line.level,
        "outcome": line.outcome,
        "applies": line.applies,
        "loaded": line.loaded,
        "supports": [
            {"framework": FRAMEWORKS[sign], "requirement": number}
            for sign, number in control.references
        ],
        "rules": [_rule(judged) for judged in line.rules],
    }


def _rule(judged: Judged) -> Mapping[str, Any]:
    told = {
        state: [{"urn": each.urn, "messages": each.messages} for each in judged.of(state)]
        for state in STATES
        if state != "passed"
    }
    return {
        "name": judged.rule.name,
        "asks": judged.rule.asks,
        "loaded": judged.loaded,
        "passed": [verdict.urn for verdict in judged.of("passed")],
        **told,
    }

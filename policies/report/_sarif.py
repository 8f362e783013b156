"""A report as SARIF 2.1.0, for code hosts.

Results are what failed, and what is wrong by permission; a code host makes an alert of each. What
is undecided or was not loaded is about the run and not about a resource: it is a notification.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from policies.controls import FRAMEWORKS, Control, Level
from policies.report._journal import Verdict
from policies.report._report import Judged, Line, Report
from policies.report._words import loading, resource

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Mapping[Level, str] = {"mandatory": "error", "advisory": "warning", "disabled": "none"}
_SEVERITIES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.5"}
"""As code hosts sort them: above 9 critical, from 7 high, from 4 medium."""


def dumped(report: Report, source: str) -> str:
    """The report.

    Args:
        report: What to tell.
        source: The file that alerts are shown at, by its path in the repository: a resource has no
            line of code that the engine could tell.
    """
    rules = [(line, judged) for line in report.lines for judged in line.rules]
    run = {
        "tool": {
            "driver": {
                "name": "corebank controls",
                "version": "1.0.0",
                "rules": [_rule(line, judged) for line, judged in rules],
            }
        },
        "automationDetails": {"id": f"controls/{report.environment}/"},
        "invocations": [_invocation(report)],
        "results": [
            _result(line, verdict, at, source)
            for at, (line, judged) in enumerate(rules)
            if line.level != "disabled"
            for verdict in (*judged.of("failed"), *judged.of("exempt"))
        ],
    }
    told = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return f"{json.dumps(told, indent=2, ensure_ascii=False)}\n"


def _rule(line: Line, judged: Judged) -> Mapping[str, Any]:
    control = line.control
    return {
        "id": judged.rule.name,
        "shortDescription": {"text": f"{control.id}: {judged.rule.asks}"},
        "fullDescription": {"text": f"{control.title}: {judged.rule.asks}."},
        "help": {
            "text": f"{control.remedy} Supports: {'; '.join(_supports(control))}.",
            "markdown": f"{control.remedy}\n\nSupports: {'; '.join(_supports(control))}.",
        },
        "defaultConfiguration": {
            "enabled": line.level != "disabled",
            "level": _LEVELS[line.level],
        },
        "properties": {
            "tags": ["security", *_supports(control)],
            "precision": "very-high",
            "security-severity": _SEVERITIES[control.severity],
        },
    }


def _supports(control: Control) -> Sequence[str]:
    return [f"{FRAMEWORKS[sign]} {number}" for sign, number in control.references]


def _result(line: Line, verdict: Verdict, at: int, source: str) -> Mapping[str, Any]:
    type_, name = resource(verdict.urn)
    mark = sha256(f"{verdict.rule}\n{verdict.urn}".encode()).hexdigest()[:32]
    wrong = "; ".join(verdict.messages)
    told: dict[str, Any] = {
        "ruleId": verdict.rule,
        "ruleIndex": at,
        "kind": "fail",
        "level": _LEVELS[line.level] if verdict.state == "failed" else "note",
        "message": {"text": f"{type_} {name}: {wrong}. {line.control.remedy}".lstrip()},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": source, "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [
                    {
                        "name": name,
                        "fullyQualifiedName": verdict.urn or "stack",
                        "kind": "resource" if verdict.urn else "stack",
                    }
                ],
            }
        ],
        # GitHub reads the second only. All stand at one line: computed from that, they were one.
        "partialFingerprints": {"ruleAndUrn/v1": mark, "primaryLocationLineHash": f"{mark}:1"},
    }
    if verdict.state == "exempt":
        told["suppressions"] = [{"kind": "external", "status": "accepted"}]
    return told


def _invocation(report: Report) -> Mapping[str, Any]:
    return {
        "executionSuccessful": report.whole,
        "toolConfigurationNotifications": [*_amiss(report)],
        "toolExecutionNotifications": [
            {
                "level": "note",
                "message": {
                    "text": f"{line.control.id}: undecided for {line.counts['undecided']} "
                    "until an update tells the values"
                },
            }
            for line in report.enforced
            if line.counts["undecided"]
        ],
    }


def _amiss(report: Report) -> Iterator[Mapping[str, Any]]:
    if not report.whole:
        yield {"level": "error", "message": {"text": f"Not all was judged: {loading(report)}."}}
    for wrong in report.unexcused:
        yield {"level": "error", "message": {"text": f"Exemption {wrong}."}}

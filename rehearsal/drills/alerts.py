"""Who is told of what, by the rules that are deployed: judged by Prometheus' own tool.

The rules are read from the API server, and run on series that are made up: hours of a service that
fails, or fails now and then, in a second. No Prometheus runs in a rehearsal: that it reads rules
and series there is its operator's to prove, and which metrics proxies export is Istio's.
"""

import io
import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import kubernetes
import yaml
from rich.console import Console

from rehearsal.drills._alert_scenarios import SCENARIOS, Promise, Scenario
from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.servers.processes import GO
from rehearsal.toolchain import PROMTOOL, ensure

_kubernetes: Any = kubernetes
"""A client without types of its own."""

_GROUP, _VERSION, _PLURAL = "monitoring.coreos.com", "v1", "prometheusrules"
_SECONDS = 120
"""How long the tool may take for all of them; it takes some ten."""
Rules = Mapping[str, Sequence[Mapping[str, Any]]]
"""Groups of rules, by the namespace that they are in."""


def deployed(kubeconfig: str) -> Rules:
    """The rules that the API server has."""
    client = _kubernetes.config.new_client_from_config(kubeconfig)
    custom = _kubernetes.client.CustomObjectsApi(client)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for each in custom.list_cluster_custom_object(_GROUP, _VERSION, _PLURAL)["items"]:
        found.setdefault(each["metadata"]["namespace"], []).extend(each["spec"]["groups"])
    return found


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    told: Mapping[str, Any] = outputs["levels"]
    levels = {
        name: Promise(
            service=name,
            namespace=level["namespace"],
            budget=float(level["budget"]),
            p99_ms=float(level["p99Ms"]),
        )
        for name, level in told.items()
    }
    return judged(levels, deployed(addresses["kubernetes"]["kubeconfig"]))


def judged(levels: Mapping[str, Promise], rules: Rules) -> list[Attempt]:
    """What happens to each service, and who is told.

    Services whose rules differ by their names alone are tried once.

    Args:
        levels: What is promised of each service.
        rules: What is deployed, which is all that Prometheus would read.

    Raises:
        RuntimeError: The tool did not end, or has not told of every case.
    """
    alike: dict[str, list[str]] = {}
    for name, promise in sorted(levels.items()):
        alike.setdefault(_essence(promise, rules.get(promise.namespace, [])), []).append(name)
    first = {names[0]: levels[names[0]] for names in alike.values()}
    read, passed = _tried(first, rules)
    return [
        attempt
        for names in alike.values()
        for name in names
        for attempt in (
            Attempt(actor=name, target="rules are read", expected=True, granted=names[0] in read),
            *(
                Attempt(
                    actor=name,
                    target=each.name,
                    expected=each.told,
                    granted=each.told == passed.get(_named(names[0], each), False),
                )
                for each in SCENARIOS
            ),
        )
    ]


def _essence(promise: Promise, groups: Sequence[Mapping[str, Any]]) -> str:
    """What is promised and what is deployed, without the service's name."""
    told = json.dumps([promise.namespace, promise.budget, promise.p99_ms, groups], sort_keys=True)
    return told.replace(promise.service, "\0")


def _tried(levels: Mapping[str, Promise], rules: Rules) -> tuple[set[str], Mapping[str, bool]]:
    """Whose rules are read without complaint, and by each case's name whether it came out right."""
    tool = str(ensure(PROMTOOL, console=Console(file=io.StringIO()))[PROMTOOL.name])
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        read: set[str] = set()
        tests: list[str] = []
        for name, promise in levels.items():
            groups = rules.get(promise.namespace, [])
            written = here / f"{name}.rules.yaml"
            written.write_text(yaml.safe_dump({"groups": [*groups]}))
            order = [group["name"] for group in groups]
            for interval in sorted({each.interval for each in SCENARIOS}):
                test = here / f"{name}.{interval}.test.yaml"
                test.write_text(yaml.safe_dump(_cases(promise, written.name, order, interval)))
                tests.append(str(test))
            checked = _run([tool, "check", "rules", "--lint-fatal", str(written)])
            if groups and not checked.returncode:
                read.add(name)
        report = here / "report.xml"
        done = _run([tool, "test", "rules", f"--junit={report}", *tests])
        if not report.exists():
            raise RuntimeError(f"promtool has not told how it went:\n{done.stderr}")
        passed = _passed(report)
    wanted = {_named(name, each) for name in read for each in SCENARIOS}
    if lacking := wanted - passed.keys():
        raise RuntimeError(f"promtool has not told of {', '.join(sorted(lacking))}")
    return read, passed


def _cases(promise: Promise, rules: str, order: Sequence[str], interval: str) -> dict[str, Any]:
    """A file of the tool: it looks at rules in one interval, whatever that of a series is.

    What is recorded has to be there before alerts ask for it: the tool takes groups in any order
    that comes, and an hour later nothing of the hour before counts.
    """
    return {
        "rule_files": [rules],
        "evaluation_interval": interval,
        "group_eval_order": [*order],
        "fuzzy_compare": True,
        "tests": [
            {
                "name": _named(promise.service, each),
                "interval": each.interval,
                "input_series": each.series(promise),
                "promql_expr_test": [
                    {
                        "expr": each.asked(promise),
                        "eval_time": at,
                        "exp_samples": [{"labels": "{}", "value": int(told)}],
                    }
                    for at, told in each.at.items()
                ],
            }
            for each in SCENARIOS
            if each.interval == interval
        ],
    }


def _named(service: str, scenario: Scenario) -> str:
    return f"{service}: {scenario.name}"


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - no shell, and every argument is ours
        command,
        env={**os.environ, **GO},
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )


def _passed(report: Path) -> dict[str, bool]:
    """By the case's name, whether it came out as asked."""
    root = ET.parse(report).getroot()  # noqa: S314 - of what we ran ourselves
    return {
        case.get("name", ""): case.find("failure") is None and case.find("error") is None
        for case in root.iter("testcase")
    }


ALERTS = Drill(
    name="alerts",
    claim="who is told of what happens to each service: woken, a ticket, or nobody",
    needs="levels",
    attempts=_attempts,
)

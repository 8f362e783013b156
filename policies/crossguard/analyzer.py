"""Answers the engine: each resource is read once for all policies, and the stack is indexed once.

The SDK's own analyzer reads a resource anew for every policy, some 80 microseconds each: with all
of ours and a stack of 1,700 resources, twenty seconds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from google.protobuf import empty_pb2, json_format
from pulumi.runtime import proto
from pulumi_policy import EnforcementLevel, Policy
from pulumi_policy.policy import _PolicyAnalyzerServicer  # type: ignore[reportPrivateUsage]

from policies.controls import (
    EXEMPTIONS,
    AnyPack,
    Control,
    Level,
    Object,
    Resource,
    Rule,
    Stack,
    Verdict,
    judge,
    judge_stack,
    of_pack,
)
from policies.crossguard.exemptions import Register, load
from policies.crossguard.journal import Journal

VERSION = "1.0.0"
"""Of every pack; the engine tells it from ``PulumiPolicy.yaml``."""
EXEMPTED = "Every exemption is in force and needed"
"""What is asked of exemptions themselves."""

_Diagnostic: Any = proto.AnalyzeDiagnostic
_Response: Any = proto.AnalyzeResponse
_OPEN = "eks:index:"
"""Components of another program, which tell of nothing that they were given: the engine judges
what they are made of instead."""
_LEVELS: Mapping[str, Any] = {
    "mandatory": proto.MANDATORY,
    "advisory": proto.ADVISORY,
    "disabled": proto.DISABLED,
}


class Analyzer(_PolicyAnalyzerServicer):
    """One pack's, for one run of the engine."""

    def __init__(self, pack: AnyPack, environment: str, policies: list[Policy]) -> None:
        super().__init__(pack, VERSION, policies, EnforcementLevel.MANDATORY)
        self._pack, self._environment = pack, environment
        self._rules = {
            rule.name: (control, rule)
            for control in of_pack(pack)
            if control.level(environment) != "disabled"
            for rule in control.rules
        }
        self._asked: dict[str, Mapping[str, Any]] = {}
        self._providers: dict[str, Resource] = {}
        self._of_resources: dict[str, list[Rule]] = {}
        for _, rule in self._rules.values():
            if rule.scope == "resource":
                for type_ in rule.types:
                    self._of_resources.setdefault(type_, []).append(rule)
        self._register = Register(
            load(),
            controls={control.id for control, _ in self._rules.values()},
            environment=environment,
        )
        self._journal = Journal(pack)
        self._journal.begin(
            environment,
            {name: control.level(environment) for name, (control, _) in self._rules.items()},
        )

    def Analyze(self, request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC's name
        """Judges one resource, before it is made or changed."""
        if request.type.startswith(_OPEN):
            return _Response()
        asked = self._asked[request.urn] = _properties(request)
        rules = self._of_resources.get(request.type)
        if not rules:
            return _Response()
        resource = self._resource(request, asked)
        return self._answer(judge(rule, resource) for rule in rules)

    def AnalyzeStack(self, request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC's name
        """Judges the stack: at a preview's end, and when an update has made all.

        It is told of what became of a resource, and that is nothing where the provider can't be
        asked yet, as that of a cluster which is still to be made. What was asked for, as it was
        judged by itself, stands in for it.
        """
        stack = Stack(
            self._environment,
            [
                self._resource(each, {**self._asked.get(each.urn, {}), **_properties(each)})
                for each in request.resources
                if not each.type.startswith(_OPEN)
            ],
        )
        answer = self._answer(
            verdict
            for _, rule in self._rules.values()
            if rule.scope != "resource"
            for verdict in judge_stack(rule, stack)
        )
        wrong = (*self._register.wrong(),)
        state = "failed" if wrong else "passed"
        self._journal.add([Verdict(rule=EXEMPTIONS, urn="", state=state, messages=wrong)])
        answer.diagnostics.extend(
            _Diagnostic(
                policyName=EXEMPTIONS,
                policyPackName=self._pack,
                policyPackVersion=VERSION,
                description=EXEMPTED,
                message=f"{EXEMPTED}: {message}",
                enforcementLevel=proto.MANDATORY,
                severity=proto.POLICY_SEVERITY_HIGH,
            )
            for message in wrong
        )
        return answer

    def Configure(self, request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC's name
        """Takes no configuration: levels are the catalogue's, and nobody sets others from outside.

        Raises:
            ValueError: Somebody tries to.
        """
        others = sorted(
            name
            for name, told in request.policyConfig.items()
            if told.properties or told.enforcementLevel != _LEVELS[self._level(name)]
        )
        if others:
            raise ValueError(f"a level can't be set from outside: {', '.join(others)}")
        return empty_pb2.Empty()

    def _resource(self, request: Any, properties: Mapping[str, Any]) -> Resource:
        """A resource of a message."""
        refers: Any = (
            {} if not hasattr(request, "propertyDependencies") else request.propertyDependencies
        )
        return Resource(
            type=request.type,
            name=request.name,
            urn=request.urn,
            environment=self._environment,
            properties=Object(properties),
            protect=request.options.protect,
            ignored=tuple(request.options.ignoreChanges),
            provider=self._provider(request.provider) if request.HasField("provider") else None,
            parent=getattr(request, "parent", "") or request.options.parent,
            refers={key: tuple(each.urns) for key, each in refers.items()},
        )

    def _provider(self, found: Any) -> Resource:
        """One of the few that all resources have between them; it stays as it is."""
        if found.urn not in self._providers:
            self._providers[found.urn] = Resource(
                type=found.type,
                name=found.name,
                urn=found.urn,
                environment=self._environment,
                properties=Object(_properties(found)),
            )
        return self._providers[found.urn]

    def _level(self, name: str) -> Level:
        if name == EXEMPTIONS:
            return "mandatory"
        return self._rules[name][0].level(self._environment) if name in self._rules else "disabled"

    def _answer(self, verdicts: Iterable[Verdict]) -> Any:
        decided = [self._excused(verdict) for verdict in verdicts]
        self._journal.add(decided)
        return _Response(diagnostics=[*self._diagnostics(decided)])

    def _excused(self, verdict: Verdict) -> Verdict:
        control, _ = self._rules[verdict.rule]
        if verdict.state == "failed" and self._register.exempts(control.id, verdict):
            return replace(verdict, state="exempt")
        return verdict

    def _diagnostics(self, verdicts: Sequence[Verdict]) -> Iterator[Any]:
        for verdict in verdicts:
            if verdict.state == "passed":
                continue
            control, rule = self._rules[verdict.rule]
            yield _Diagnostic(
                policyName=rule.name,
                policyPackName=self._pack,
                policyPackVersion=VERSION,
                description=f"{control.id}: {rule.asks}",
                message=_message(control, rule, verdict),
                urn=verdict.urn,
                enforcementLevel=(
                    _LEVELS[control.level(self._environment)]
                    if verdict.state == "failed"
                    else proto.ADVISORY
                ),
                severity=getattr(proto, f"POLICY_SEVERITY_{control.severity.upper()}"),
            )


def _message(control: Control, rule: Rule, verdict: Verdict) -> str:
    if verdict.state == "undecided":
        (path,) = verdict.messages
        return f"{control.id}: {rule.asks}: undecided, {path} is known after the update only"
    wrong = f"{control.id}: {rule.asks}: {'; '.join(verdict.messages)}"
    return f"{wrong} (exempt)" if verdict.state == "exempt" else f"{wrong}. {control.remedy}"


def _properties(message: Any) -> Mapping[str, Any]:
    return json_format.MessageToDict(message.properties)

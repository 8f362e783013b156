"""What a pack answers Pulumi's engine, asked as the engine asks."""

import json
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import struct_pb2
from pulumi.runtime import proto
from pulumi.runtime.proto import analyzer_pb2_grpc

from policies.controls import CONTROLS, ENVIRONMENTS, EXEMPTIONS
from policies.crossguard import pack
from policies.crossguard.analyzer import Analyzer
from policies.crossguard.journal import FOLDER
from tests.controls.cases import UNKNOWN

TEMPLATE, VPC = "aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/vpc:Vpc"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
CANARY = "nightingale"
CLOSED: dict[str, Any] = {
    "metadata": {"name": "nothing", "namespace": "payments"},
    "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
}
PACKS = ("security", "data_protection", "operations", "all")


def analyzer(environment: str = "production", name: Any = "security") -> Analyzer:
    return Analyzer(name, environment, pack.policies(name, environment))


def asked(type_: str, name: str = "it", **properties: Any) -> dict[str, Any]:
    struct = struct_pb2.Struct()
    struct.update(properties)
    urn = f"urn:pulumi:production::any::{type_}::{name}"
    return {"type": type_, "name": name, "urn": urn, "properties": struct}


def analyzed(one: Analyzer, type_: str, **properties: Any) -> list[Any]:
    request: Any = proto.AnalyzeRequest(**asked(type_, **properties))
    return [*one.Analyze(request, None).diagnostics]


def template(tokens: object) -> dict[str, Any]:
    return {"metadataOptions": {"httpTokens": tokens, "httpPutResponseHopLimit": 1}}


def of(diagnostics: list[Any], rule: str) -> list[Any]:
    return [each for each in diagnostics if each.policyName == rule]


def test_what_is_wrong_is_told_at_its_level_with_its_remedy_and_without_its_value() -> None:
    (said,) = of(analyzed(analyzer(), TEMPLATE, **template(CANARY)), "net-09-tokens")
    assert said.enforcementLevel == proto.MANDATORY
    assert said.severity == proto.POLICY_SEVERITY_HIGH
    assert said.urn.endswith("::it")
    assert "metadataOptions.httpTokens is not required" in said.message
    assert CONTROLS["NET-09"].remedy in said.message
    assert CANARY not in said.message


def test_what_is_not_known_is_told_as_undecided() -> None:
    (said,) = of(analyzed(analyzer(), TEMPLATE, **template(UNKNOWN)), "net-09-tokens")
    assert said.enforcementLevel == proto.ADVISORY
    assert "undecided, metadataOptions.httpTokens" in said.message


def test_what_is_right_or_none_of_its_business_is_not_told() -> None:
    assert of(analyzed(analyzer(), TEMPLATE, **template("required")), "net-09-tokens") == []
    assert analyzed(analyzer(), "random:index/randomPet:RandomPet", prefix=CANARY) == []


@pytest.mark.parametrize(
    ("environment", "level"), [("sandbox", proto.ADVISORY), ("production", proto.MANDATORY)]
)
def test_a_stack_is_judged_as_a_whole_by_what_each_property_was_made_of(
    environment: str, level: int
) -> None:
    one: Any = asked(VPC)
    log: Any = asked(FLOW_LOG, vpcId=UNKNOWN, trafficType="ALL")
    made_of: Any = proto.AnalyzerPropertyDependencies(urns=[one["urn"]])
    vpc = proto.AnalyzerResource(**one)
    alone: Any = proto.AnalyzeStackRequest(resources=[vpc, proto.AnalyzerResource(**log)])
    beside: Any = proto.AnalyzeStackRequest(
        resources=[vpc, proto.AnalyzerResource(**log, propertyDependencies={"vpcId": made_of})]
    )
    found = of([*analyzer(environment).AnalyzeStack(alone, None).diagnostics], "net-01-flow-log")
    assert [each.enforcementLevel for each in found] == [level]
    assert (
        of([*analyzer(environment).AnalyzeStack(beside, None).diagnostics], "net-01-flow-log") == []
    )


def test_what_was_asked_for_is_judged_where_nobody_can_say_what_became_of_it() -> None:
    network: Any = asked("kubernetes:networking.k8s.io/v1:NetworkPolicy", **CLOSED)
    space: Any = asked("kubernetes:core/v1:Namespace", metadata={"name": "payments"})
    ours = analyzer()
    nothing: Any = struct_pb2.Struct()
    known = [proto.AnalyzeRequest(**each) for each in (network, space)]
    became = [
        proto.AnalyzerResource(**{**each, "properties": nothing}) for each in (network, space)
    ]
    told: Any = proto.AnalyzeStackRequest(resources=became)
    assert of([*ours.AnalyzeStack(told, None).diagnostics], "k8s-02-denied")
    for each in known:
        ours.Analyze(each, None)
    assert of([*ours.AnalyzeStack(told, None).diagnostics], "k8s-02-denied") == []


def test_a_component_that_tells_nothing_is_judged_by_what_it_is_made_of() -> None:
    assert analyzed(analyzer(), "eks:index:Cluster") == []
    assert analyzed(analyzer(), "aws:eks/cluster:Cluster") != []


@pytest.mark.parametrize("name", PACKS)
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_engine_is_told_of_every_rule_at_its_level(name: str, environment: str) -> None:
    ours: Any = analyzer(environment, name)
    info = ours.GetAnalyzerInfo(None, None)
    levels = {"mandatory": proto.MANDATORY, "advisory": proto.ADVISORY, "disabled": proto.DISABLED}
    wanted = {
        rule.name: levels[control.level(environment)]
        for control in CONTROLS.values()
        if name in {control.pack, "all"}
        for rule in control.rules
    }
    told = {each.name: each for each in info.policies}
    assert {name: each.enforcementLevel for name, each in told.items()} == {
        **wanted,
        EXEMPTIONS: proto.MANDATORY,
    }
    for each in told.values():
        if each.name != EXEMPTIONS:
            assert each.severity
            assert each.framework.name
            assert each.framework.reference
            assert each.remediation_steps
            assert each.url.startswith("docs/controls.md#")


def configured(name: str, level: int, **properties: Any) -> Any:
    struct = struct_pb2.Struct()
    struct.update(properties)
    told: Any = proto.PolicyConfig(enforcementLevel=level, properties=struct)  # type: ignore[arg-type]
    return proto.ConfigureAnalyzerRequest(policyConfig={name: told})


def test_no_control_is_switched_off_from_outside() -> None:
    one = analyzer()
    one.Configure(configured("net-09-tokens", proto.MANDATORY), None)
    for level in (proto.DISABLED, proto.ADVISORY, proto.REMEDIATE):
        with pytest.raises(ValueError, match="from outside: net-09-tokens"):
            one.Configure(configured("net-09-tokens", level), None)
    with pytest.raises(ValueError, match="from outside: net-09-tokens"):
        one.Configure(configured("net-09-tokens", proto.MANDATORY, tokens="optional"), None)


def test_what_was_decided_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    analyzed(analyzer(), TEMPLATE, **template(UNKNOWN))
    begun, *lines = map(json.loads, (tmp_path / "security.jsonl").read_text().splitlines())
    assert begun["environment"] == "production"
    assert begun["levels"]["net-09-tokens"] == "mandatory"
    states = {line["rule"]: line["state"] for line in lines}
    assert states["net-09-tokens"] == "undecided"
    assert states["net-09-one-hop"] == "passed"


@pytest.mark.parametrize(
    ("stack", "environment"),
    [
        ("sandbox", "sandbox"),
        ("bank/corebank/staging", "staging"),
        ("production-eu", "production"),
        ("notsandbox", "production"),
        ("", "production"),
    ],
)
def test_who_says_nothing_of_its_environment_is_held_to_production_s(
    stack: str, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_STACK", stack)
    assert pack.environment() == environment


def test_a_served_pack_judges_and_knows_of_no_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_STACK", "production")
    server, port = pack.started("all")
    request: Any = proto.AnalyzeRequest(**asked(TEMPLATE, **template("optional")))
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub: Any = analyzer_pb2_grpc.AnalyzerStub(channel)
            assert stub.Analyze(request, timeout=20).diagnostics
            # The engine takes this for a pack that changes nothing.
            with pytest.raises(grpc.RpcError) as refused:
                stub.Remediate(request, timeout=20)
    finally:
        server.stop(grace=None)
    told: Any = refused.value
    assert told.code() == grpc.StatusCode.UNIMPLEMENTED

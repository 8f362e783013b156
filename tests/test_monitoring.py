"""What is watched, what is promised, who is told, and what dashboards ask for."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from components._exported import EXPORTED
from components._service_level import ServiceLevel, rules
from domains import AVAILABLE, Catalogue
from monitoring import level_of
from rehearsal.toolchain import PROMETHEUS_OPERATOR
from settings import Settings
from tests.engine import Deployment

Plain = dict[str, Any]

RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
SCRAPE = "kubernetes:monitoring.coreos.com/v1:ServiceMonitor"
PODS = "kubernetes:monitoring.coreos.com/v1:PodMonitor"
RELEASE = "kubernetes:helm.sh/v3:Release"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
_WORD = re.compile(r"(?<![\w:.])[a-zA-Z_:][\w:]*")
_LANGUAGE = {
    *("and", "or", "by", "le", "bool", "vector", "without"),
    *("sum", "avg", "count", "rate", "increase", "histogram_quantile"),
}
"""Words of PromQL that are used here."""


def test_each_stack_has_the_version_whose_definitions_are_pinned(settings: Settings) -> None:
    assert settings.monitoring.versions.operator == PROMETHEUS_OPERATOR.version


# What is promised


def test_a_service_is_promised_what_its_tier_is(catalogue: Catalogue) -> None:
    promised = {domain.name: level_of(domain, "me") for domain in catalogue.domains}
    assert promised["payments"].available == 99.95
    assert promised["payments"].budget == 0.0005
    assert promised["payments"].p99 == timedelta(milliseconds=200)
    assert promised["support"].budget == 0.005
    assert Counter(level.available for level in promised.values()) == {99.95: 5, 99.9: 5, 99.5: 3}
    assert AVAILABLE.keys() == {domain.tier for domain in catalogue.domains}


def test_a_burn_is_seen_over_a_long_window_and_a_short_one() -> None:
    level = ServiceLevel(service="a", available=99.9, p99=timedelta(seconds=1), owner="me")
    burns = [
        each
        for group in rules(level)["groups"]
        for each in group["rules"]
        if each.get("alert") == "ErrorBudgetBurns"
    ]
    seen, mine = "service:failures:ratio_rate", '{service="a"}'
    assert [(each["expr"], each["labels"]["severity"]) for each in burns] == [
        (f"{seen}{long}{mine} > {most} and {seen}{short}{mine} > {most}", severity)
        for long, short, most, severity in (
            ("1h", "5m", "0.0144", "critical"),
            ("6h", "30m", "0.006", "critical"),
            ("1d", "2h", "0.003", "warning"),
            ("3d", "6h", "0.001", "warning"),
        )
    ]


# The whole bank


def test_every_domain_is_scraped_has_rules_and_a_dashboard(
    bank: Deployment, catalogue: Catalogue, settings: Settings
) -> None:
    for domain in catalogue.domains:
        name = f"{domain.name}-monitoring"
        scrape = bank.one(SCRAPE, f"{name}-servicemonitor").inputs
        service = bank.one("kubernetes:core/v1:Service", f"{name}-metrics").inputs
        assert service["metadata"]["labels"].items() >= (
            scrape["spec"]["selector"]["matchLabels"].items()
        )
        assert scrape["spec"]["endpoints"][0]["port"] == service["spec"]["ports"][0]["name"]
        pods = bank.one(
            "kubernetes:apps/v1:Deployment", f"{domain.name}-workload-deployment"
        ).inputs
        assert pods["spec"]["template"]["metadata"]["labels"].items() >= (
            service["spec"]["selector"].items()
        )
        [rule] = [each for each in bank.of(RULE) if each.name == f"{name}-prometheusrule"]
        assert {alert["alert"] for alert in alerts(rule.inputs)} == {
            *("ErrorBudgetBurns", "ServiceIsGone", "ServiceIsSlow", "ServiceIsUnseen"),
        }
        told = bank.exports["levels"][domain.name]
        assert told["budget"] == level_of(domain, settings.tags.owner).budget
        shown = bank.one("kubernetes:core/v1:ConfigMap", f"{name}-dashboard").inputs
        assert shown["metadata"]["namespace"] == "monitoring"
        assert json.loads(shown["data"][f"{domain.name}.json"])["title"] == domain.name


def test_who_reads_has_an_alarm_on_its_lag_and_on_its_dead_letters(
    bank: Deployment, catalogue: Catalogue
) -> None:
    alarms = {each.name for each in bank.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    for domain in catalogue.domains:
        for topic in domain.consumes:
            assert f"{domain.name}-kafka-lag-{topic}" in alarms
        if domain.consumes:
            letters = f"corebank.{domain.name}.deadletter.v1"
            assert f"{domain.name}-kafka-lag-{letters}" in alarms


def test_only_prometheus_is_let_in_where_it_asks(bank: Deployment, catalogue: Catalogue) -> None:
    for domain in catalogue.domains:
        service = bank.one("kubernetes:core/v1:Service", f"{domain.name}-monitoring-metrics")
        [port] = service.inputs["spec"]["ports"]
        policy = bank.one(POLICY, f"{domain.name}-segment-workload").inputs["spec"]
        asking = [
            rule["from"]
            for rule in policy["ingress"]
            if port["port"] in {each["port"] for each in rule["ports"]}
        ]
        labels = {"kubernetes.io/metadata.name": "monitoring"}
        assert asking == [[{"namespaceSelector": {"matchLabels": labels}}]]
        assert service.inputs["metadata"]["annotations"]["networking.istio.io/exportTo"] == "~"


def test_prometheus_may_go_wherever_it_is_sent(bank: Deployment) -> None:
    egress = bank.one(POLICY, "monitoring-prometheus").inputs["spec"]["egress"]
    reached = {
        (end.get("namespaceSelector", {}).get("matchLabels", {}).get(key), port["port"])
        for rule in egress
        for end in rule["to"]
        for port in rule["ports"]
        for key in ("kubernetes.io/metadata.name", "istio-injection")
    }
    for monitor in bank.of(PODS):
        spec = monitor.inputs["spec"]
        [namespace] = spec["namespaceSelector"]["matchNames"]
        [endpoint] = spec["podMetricsEndpoints"]
        port = int(endpoint["relabelings"][0]["replacement"].removeprefix("$1:"))
        assert (namespace, port) in reached
    assert ("enabled", 15020) in reached


def test_every_query_names_a_metric_that_something_exports_or_a_rule_records(
    bank: Deployment,
) -> None:
    recorded = {
        rule["record"]
        for each in bank.of(RULE)
        for group in each.inputs["spec"]["groups"]
        for rule in group["rules"]
        if "record" in rule
    }
    asked = [*queries(bank)]
    assert len(asked) > 13 * 10
    for query in asked:
        for name in metrics(query):
            assert name in EXPORTED or name in recorded, query
    assert {name for query in asked for name in metrics(query)} >= EXPORTED.keys()


def test_every_alert_says_whose_it_is_how_bad_and_what_to_do(bank: Deployment) -> None:
    found = [alert for rule in bank.of(RULE) for alert in alerts(rule.inputs)]
    assert len(found) == 13 * 7 + 4
    for alert in found:
        assert alert["labels"]["severity"] in {"critical", "warning"}
        assert alert["labels"]["service"]
        assert alert["annotations"].keys() == {"summary", "description", "runbook_url"}


def test_silence_itself_is_told(bank: Deployment, settings: Settings) -> None:
    told = bank.one(RELEASE, "monitoring-stack").inputs["values"]["alertmanager"]
    watchdog, *_ = told["config"]["route"]["routes"]
    assert watchdog["matchers"] == ['alertname = "Watchdog"']
    assert (watchdog["group_interval"], watchdog["repeat_interval"]) == ("1m", "1m")
    secret = settings.monitoring.secrets.heartbeat
    [heartbeat] = [
        each for each in told["config"]["receivers"] if each["name"] == watchdog["receiver"]
    ]
    assert heartbeat["webhook_configs"][0]["url_file"] == (
        f"/etc/alertmanager/secrets/{secret}/url"
    )
    assert secret in told["alertmanagerSpec"]["secrets"]
    assert {each["name"] for each in told["config"]["receivers"]} >= {
        route["receiver"] for route in told["config"]["route"]["routes"]
    }


def test_nobody_has_a_password_there_and_only_one_namespace_may_read_nodes(
    bank: Deployment,
) -> None:
    grafana = bank.one(RELEASE, "monitoring-stack").inputs["values"]["grafana"]
    assert "adminPassword" not in grafana
    assert grafana["grafana.ini"]["security"] == {"disable_initial_admin_creation": True}
    enforced = "pod-security.kubernetes.io/enforce"
    spaces = {
        each.inputs["metadata"]["name"]: each.inputs["metadata"]["labels"][enforced]
        for each in bank.of("kubernetes:core/v1:Namespace")
    }
    assert {name for name, level in spaces.items() if level == "privileged"} == {
        "istio-cni",
        "logs",
    }


def test_logs_are_kept_for_a_year_and_only_written_by_who_reads_them(bank: Deployment) -> None:
    group = bank.one("aws:cloudwatch/logGroup:LogGroup", "node-logs-group").inputs
    assert (group["name"], group["retentionInDays"]) == ("/corebank/workloads", 365)
    assert "kmsKeyId" in group
    [written] = json.loads(
        bank.one("aws:iam/rolePolicy:RolePolicy", "node-logs-identity-policy").inputs["policy"]
    )["Statement"]
    assert written["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    values = bank.one(RELEASE, "node-logs-release").inputs["values"]
    exporter = values["config"]["exporters"]["awscloudwatchlogs"]
    assert exporter["log_group_name"] == group["name"]


def alerts(rule: Any) -> Iterator[Plain]:
    for group in rule["spec"]["groups"]:
        yield from (each for each in group["rules"] if "alert" in each)


def queries(bank: Deployment) -> Iterator[str]:
    """Of all rules, and of all dashboards."""
    for rule in bank.of(RULE):
        yield from (
            each["expr"] for group in rule.inputs["spec"]["groups"] for each in group["rules"]
        )
    for each in bank.of("kubernetes:core/v1:ConfigMap"):
        if "grafana_dashboard" in (each.inputs["metadata"].get("labels") or {}):
            [text] = each.inputs["data"].values()
            yield from (
                target["expr"]
                for panel in json.loads(text)["panels"]
                for target in panel["targets"]
            )


def metrics(query: str) -> set[str]:
    """The names of metrics in a query: words that are no label, no window and no PromQL."""
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\b(?:by|without) \([^)]*\)", " ", query)
    return set(_WORD.findall(bare)) - _LANGUAGE


# Traces


def test_proxies_tell_of_one_request_in_a_hundred_where_the_collector_listens(
    bank: Deployment,
) -> None:
    mesh = bank.one(RELEASE, "mesh-istiod").inputs["values"]["meshConfig"]
    (provider,) = mesh["extensionProviders"]
    made = bank.one("kubernetes:telemetry.istio.io/v1:Telemetry", "traces-made").inputs
    assert made["metadata"] == {"name": "default", "namespace": mesh["rootNamespace"]}
    assert made["spec"] == {
        "tracing": [
            {"providers": [{"name": provider["name"]}], "randomSamplingPercentage": 1.0},
        ]
    }
    release = bank.one(RELEASE, "traces-release").inputs
    named = release["values"]["fullnameOverride"]
    assert provider["opentelemetry"] == {
        "service": f"{named}.{release['namespace']}.svc.cluster.local",
        "port": 4317,
    }
    listening = {k for k, v in release["values"]["ports"].items() if v["enabled"]}
    assert listening == {"otlp"}
    (sidecar, *_) = bank.of("kubernetes:networking.istio.io/v1:Sidecar")
    known = f"{release['namespace']}/{provider['opentelemetry']['service']}"
    assert known in sidecar.inputs["spec"]["egress"][0]["hosts"]


def test_whoever_is_in_the_mesh_may_tell_of_itself_and_the_collector_is_asked_nothing_else(
    bank: Deployment,
) -> None:
    space = bank.one("kubernetes:core/v1:Namespace", "traces-namespace").inputs["metadata"]
    assert space["labels"]["istio-injection"] == "enabled"
    assert space["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    tellers = bank.one("kubernetes:security.istio.io/v1:AuthorizationPolicy", "traces-tellers")
    (rule,) = tellers.inputs["spec"]["rules"]
    assert rule == {
        "from": [{"source": {"principals": ["cluster.local/*"]}}],
        "to": [{"operation": {"ports": ["4317"]}}],
    }
    spec = bank.one(POLICY, "traces-collector").inputs["spec"]
    opened = {each["ports"][0]["port"]: each["from"] for each in spec["ingress"]}
    assert opened.keys() == {4317, 15020}
    assert {"namespaceSelector": {"matchLabels": {"istio-injection": "enabled"}}} in opened[4317]


def test_addresses_asked_for_are_in_no_trace_that_is_kept(
    bank: Deployment, settings: Settings
) -> None:
    values = bank.one(RELEASE, "traces-release").inputs["values"]
    pipelines = values["config"]["service"]["pipelines"]
    assert [name for name, each in pipelines.items() if each] == ["traces"]
    assert "attributes" in pipelines["traces"]["processors"]
    left_out = {
        each["key"]
        for each in values["config"]["processors"]["attributes"]["actions"]
        if each["action"] == "delete"
    }
    assert left_out >= {"http.url", "http.target", "url.full", "url.path", "url.query"}
    assert pipelines["traces"]["exporters"] == ["awsxray"]
    assert values["config"]["exporters"] == {"awsxray": {"region": settings.region}}
    policy = bank.one("aws:iam/rolePolicy:RolePolicy", "traces-identity-policy").inputs["policy"]
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Action"] == ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]


def test_the_collector_takes_what_room_counts(bank: Deployment) -> None:
    values = bank.one(RELEASE, "traces-release").inputs["values"]
    assert values["replicaCount"] == 2
    assert values["resources"]["requests"] == {"cpu": "100m", "memory": "256Mi"}

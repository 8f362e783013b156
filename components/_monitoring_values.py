"""The values of the charts of what looks at the cluster. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from components._alerts import PAGE, TICKET
from components._dashboard import LABEL
from components._quantities import cpu, memory

_SECCOMP = {"type": "RuntimeDefault"}
_NON_ROOT = {"runAsNonRoot": True, "runAsUser": 65534, "fsGroup": 65534, "seccompProfile": _SECCOMP}
_RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}
PROMETHEUS_CPU_MILLIS, PROMETHEUS_MEMORY_MIB = 500, 2048
"""What each Prometheus is sure of: some 300,000 series in memory, at about 3 KiB for each (its
manual, storage)."""
BESIDE_CPU_MILLIS, BESIDE_MEMORY_MIB = 300, 896
"""What all that stands beside each Prometheus is sure of together: as below, Grafana, the operator
and what tells of objects on one of them."""


@dataclass(frozen=True, kw_only=True)
class MonitoringImages:
    """What runs, each as ``registry/name@sha256:…``.

    Args:
        operator: What makes Prometheus of its kinds.
        reloader: Beside Prometheus and Alertmanager, tells them of another configuration.
        prometheus: What asks and keeps.
        alertmanager: What tells.
        grafana: What shows.
        dashboards: Beside it, brings dashboards.
        state: What tells of Kubernetes' own objects.
    """

    operator: str
    reloader: str
    prometheus: str
    alertmanager: str
    grafana: str
    dashboards: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Secrets beside Alertmanager, each with an address under ``url``; people put them there.

    Args:
        pages: Where somebody is woken.
        tickets: Where a ticket is opened.
        heartbeat: What raises the alarm when it hears nothing.
    """

    pages: str
    tickets: str
    heartbeat: str


@dataclass(frozen=True, kw_only=True)
class Stack:
    """What Prometheus and those around it are told.

    Args:
        operator: The version of the operator, whose kinds the chart brings.
        images: What runs.
        telling: Who is told.
        nodes: Label of their nodes: key and value.
        priority: Priority class of their pods.
        replicas: How many Prometheus and Alertmanager there are, each in a zone of its own.
        disk: Storage class of what they keep.
        disk_gib: How much of it each Prometheus has, in GiB.
        kept_for: How long metrics are kept.
    """

    operator: str
    images: MonitoringImages
    telling: Telling
    nodes: tuple[str, str]
    priority: str
    replicas: int
    disk: str
    disk_gib: int
    kept_for: timedelta


def stack(told: Stack) -> dict[str, Any]:
    """The values of chart ``kube-prometheus-stack``."""
    images = told.images
    place: dict[str, Any] = {
        "nodeSelector": dict([told.nodes]),
        "priorityClassName": told.priority,
    }
    disk = {
        "volumeClaimTemplate": {
            "spec": {
                "storageClassName": told.disk,
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": f"{told.disk_gib}Gi"}},
            }
        }
    }
    return {
        "fullnameOverride": "monitoring",
        # Helm itself never brings another version of a definition.
        "crds": {"enabled": True, "upgradeJob": {"enabled": False}},
        "prometheusOperator": {
            "image": {**_image(images.operator), "tag": f"v{told.operator}"},
            "prometheusConfigReloader": {"image": _image(images.reloader)},
            # Whatever is applied was judged before, by the same definitions.
            "admissionWebhooks": {"enabled": False},
            "tls": {"enabled": False},
            "securityContext": _NON_ROOT,
            "containerSecurityContext": _RESTRICTED,
            "resources": _resources(100, 256),
            **place,
        },
        "prometheus": {
            "prometheusSpec": {
                "image": _image(images.prometheus),
                "replicas": told.replicas,
                "retention": f"{told.kept_for.days}d",
                # A tenth is left for what is written while old blocks are put together.
                "retentionSize": f"{told.disk_gib * 9 // 10}GiB",
                "storageSpec": disk,
                "resources": _resources(PROMETHEUS_CPU_MILLIS, PROMETHEUS_MEMORY_MIB),
                "podAntiAffinity": "hard",
                "podAntiAffinityTopologyKey": "topology.kubernetes.io/zone",
                # By default only what bears the release's label is seen, and all else is silent.
                **{
                    f"{kind}SelectorNilUsesHelmValues": False
                    for kind in ("serviceMonitor", "podMonitor", "rule", "probe", "scrapeConfig")
                },
                **place,
            }
        },
        "alertmanager": {
            "config": _routes(told.telling),
            "alertmanagerSpec": {
                "image": _image(images.alertmanager),
                "replicas": told.replicas,
                "secrets": sorted(
                    {told.telling.pages, told.telling.tickets, told.telling.heartbeat}
                ),
                "resources": _resources(50, 128),
                "podAntiAffinity": "hard",
                "podAntiAffinityTopologyKey": "topology.kubernetes.io/zone",
                **place,
            },
        },
        "grafana": {
            "image": _image(images.grafana),
            # Its administrator's password would be in the state: nobody has one.
            "grafana.ini": {
                "auth.anonymous": {"enabled": True, "org_role": "Viewer"},
                "security": {"disable_initial_admin_creation": True},
                "analytics": {"check_for_updates": False, "reporting_enabled": False},
            },
            "testFramework": {"enabled": False},
            "sidecar": {
                "image": _image(images.dashboards),
                "dashboards": {"enabled": True, "label": LABEL, "labelValue": "1"},
            },
            "containerSecurityContext": _RESTRICTED,
            "resources": _resources(100, 256),
            **place,
        },
        "kube-state-metrics": {
            "image": _image(images.state),
            "containerSecurityContext": _RESTRICTED,
            "resources": _resources(50, 256),
            **place,
        },
        # EKS runs these, and shows nobody how they are.
        **{
            each: {"enabled": False}
            for each in ("kubeEtcd", "kubeScheduler", "kubeControllerManager", "kubeProxy")
        },
        # Reads the node's own files, which no restricted pod may; the kubelet tells what is needed.
        "nodeExporter": {"enabled": False},
    }


def collector(image: str, *, group: str, region: str, account: str) -> dict[str, Any]:
    """The values of chart ``opentelemetry-collector`` on each node: logs, and nothing else.

    Args:
        image: What runs.
        group: The log group that logs go to; each pod has a stream of its own there.
        region: Where that is.
        account: Name of the service account that it is.
    """
    repository, _, digest = image.rpartition("@")
    return {
        "mode": "daemonset",
        "fullnameOverride": "logs",
        "image": {"repository": repository, "digest": digest},
        "serviceAccount": {"create": False, "name": account},
        "presets": {
            "logsCollection": {"enabled": True},
            "kubernetesAttributes": {"enabled": True},
        },
        "config": {
            "exporters": {
                "awscloudwatchlogs": {
                    "region": region,
                    "log_group_name": group,
                    "log_stream_name": "{NamespaceName}/{PodName}",
                }
            },
            "service": {
                "pipelines": {
                    "logs": {"exporters": ["awscloudwatchlogs"]},
                    "metrics": None,
                    "traces": None,
                }
            },
        },
        # On every node, whatever it is kept for.
        "tolerations": [{"operator": "Exists"}],
        "priorityClassName": "system-node-critical",
        "resources": _resources(50, 128),
    }


def _routes(telling: Telling) -> dict[str, Any]:
    """Who is told what; what nobody thought of is a ticket."""
    names = ("tickets", "pages", "heartbeat")
    secrets: Mapping[str, str] = dict(
        zip(names, (telling.tickets, telling.pages, telling.heartbeat), strict=True)
    )
    return {
        "route": {
            "receiver": "tickets",
            "group_by": ["namespace", "service", "alertname"],
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "12h",
            "routes": [
                # Always firing: whoever hears it every minute and then does not, raises the alarm.
                {
                    "receiver": "heartbeat",
                    "matchers": ['alertname = "Watchdog"'],
                    "group_wait": "0s",
                    "group_interval": "1m",
                    "repeat_interval": "1m",
                },
                {"receiver": "nobody", "matchers": ['severity =~ "info|none"']},
                {
                    "receiver": "pages",
                    "matchers": [f'severity = "{PAGE}"'],
                    "repeat_interval": "1h",
                },
            ],
        },
        "inhibit_rules": [
            # Who is woken needs no ticket of the same.
            {
                "source_matchers": [f'severity = "{PAGE}"'],
                "target_matchers": [f'severity = "{TICKET}"'],
                "equal": ["namespace", "service", "alertname"],
            }
        ],
        "receivers": [
            {"name": "nobody"},
            *(
                {
                    "name": name,
                    "webhook_configs": [
                        {
                            "url_file": f"/etc/alertmanager/secrets/{secret}/url",
                            "send_resolved": name != "heartbeat",
                        }
                    ],
                }
                for name, secret in secrets.items()
            ),
        ],
    }


def _image(image: str) -> dict[str, str]:
    """An image as these charts put it together from its parts."""
    named, _, digest = image.rpartition("@sha256:")
    registry, _, repository = named.partition("/")
    return {"registry": registry, "repository": repository, "sha": digest}


def _resources(cpu_millis: int, memory_mib: int) -> dict[str, Any]:
    return {
        "requests": {"cpu": cpu(cpu_millis), "memory": memory(memory_mib)},
        "limits": {"memory": memory(memory_mib)},
    }

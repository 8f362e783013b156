"""A workload of the cluster: what runs, how often, how it is reached, and what it is told.

Leaves out its namespace and service account, what it may do in AWS and in Vault, and who may reach
it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_kubernetes.apps import v1 as apps
from pulumi_kubernetes.autoscaling import v2 as autoscaling
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.policy import v1 as policy

from components._pod import Placement, Pod, Size, labels, pod_spec
from components._vault_agent import Agent, Share, configuration, files
from components.kubernetes_cluster import KubernetesCluster
from components.vault import AUDIENCE, Vault

CHECKSUM = "bank.internal/checksum"
"""Annotation of pods by which another configuration makes other pods."""
AWAY = 1
"""How many pods may be away for the sake of their nodes."""
_CPU_PERCENT = 70
_REVISIONS = 5
"""Of a Deployment, to go back to."""


@dataclass(frozen=True, kw_only=True)
class VaultShare:
    """What a workload has in Vault, some of it known later.

    Args:
        vault: The Vault.
        role: As what its pods log in, and by what certificates are issued to them.
        hostname: Whose name is in its certificates.
        databases: Where logins of databases are had.
        logins: The roles that give them, by what they are for.
    """

    vault: Vault
    role: pulumi.Input[str]
    hostname: str
    databases: pulumi.Input[str]
    logins: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class WorkloadArgs:
    """What a workload is made of.

    Args:
        cluster: The cluster it runs in.
        workload: Its name: of its pods, its objects and its container.
        namespace: Where.
        service_account: As what.
        image: What it runs, ``registry/name@sha256:…``.
        ports: What it answers, by the protocol's name: ``http``, ``grpc``.
        size: How much of it there is.
        placement: On which nodes.
        priority: Its priority class.
        environment: What it is told; nothing secret.
        agent: Vault's agent.
        share: What it has in Vault.
    """

    cluster: KubernetesCluster
    workload: str
    namespace: pulumi.Input[str]
    service_account: pulumi.Input[str]
    image: str
    ports: Mapping[str, int]
    size: Size
    placement: Placement
    priority: str
    environment: Mapping[str, pulumi.Input[str]]
    agent: Agent
    share: VaultShare


class Workload(pulumi.ComponentResource):
    """Restricted pods, spread and scaled, that get their secrets when they start and no earlier."""

    def __init__(
        self, name: str, args: WorkloadArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Workload", name, {}, opts)
        self._name, self._args = name, args
        self._inside = pulumi.ResourceOptions(parent=self, deleted_with=args.cluster.cluster)
        self._here = self._named(args.workload)
        deployment = self._deployment()
        core.Service(
            f"{name}-service",
            metadata=self._here,
            spec={
                "type": "ClusterIP",
                "selector": labels(args.workload),
                "ports": [
                    {
                        "name": protocol,
                        "port": port,
                        "target_port": protocol,
                        "protocol": "TCP",
                        "app_protocol": protocol,
                    }
                    for protocol, port in args.ports.items()
                ],
            },
            # It is awaited until a pod answers behind it, and would keep its own pods waiting.
            opts=pulumi.ResourceOptions.merge(
                self._inside, pulumi.ResourceOptions(depends_on=[deployment])
            ),
        )
        self._scale(deployment)
        self.register_outputs({})

    def _named(self, own: str) -> Any:  # noqa: ANN401 - an SDK's dictionary of many types
        args = self._args
        return {"name": own, "namespace": args.namespace, "labels": labels(args.workload)}

    def _deployment(self) -> apps.Deployment:
        args, share = self._args, self._args.share
        environment = core.ConfigMap(
            f"{self._name}-environment",
            metadata=self._here,
            data=args.environment,
            opts=self._inside,
        )
        texts = _agents_texts(share)
        agent = core.ConfigMap(
            f"{self._name}-agent",
            metadata=self._named(f"{args.workload}-vault-agent"),
            data=texts,
            opts=self._inside,
        )
        pod = Pod(
            workload=args.workload,
            image=args.image,
            ports=args.ports,
            size=args.size,
            placement=args.placement,
            priority=args.priority,
            agent_image=args.agent.image,
            vault=args.agent.address,
            audience=AUDIENCE,
            files=files(tuple(share.logins)),
        )
        spec: Any = pod_spec(
            pod,
            service_account=args.service_account,
            environment=environment.metadata["name"],
            agent=agent.metadata["name"],
        )
        told = pulumi.Output.all(args.environment, texts)
        return apps.Deployment(
            f"{self._name}-deployment",
            metadata=self._here,
            # How many there are is the autoscaler's to say.
            spec={
                "selector": {"match_labels": labels(args.workload)},
                "revision_history_limit": _REVISIONS,
                "strategy": {
                    "type": "RollingUpdate",
                    "rolling_update": {"max_surge": 1, "max_unavailable": 0},
                },
                "template": {
                    "metadata": {
                        "labels": labels(args.workload),
                        "annotations": {CHECKSUM: told.apply(_checksum)},
                    },
                    "spec": spec,
                },
            },
            opts=self._inside,
        )

    def _scale(self, deployment: apps.Deployment) -> None:
        args = self._args
        autoscaling.HorizontalPodAutoscaler(
            f"{self._name}-scale",
            metadata=self._here,
            spec={
                "scale_target_ref": {
                    "api_version": "apps/v1",
                    "kind": "Deployment",
                    "name": deployment.metadata["name"],
                },
                "min_replicas": args.size.minimum,
                "max_replicas": args.size.maximum,
                "metrics": [
                    {
                        "type": "ContainerResource",
                        # Of the workload itself: what stands beside it is idle when it is not.
                        "container_resource": {
                            "container": args.workload,
                            "name": "cpu",
                            "target": {
                                "type": "Utilization",
                                "average_utilization": _CPU_PERCENT,
                            },
                        },
                    }
                ],
            },
            opts=self._inside,
        )
        policy.PodDisruptionBudget(
            f"{self._name}-disruption",
            metadata=self._here,
            spec={
                "selector": {"match_labels": labels(args.workload)},
                "max_unavailable": AWAY,
                # Who answers nobody keeps no node from being emptied.
                "unhealthy_pod_eviction_policy": "AlwaysAllow",
            },
            opts=self._inside,
        )


def _agents_texts(share: VaultShare) -> pulumi.Output[dict[str, str]]:
    vault = share.vault

    def write(known: Sequence[str]) -> dict[str, str]:
        auth_path, role, pki, databases = known
        told = Share(
            auth_path=auth_path,
            role=role,
            pki=pki,
            hostname=share.hostname,
            databases=databases,
            logins=tuple(share.logins.items()),
        )
        return {"agent.hcl": configuration(told)}

    return pulumi.Output.all(vault.auth_path, share.role, vault.pki, share.databases).apply(write)


def _checksum(told: Sequence[Mapping[str, str]]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

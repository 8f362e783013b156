"""The control plane's programs, each with its arguments and with the files it reads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rehearsal.servers.control_plane.credentials import kubeconfig
from rehearsal.servers.folder import write_private
from rehearsal.servers.server import HOST

SERVICES = "10.255.0.0/16"
"""Addresses of services. The stack names others; nothing routes to either."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Where things are.

    Args:
        folder: The control plane's own folder.
        programs: The folder of Kubernetes' programs and etcd's.
        kwok: The ``kwok`` command.
        ports: A port for each purpose.
    """

    folder: Path
    programs: Path
    kwok: Path
    ports: Mapping[str, int]


def storage_and_api(plan: Plan) -> dict[str, list[str]]:
    """What has to be there first, by name: its command."""
    folder = plan.folder
    etcd = f"http://{HOST}:{plan.ports['etcd']}"
    peers = f"http://{HOST}:{plan.ports['etcd-peers']}"
    return {
        "etcd": [
            # Go calls the program of a module by the last part of its path.
            str(plan.programs / "server"),
            "--name=rehearsal",
            f"--data-dir={folder / 'etcd'}",
            f"--listen-client-urls={etcd}",
            f"--advertise-client-urls={etcd}",
            f"--listen-peer-urls={peers}",
            f"--initial-advertise-peer-urls={peers}",
            f"--initial-cluster=rehearsal={peers}",
            # A machine that loses power loses the rehearsal, and every write is ten times as fast.
            "--unsafe-no-fsync",
            "--log-level=warn",
        ],
        "kube-apiserver": [
            str(plan.programs / "kube-apiserver"),
            f"--etcd-servers={etcd}",
            f"--bind-address={HOST}",
            f"--secure-port={plan.ports['api']}",
            f"--cert-dir={folder / 'api'}",
            *_serving(folder),
            f"--client-ca-file={folder / 'ca.crt'}",
            # For extensions of the API, of which there are none; the others look for it.
            f"--requestheader-client-ca-file={folder / 'ca.crt'}",
            "--requestheader-allowed-names=front-proxy",
            "--authorization-mode=Node,RBAC",
            # As on EKS: Pod Security decides about it, by namespace.
            "--allow-privileged=true",
            "--enable-admission-plugins=NodeRestriction",
            f"--authentication-token-webhook-config-file={_webhook(plan)}",
            "--authentication-token-webhook-version=v1",
            # Beside this the API server keeps a token that got in for ten seconds, whatever is set.
            "--authentication-token-webhook-cache-ttl=0s",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={folder / 'tokens.key'}",
            f"--service-account-signing-key-file={folder / 'tokens.key'}",
            f"--service-cluster-ip-range={SERVICES}",
            # Nothing runs in the cluster that could reach it there.
            "--endpoint-reconciler-type=none",
            f"--audit-policy-file={_audit_policy(folder)}",
            f"--audit-log-path={folder / 'audit.log'}",
            # In MB: a rehearsal that stays up for days does not fill the disk.
            "--audit-log-maxsize=100",
            "--audit-log-maxbackup=1",
            "--profiling=false",
        ],
    }


def followers(plan: Plan) -> dict[str, list[str]]:
    """What works on the API server's objects, by name: its command."""
    folder = plan.folder
    controllers = str(kubeconfig(folder, "controllers"))
    scheduler = str(kubeconfig(folder, "scheduler"))
    return {
        "kube-controller-manager": [
            str(plan.programs / "kube-controller-manager"),
            *_follower(plan, controllers, "controllers"),
            f"--root-ca-file={folder / 'ca.crt'}",
            f"--service-account-private-key-file={folder / 'tokens.key'}",
            "--use-service-account-credentials=true",
            # A new workload has its minimum of replicas after five seconds, and not fifteen.
            "--horizontal-pod-autoscaler-sync-period=5s",
            # While pods come and go by the dozen, their services are worked out once a second.
            "--endpoint-updates-batch-period=1s",
            "--endpointslice-updates-batch-period=1s",
        ],
        "kube-scheduler": [
            str(plan.programs / "kube-scheduler"),
            *_follower(plan, scheduler, "scheduler"),
        ],
        "kwok": [
            str(plan.kwok),
            f"--kubeconfig={kubeconfig(folder, 'kwok')}",
            # Of nodes and pods it plays all, at once, by the stages that it brings along.
            "--manage-all-nodes=true",
            # Seconds, as kubelets have it. Without leases a node is now and then taken for gone.
            "--node-lease-duration-seconds=40",
            f"--server-address={HOST}:{plan.ports['kwok']}",
        ],
    }


def _follower(plan: Plan, login: str, purpose: str) -> list[str]:
    return [
        f"--kubeconfig={login}",
        f"--authentication-kubeconfig={login}",
        f"--authorization-kubeconfig={login}",
        f"--bind-address={HOST}",
        f"--secure-port={plan.ports[purpose]}",
        *_serving(plan.folder),
        "--leader-elect=false",
        # Their own modesty takes five seconds from the start of forty controllers.
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
        "--profiling=false",
    ]


def _serving(folder: Path) -> list[str]:
    return [
        f"--tls-cert-file={folder / 'server.crt'}",
        f"--tls-private-key-file={folder / 'server.key'}",
    ]


def _webhook(plan: Plan) -> Path:
    server = f"http://{HOST}:{plan.ports['authenticator']}"
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "authenticator", "cluster": {"server": server}}],
        "users": [{"name": "api"}],
        "contexts": [{"name": "api", "context": {"cluster": "authenticator", "user": "api"}}],
        "current-context": "api",
    }
    file = plan.folder / "authenticator.kubeconfig"
    write_private(file, json.dumps(content).encode())
    return file


def _audit_policy(folder: Path) -> Path:
    content = {
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        # Who did what to what; never what it said, for that may be a secret.
        "rules": [
            {"level": "None", "verbs": ["get", "list", "watch"], "userGroups": ["system:nodes"]},
            {"level": "Metadata"},
        ],
    }
    file = folder / "audit-policy.json"
    file.write_text(json.dumps(content))
    return file

"""Which changes of an object make another one of it. Pure.

The table is the official provider's: ``forceNew`` in ``provider/pkg/provider/diff.go`` of
pulumi-kubernetes 4. It is looked up by group and kind; what held for versions of an API that
Kubernetes no longer has is left out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rehearsal.providers.values import Plain, differences

_VOLUMES = (
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "csi",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "glusterfs",
    "hostPath",
    "iscsi",
    "local",
    "nfs",
    "photonPersistentDisk",
    "portworxVolume",
    "quobyte",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
)
_POD = (
    "affinity",
    "automountServiceAccountToken",
    "dnsConfig",
    "dnsPolicy",
    "enableServiceLinks",
    "hostAliases",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostname",
    "imagePullSecrets",
    "nodeName",
    "nodeSelector",
    "overhead",
    "preemptionPolicy",
    "priority",
    "priorityClassName",
    "readinessGates",
    "restartPolicy",
    "runtimeClassName",
    "schedulerName",
    "securityContext",
    "serviceAccount",
    "serviceAccountName",
    "shareProcessNamespace",
    "subdomain",
    "terminationGracePeriodSeconds",
    "volumes",
)
_CONTAINER = (
    "args",
    "command",
    "env",
    "image",
    "imagePullPolicy",
    "lifecycle",
    "livenessProbe",
    "ports",
    "readinessProbe",
    "resources",
    "securityContext",
    "stdin",
    "stdinOnce",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "tty",
    "volumeDevices",
    "volumeMounts",
    "workingDir",
)
_CONTAINERS = ("spec.containers[*]", "spec.initContainers[*]")
_RBAC = "rbac.authorization.k8s.io"

_ALWAYS = ("kind", "metadata.name", "metadata.namespace")

_KINDS: Mapping[tuple[str, str], Sequence[str]] = {
    ("", "PersistentVolume"): [f"spec.{volume}" for volume in _VOLUMES],
    ("", "PersistentVolumeClaim"): (
        "spec.accessModes",
        "spec.selector",
        "spec.storageClassName",
        "spec.volumeName",
    ),
    ("", "Pod"): [
        *(f"spec.{field}" for field in _POD),
        *(f"{container}.{field}" for container in _CONTAINERS for field in _CONTAINER),
    ],
    ("", "ResourceQuota"): ("spec.scopes",),
    ("", "Secret"): ("type",),
    ("", "Service"): ("spec.clusterIP",),
    ("apps", "DaemonSet"): ("spec.selector",),
    ("apps", "Deployment"): ("spec.selector",),
    ("apps", "StatefulSet"): (
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    ("batch", "Job"): ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    (_RBAC, "ClusterRoleBinding"): ("roleRef",),
    (_RBAC, "RoleBinding"): ("roleRef",),
    ("storage.k8s.io", "StorageClass"): ("parameters", "provisioner"),
}

_CONTENT: Mapping[tuple[str, str], Sequence[str]] = {
    ("", "ConfigMap"): ("binaryData", "data"),
    ("", "Secret"): ("data", "stringData"),
}
"""Replaced as well, unless the provider's configuration lets them change in place."""


@dataclass(frozen=True)
class Change:
    """One difference: where, ``ADD``, ``DELETE`` or ``UPDATE``, and whether it replaces."""

    path: str
    kind: str
    replaces: bool


def changes(old: Plain, new: Plain, *, mutable: bool) -> list[Change]:
    """The differences between two declarations of an object.

    Args:
        old: What was declared, as far as it is so.
        new: What is declared now.
        mutable: Whether the content of a config map or a secret may change in place.
    """
    own = (_group(new), new["kind"])
    content = () if mutable else _CONTENT.get(own, ())
    fixed = (*_ALWAYS, *_KINDS.get(own, ()), *content)
    return [
        Change(
            path,
            "ADD" if before is None else "DELETE" if after is None else "UPDATE",
            _replaces(path, fixed) or (path == "apiVersion" and _group(old) != _group(new)),
        )
        for path, before, after in differences(old, new)
    ]


def within(path: str, outer: str) -> bool:
    """Whether a path is another one, or leads further."""
    return path == outer or path.startswith((f"{outer}.", f"{outer}["))


def _replaces(path: str, fixed: Sequence[str]) -> bool:
    path = re.sub(r"\[\d+\]", "[*]", path)
    # A whole object that comes or goes takes its inner properties along.
    return any(within(path, each) or within(each, path) for each in fixed)


def _group(declared: Plain) -> str:
    # The first group has no name.
    return str(declared["apiVersion"]).rpartition("/")[0]

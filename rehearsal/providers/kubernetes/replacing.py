"""Which changes of an object make another one of it. Pure.

The official provider's own list (its table of properties that force a replacement), and what the
API server refuses to change of an object that is there.
"""

from collections.abc import Mapping

_ALWAYS = ("apiVersion", "kind", "metadata.name", "metadata.namespace")

_KINDS: Mapping[str, tuple[str, ...]] = {
    "ClusterRoleBinding": ("roleRef",),
    "CSIDriver": ("spec.attachRequired",),
    "DaemonSet": ("spec.selector",),
    "Deployment": ("spec.selector",),
    "Ingress": ("spec.ingressClassName",),
    "Job": (
        "spec.completions",
        "spec.podFailurePolicy",
        "spec.selector",
        "spec.template",
    ),
    "PersistentVolumeClaim": (
        "spec.accessModes",
        "spec.dataSource",
        "spec.selector",
        "spec.storageClassName",
        "spec.volumeMode",
        "spec.volumeName",
    ),
    "Pod": ("spec",),
    "PriorityClass": ("globalDefault", "preemptionPolicy", "value"),
    "RoleBinding": ("roleRef",),
    "RuntimeClass": ("handler",),
    "Secret": ("type",),
    "Service": ("spec.clusterIP",),
    "StatefulSet": (
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    "StorageClass": (
        "parameters",
        "provisioner",
        "reclaimPolicy",
        "volumeBindingMode",
    ),
}


def fixed(kind: str) -> tuple[str, ...]:
    """The paths of an object's properties that can't change while it lives."""
    return (*_ALWAYS, *_KINDS.get(kind, ()))

"""What a machine becomes when it is on for the first time: a node, as its user data tells it.

vcsim starts no guest, so the stand-in does what cloud-init and ``nodeadm`` would: it reads what the
machine was told, and makes the Node object that would join, on the real API server. KWOK keeps it
ready.
"""

import base64
import json
from http import HTTPStatus
from typing import Any

import kubernetes
from kubernetes.client.exceptions import ApiException

from rehearsal.providers.aws.nodes import Size
from rehearsal.providers.kubernetes.cluster import cluster
from rehearsal.providers.kubernetes.objects import Reference
from rehearsal.providers.values import Plain

_api: Any = kubernetes.client
"""A client without types of its own."""

_TOLD = "guestinfo.userdata"
_LABELS = "--node-labels="
_INIT = ["nodeadm", "init"]
_PODS = 110
"""How many pods kubelet takes if it is told nothing else."""


def join(kubeconfig: str, inputs: Plain) -> None:
    """Makes the node that a machine becomes, or gives it the size that the machine has now.

    Args:
        kubeconfig: The cluster's; empty where none is there.
        inputs: What is declared of the machine.

    Raises:
        RuntimeError: The machine is told nothing that would make it a node.
    """
    if not kubeconfig:
        return
    node = node_of(inputs)
    nodes: Any = _api.CoreV1Api(cluster(kubeconfig).api)
    try:
        nodes.create_node(node)
    except ApiException as refused:
        error: Any = refused
        if error.status != HTTPStatus.CONFLICT:
            raise
        nodes.patch_node_status(node["metadata"]["name"], {"status": node["status"]})


def leave(kubeconfig: str, name: str) -> None:
    """Takes away the node that a machine was."""
    if kubeconfig:
        cluster(kubeconfig).delete(Reference("v1", "Node", name=name))


def node_of(inputs: Plain) -> Plain:
    """The node that a machine becomes, as an object."""
    configuration = _configuration(inputs)
    kubelet: Plain = configuration["spec"]["kubelet"]
    size = Size(cpus=int(inputs["numCpus"]), memory_mib=int(inputs["memory"]), pods=_PODS)
    name: str = inputs["name"]
    given = [flag.removeprefix(_LABELS) for flag in kubelet["flags"] if flag.startswith(_LABELS)]
    labels = dict(each.split("=", 1) for flag in given for each in flag.split(","))
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {
                **labels,
                # What nodeadm gives to each, and what kubelet does.
                "eks.amazonaws.com/compute-type": "hybrid",
                "eks.amazonaws.com/hybrid-credential-provider": "ssm",
                "kubernetes.io/arch": "amd64",
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
            },
        },
        "spec": {"taints": kubelet["config"]["registerWithTaints"]},
        "status": {"allocatable": size.allocatable, "capacity": size.capacity},
    }


def _configuration(inputs: Plain) -> Plain:
    """What ``nodeadm`` finds: a file that cloud-init writes."""
    extra: Plain = inputs.get("extraConfig") or {}
    told = base64.b64decode(extra.get(_TOLD) or "").decode()
    try:
        document: Plain = json.loads(told.partition("\n")[2])
        init: list[list[str]] = [each for each in document["runcmd"] if each[:2] == _INIT]
        path = init[0][-1].removeprefix("file://")
        (content,) = [each["content"] for each in document["write_files"] if each["path"] == path]
    except (IndexError, KeyError, ValueError) as error:
        raise RuntimeError(
            f"{inputs['name']} would become no node: its user data does not say how to join"
        ) from error
    found: Any = json.loads(content)
    return found

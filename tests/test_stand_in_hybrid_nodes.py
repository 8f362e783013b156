"""What a machine of the data centre becomes: the node that its user data tell of."""

import base64
import json
from typing import Any

import pytest

from components._node_setup import Joining, user_data
from rehearsal.providers.vsphere.nodes import join, leave, node_of

JOINING = Joining(
    cluster="corebank",
    region="eu-west-1",
    version="1.35",
    labels={"bank.internal/pool": "payments", "bank.internal/site": "dublin"},
    taints={"bank.internal/pool": "payments"},
)


def machine(told: str) -> dict[str, Any]:
    return {
        "name": "corebank-production-payments-1",
        "numCpus": 16.0,
        "memory": 65536.0,
        "extraConfig": {"guestinfo.userdata": base64.b64encode(told.encode()).decode()},
    }


def test_a_node_has_the_labels_the_taint_and_the_size_that_its_machine_was_told() -> None:
    told = user_data(JOINING, activation_id="id", activation_code="code")
    node = node_of(machine(told))
    assert node["metadata"]["name"] == "corebank-production-payments-1"
    assert node["metadata"]["labels"] == {
        "bank.internal/pool": "payments",
        "bank.internal/site": "dublin",
        "eks.amazonaws.com/compute-type": "hybrid",
        "eks.amazonaws.com/hybrid-credential-provider": "ssm",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": "corebank-production-payments-1",
        "kubernetes.io/os": "linux",
    }
    assert node["spec"]["taints"] == [
        {"key": "bank.internal/pool", "value": "payments", "effect": "NoSchedule"}
    ]
    assert node["status"]["capacity"]["cpu"] == "16"
    assert node["status"]["allocatable"] == {
        "cpu": "15890m",
        "ephemeral-storage": "100Gi",
        "memory": "63971Mi",
        "pods": "110",
    }
    assert "code" not in json.dumps(node)


@pytest.mark.parametrize(
    "told",
    [
        "",
        "#cloud-config\n{}\n",
        '#cloud-config\n{"runcmd": [], "write_files": []}\n',
        '#cloud-config\n{"runcmd": [["nodeadm", "init", "file:///a"]], "write_files": []}\n',
        "#cloud-config\nruncmd: []\n",
    ],
)
def test_a_machine_that_is_not_told_how_to_join_becomes_no_node(told: str) -> None:
    with pytest.raises(RuntimeError, match="would become no node: its user data does not say"):
        node_of(machine(told))


def test_without_a_cluster_there_is_nothing_to_join() -> None:
    join("", machine(""))
    leave("", "corebank-production-payments-1")

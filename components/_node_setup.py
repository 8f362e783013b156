"""What a machine outside AWS is told when it starts for the first time, to become a node. Pure.

Two documents that cloud-init reads: who the machine is and where, and what it has to do. The second
has the code with which it registers, so it is a secret as a whole.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any

CONFIGURATION = "/etc/eks/nodeConfig.yaml"
"""Where the machine keeps what joins it, until it has joined."""


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """The network that machines are on.

    Args:
        network: All of its addresses; the first is the gateway's.
        name_servers: Whom they ask for names.
    """

    network: IPv4Network
    name_servers: Sequence[IPv4Address]

    @property
    def gateway(self) -> IPv4Address:
        """The way out."""
        return self.network[1]


@dataclass(frozen=True, kw_only=True)
class Joining:
    """Which cluster a machine joins, and as what.

    Args:
        cluster: Its name in the account.
        region: Where it is.
        version: Kubernetes' minor version.
        labels: The node's labels.
        taints: Label to its value, for those that pods have to tolerate.
    """

    cluster: str
    region: str
    version: str
    labels: Mapping[str, str]
    taints: Mapping[str, str]


def addresses(own: IPv4Network, number: int) -> tuple[IPv4Address, ...]:
    """The first addresses of a range, as many as asked for: those of earlier nodes never change.

    Raises:
        ValueError: There are not enough.
    """
    if number > own.num_addresses:
        raise ValueError(f"{own} has {own.num_addresses} addresses, and {number} are asked for")
    return tuple(own[index] for index in range(number))


def meta_data(name: str, address: IPv4Address, wiring: Wiring) -> str:
    """Who a machine is and where, as JSON, which is YAML too.

    Args:
        name: Its name, by which cloud-init knows a new machine from one that starts again.
        address: Its address.
        wiring: Its network.
    """
    return json.dumps(
        {
            "instance-id": name,
            "local-hostname": name,
            "network": {
                "version": 2,
                "ethernets": {
                    "primary": {
                        "match": {"driver": "vmxnet3"},
                        "dhcp4": False,
                        "dhcp6": False,
                        "addresses": [f"{address}/{wiring.network.prefixlen}"],
                        "routes": [{"to": "default", "via": str(wiring.gateway)}],
                        "nameservers": {
                            "addresses": [str(server) for server in wiring.name_servers]
                        },
                    }
                },
            },
        }
    )


def user_data(joining: Joining, *, activation_id: str, activation_code: str) -> str:
    """What a machine has to do: install what a node is made of, and join.

    Args:
        joining: Where, and as what.
        activation_id: Names the activation that lets it register with Systems Manager.
        activation_code: The secret that goes with it.
    """
    configuration = {
        "apiVersion": "node.eks.aws/v1alpha1",
        "kind": "NodeConfig",
        "spec": {
            "cluster": {"name": joining.cluster, "region": joining.region},
            "hybrid": {"ssm": {"activationId": activation_id, "activationCode": activation_code}},
            "kubelet": {
                "config": {
                    "registerWithTaints": [
                        {"key": key, "value": value, "effect": "NoSchedule"}
                        for key, value in sorted(joining.taints.items())
                    ]
                },
                "flags": [f"--node-labels={_flag(joining.labels)}"],
            },
        },
    }
    install = ["nodeadm", "install", joining.version]
    document: dict[str, Any] = {
        "write_files": [
            {
                "path": CONFIGURATION,
                "permissions": "0600",
                "owner": "root:root",
                "content": json.dumps(configuration),
            }
        ],
        "runcmd": [
            [*install, "--credential-provider", "ssm", "--region", joining.region],
            ["nodeadm", "init", "--config-source", f"file://{CONFIGURATION}"],
            # The code in it has done its work.
            ["shred", "--remove", CONFIGURATION],
        ],
    }
    return f"#cloud-config\n{json.dumps(document)}\n"


def _flag(labels: Mapping[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items()))

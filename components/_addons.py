"""What Kubernetes on EKS needs beside itself, pinned: the add-ons that Amazon maintains. Pure.

Add-ons of each Kubernetes version, as they were published for it in spring 2026. What is offered
today tells ``aws eks describe-addon-versions``; a newer one is raised here, and rolls out as a
change that is previewed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EBS_CSI_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
VPC_CNI_POLICY = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"


@dataclass(frozen=True, kw_only=True)
class AddonIdentity:
    """Whose name an add-on's pods act in towards AWS.

    Args:
        service_account: In the namespace ``kube-system``.
        policy: ARN of the policy of AWS's own that says what they may do.
    """

    service_account: str
    policy: str


@dataclass(frozen=True, kw_only=True)
class Addon:
    """One add-on.

    Args:
        name: As EKS knows it.
        versions: Kubernetes version to the add-on's.
        before_nodes: Whether nodes need it to be there; the others need nodes.
        identity: Whose name it acts in; ``None`` where it asks AWS for nothing.
        values: Its configuration, where it differs from the add-on's own.
    """

    name: str
    versions: Mapping[str, str]
    before_nodes: bool
    identity: AddonIdentity | None = None
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def configuration(self) -> str | None:
        """The values as EKS takes them; ``None`` where there are none."""
        return json.dumps(self.values, sort_keys=True) if self.values else None


ADDONS = (
    Addon(
        name="vpc-cni",
        versions={"1.34": "v1.21.1-eksbuild.3", "1.35": "v1.21.1-eksbuild.3"},
        before_nodes=True,
        identity=AddonIdentity(service_account="aws-node", policy=VPC_CNI_POLICY),
        # Without it network policies are written and nobody enforces them.
        values={"enableNetworkPolicy": "true", "nodeAgent": {"enablePolicyEventLogs": "true"}},
    ),
    Addon(
        name="kube-proxy",
        versions={"1.34": "v1.34.3-eksbuild.2", "1.35": "v1.35.0-eksbuild.2"},
        before_nodes=True,
    ),
    Addon(
        name="eks-pod-identity-agent",
        versions={"1.34": "v1.3.10-eksbuild.2", "1.35": "v1.3.10-eksbuild.2"},
        before_nodes=True,
    ),
    Addon(
        name="coredns",
        versions={"1.34": "v1.13.2-eksbuild.1", "1.35": "v1.13.2-eksbuild.1"},
        before_nodes=False,
    ),
    Addon(
        name="aws-ebs-csi-driver",
        versions={"1.34": "v1.55.0-eksbuild.2", "1.35": "v1.55.0-eksbuild.2"},
        before_nodes=False,
        identity=AddonIdentity(service_account="ebs-csi-controller-sa", policy=EBS_CSI_POLICY),
    ),
)

"""Nodes of one kind: machines that EKS keeps, spread over the zones, and their template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_eks as eks
from pulumi_aws import ec2

DISK_GIB = 100
"""Each node's disk for images, logs and what pods write: an assumption, to be measured."""


@dataclass(frozen=True, kw_only=True)
class NodeGroupArgs:
    """What a group of nodes is made of.

    Args:
        cluster: The cluster.
        cluster_name: Its name in the account.
        group: The group's name in the cluster.
        version: Kubernetes' minor version.
        release: The release of Bottlerocket.
        role_arn: ARN of the nodes' role.
        subnet_ids: One subnet for each zone.
        instance_type: Their size.
        minimum: How many there are at first, and at least.
        maximum: How many there can be.
        labels: Labels of each node.
        taints: Label of each node to its value, for those that pods have to tolerate.
        disk_key_arn: The key that encrypts their disks.
        tags: What machines, disks and interfaces are tagged with.
    """

    cluster: eks.Cluster
    cluster_name: str
    group: str
    version: str
    release: str
    role_arn: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    instance_type: str
    minimum: int
    maximum: int
    labels: Mapping[str, str]
    taints: Mapping[str, str]
    disk_key_arn: pulumi.Input[str]
    tags: Mapping[str, str]


class NodeGroup(pulumi.ComponentResource):
    """Machines that nobody logs in to, with encrypted disks, whose pods see no instance's role."""

    def __init__(
        self, name: str, args: NodeGroupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:NodeGroup", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        machine = {**args.tags, "Name": name}
        template = ec2.LaunchTemplate(
            f"{name}-template",
            name=f"{args.cluster_name}-{args.group}",
            update_default_version=True,
            metadata_options={
                "http_endpoint": "enabled",
                "http_tokens": "required",
                # A pod is one hop further away than the node, and gets no answer.
                "http_put_response_hop_limit": 1,
                "instance_metadata_tags": "disabled",
            },
            monitoring={"enabled": True},
            block_device_mappings=[
                {
                    "device_name": device,
                    "ebs": {
                        "volume_type": "gp3",
                        "volume_size": size,
                        "encrypted": "true",
                        "kms_key_id": args.disk_key_arn,
                        "delete_on_termination": "true",
                    },
                }
                # Bottlerocket's own disk, and the one for everything else.
                for device, size in (("/dev/xvda", 4), ("/dev/xvdb", DISK_GIB))
            ],
            tag_specifications=[
                {"resource_type": kind, "tags": machine}
                for kind in ("instance", "network-interface", "volume")
            ],
            opts=own,
        )
        eks.ManagedNodeGroup(
            f"{name}-group",
            cluster=args.cluster,
            cluster_name=args.cluster_name,
            node_group_name=args.group,
            version=args.version,
            ami_type="BOTTLEROCKET_x86_64",
            release_version=args.release,
            node_role_arn=args.role_arn,
            subnet_ids=args.subnet_ids,
            instance_types=[args.instance_type],
            launch_template={
                "id": template.id,
                "version": template.latest_version.apply(str),
            },
            scaling_config={
                "min_size": args.minimum,
                "max_size": args.maximum,
                "desired_size": args.minimum,
            },
            # How many there are just now is not the program's to say.
            ignore_scaling_changes=True,
            labels=dict(args.labels),
            taints=[
                {"key": key, "value": value, "effect": "NO_SCHEDULE"}
                for key, value in args.taints.items()
            ],
            tags=dict(args.tags),
            opts=own,
        )
        self.register_outputs({})

"""The documents' own repository, as a Pulumi program: what it declared, with its faults.

Its settings are those that were found there: a public and outdated cluster, brokers that ask nobody
who they are, a Vault of one server over plain HTTP, and much that was in the prose only.
"""

import json
from typing import Any

import pulumi_aws as aws
import pulumi_kubernetes as k8s

_ANYWHERE = "0.0.0.0/0"
_ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")


def program() -> None:
    """Declares it."""
    network, subnets = _network()
    _cluster(network, subnets)
    _brokers(network, subnets)
    _ci()
    _argo()
    _charts()
    _workloads()


def _network() -> tuple[aws.ec2.Vpc, list[aws.ec2.Subnet]]:
    aws.Provider("here", region="us-east-1")
    network = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16")
    internet = aws.ec2.InternetGateway("main", vpc_id=network.id)
    table = aws.ec2.RouteTable(
        "public", vpc_id=network.id, routes=[{"cidr_block": _ANYWHERE, "gateway_id": internet.id}]
    )
    subnets = [
        aws.ec2.Subnet(
            zone,
            vpc_id=network.id,
            cidr_block=f"10.0.{number}.0/24",
            availability_zone=zone,
            map_public_ip_on_launch=True,
        )
        for number, zone in enumerate(_ZONES)
    ]
    for zone, subnet in zip(_ZONES, subnets, strict=True):
        aws.ec2.RouteTableAssociation(zone, subnet_id=subnet.id, route_table_id=table.id)
    return network, subnets


def _group(name: str, network: aws.ec2.Vpc, *ports: int) -> aws.ec2.SecurityGroup:
    return aws.ec2.SecurityGroup(
        name,
        vpc_id=network.id,
        ingress=[
            {"protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": [_ANYWHERE]}
            for port in ports
        ],
        egress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": [_ANYWHERE]}],
    )


def _cluster(network: aws.ec2.Vpc, subnets: list[aws.ec2.Subnet]) -> None:
    def role(name: str, service: str) -> aws.iam.Role:
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        return aws.iam.Role(name, assume_role_policy=document)

    group = _group("nodes", network, 22, 30000)
    cluster = aws.eks.Cluster(
        "main",
        role_arn=role("cluster", "eks.amazonaws.com").arn,
        version="1.29",
        vpc_config={
            "subnet_ids": [subnet.id for subnet in subnets],
            "security_group_ids": [group.id],
            "endpoint_public_access": True,
        },
    )
    aws.eks.NodeGroup(
        "main",
        cluster_name=cluster.name,
        node_role_arn=role("node", "ec2.amazonaws.com").arn,
        subnet_ids=[subnet.id for subnet in subnets],
        ami_type="AL2_x86_64",
        scaling_config={"desired_size": 2, "min_size": 2, "max_size": 4},
        remote_access={"ec2_ssh_key": "ops"},
    )
    aws.cloudwatch.LogGroup("cluster", retention_in_days=14)


def _brokers(network: aws.ec2.Vpc, subnets: list[aws.ec2.Subnet]) -> None:
    group = _group("brokers", network, 9092)
    aws.msk.Cluster(
        "main",
        kafka_version="3.6.0",
        number_of_broker_nodes=3,
        broker_node_group_info={
            "instance_type": "kafka.m5.large",
            "client_subnets": [subnet.id for subnet in subnets],
            "security_groups": [group.id],
        },
        encryption_info={"encryption_in_transit": {"client_broker": "TLS_PLAINTEXT"}},
    )
    aws.cloudwatch.LogGroup("brokers", retention_in_days=30)


def _ci() -> None:
    user = aws.iam.User("ci")
    aws.iam.AccessKey("ci", user=user.name)
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
    aws.iam.Policy("ci", policy=document)
    # Plans and states of all environments, in one bucket that keeps no versions.
    aws.s3.Bucket("state", force_destroy=True)


def _argo() -> None:
    any_ = {"group": "*", "kind": "*"}
    _custom(
        "AppProject",
        sourceRepos=["*"],
        destinations=[{"namespace": "*", "server": "*"}],
        clusterResourceWhitelist=[any_],
        namespaceResourceWhitelist=[any_],
    )
    _custom(
        "Application",
        project="digital-bank",
        source={"repoURL": "https://example.com/bank.git", "targetRevision": "HEAD"},
        syncPolicy={"automated": {"prune": True, "selfHeal": True}},
    )


def _custom(kind: str, **spec: Any) -> None:
    k8s.apiextensions.CustomResource(
        kind.lower(),
        api_version="argoproj.io/v1alpha1",
        kind=kind,
        metadata={"name": "digital-bank-production", "namespace": "argocd"},
        spec=spec,
    )


def _charts() -> None:
    k8s.helm.v3.Release(
        "vault",
        chart="vault",
        namespace="vault",
        repository_opts={"repo": "https://helm.releases.hashicorp.com"},
        values={
            "global": {"tlsDisable": True},
            "server": {
                "dataStorage": {"size": "10Gi"},
                "standalone": {
                    "enabled": True,
                    "config": 'listener "tcp" { tls_disable = 1 address = "[::]:8200" }',
                },
            },
        },
    )
    k8s.helm.v3.Release(
        "minio",
        chart="minio",
        namespace="minio",
        repository_opts={"repo": "https://charts.bitnami.com/bitnami"},
        values={"auth": {"rootUser": "admin", "rootPassword": "changeme123"}},
    )


def _workloads() -> None:
    for name in ("payments", "onboarding", "aml"):
        space = k8s.core.v1.Namespace(name, metadata={"name": name})
        labels = {"app": name}
        container: Any = {
            "name": name,
            "image": f"registry.example.com/{name}:latest",
            "env": [{"name": "LOG_LEVEL", "value": "debug"}],
            "ports": [{"container_port": 8080}],
        }
        spec: Any = {
            "replicas": 1,
            "selector": {"match_labels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        }
        k8s.apps.v1.Deployment(name, metadata={"namespace": space.metadata.name}, spec=spec)

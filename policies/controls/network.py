"""Virtual networks: what is logged, what is open, and what a group starts with."""

from policies.controls._model import Control, Wrong
from policies.controls._routes import SUBNETS, VPCS, reaches_internet
from policies.controls._stack import Resource, Stack
from policies.controls._wire import any_of, is_true

VPC = "aws:ec2/vpc:Vpc"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
DEFAULT_SUBNET = "aws:ec2/defaultSubnet:DefaultSubnet"
GROUP_RULES = (
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
)
STANDS_IN = {
    "aws:docdb/subnetGroup:SubnetGroup": ("subnetIds",),
    "aws:eks/cluster:Cluster": ("vpcConfig",),
    "aws:eks/fargateProfile:FargateProfile": ("subnetIds",),
    "aws:eks/nodeGroup:NodeGroup": ("subnetIds",),
    "aws:elasticache/subnetGroup:SubnetGroup": ("subnetIds",),
    "aws:memorydb/subnetGroup:SubnetGroup": ("subnetIds",),
    "aws:msk/cluster:Cluster": ("brokerNodeGroupInfo",),
    "aws:msk/serverlessCluster:ServerlessCluster": ("vpcConfigs",),
    "aws:neptune/subnetGroup:SubnetGroup": ("subnetIds",),
    "aws:opensearch/domain:Domain": ("vpcOptions",),
    "aws:rds/proxy:Proxy": ("vpcSubnetIds",),
    "aws:rds/subnetGroup:SubnetGroup": ("subnetIds",),
    "aws:redshift/subnetGroup:SubnetGroup": ("subnetIds",),
    "aws-native:eks:Cluster": ("resourcesVpcConfig",),
    "aws-native:eks:Nodegroup": ("subnets",),
    "aws-native:msk:Cluster": ("brokerNodeGroupInfo",),
    "aws-native:rds:DbSubnetGroup": ("subnetIds",),
    "eks:index:Cluster": ("subnetIds", "privateSubnetIds", "publicSubnetIds", "nodeSubnetIds"),
    "eks:index:ManagedNodeGroup": ("subnetIds",),
    "eks:index:NodeGroup": ("nodeSubnetIds",),
    "eks:index:NodeGroupV2": ("nodeSubnetIds",),
}
"""What holds data or runs workloads, and where it says in which subnets."""

FLOW_LOGS = Control(
    id="NET-01",
    pack="security",
    title="Every network logs all of its flows",
    levels="AMM",
    severity="medium",
    supports="HUB EC2.6, C5 3.7, PCI 10.2.1, N AU-12, D 10, R 13",
    remedy="Add an aws.ec2.FlowLog with trafficType ALL for the VPC.",
)
DEFAULT_GROUPS = Control(
    id="NET-02",
    pack="security",
    title="The group that a network starts with lets nothing through",
    levels="MMM",
    severity="high",
    supports="HUB EC2.2, C5 5.5, PCI 1.3.1, N SC-7",
    remedy="Add an aws.ec2.DefaultSecurityGroup for the VPC, with ingress and egress empty.",
)
PRIVATE_SUBNETS = Control(
    id="NET-05",
    pack="security",
    title="What holds data or runs workloads can't be reached from the internet",
    levels="AMM",
    severity="high",
    supports="HUB EC2.15, CE 5.4.3, PCI 1.4.4, N SC-7",
    remedy="Set mapPublicIpOnLaunch to false, and put data and nodes into subnets whose routes "
    "lead to a NAT gateway or nowhere.",
)


@FLOW_LOGS.rule_in_stack("flow-log", "a flow log of all traffic for each VPC", VPC)
def _flow_log(vpc: Resource, stack: Stack) -> Wrong:
    logs = stack.about(vpc, "vpcId", [FLOW_LOG])
    if not any(log.at("trafficType") == "ALL" for log in logs):
        yield "has no flow log whose trafficType is ALL"


@DEFAULT_GROUPS.rule_in_stack("taken-over", "the default group of each VPC is managed", *VPCS)
def _taken_over(vpc: Resource, stack: Stack) -> Wrong:
    if not any_of(stack.of(DEFAULT_GROUP), lambda group: group.concerns(vpc, "vpcId")):
        yield "has no DefaultSecurityGroup that closes the group it starts with"


@DEFAULT_GROUPS.rule("ingress", "a default group lets nothing in", DEFAULT_GROUP)
def _nothing_in(group: Resource) -> Wrong:
    # A direction that is not named is emptied, too: the provider takes all rules away first.
    if group.at("ingress"):
        yield "ingress is not empty"


@DEFAULT_GROUPS.rule("egress", "a default group lets nothing out", DEFAULT_GROUP)
def _nothing_out(group: Resource) -> Wrong:
    if group.at("egress"):
        yield "egress is not empty"


@DEFAULT_GROUPS.rule_in_stack("rules", "a default group has no rules beside it", DEFAULT_GROUP)
def _no_rules(group: Resource, stack: Stack) -> Wrong:
    if any_of(stack.of(*GROUP_RULES), lambda rule: rule.concerns(group, "securityGroupId")):
        yield "has a rule beside it that opens it again"


@PRIVATE_SUBNETS.rule("public-address", "no public address by default", *SUBNETS)
def _public_address(subnet: Resource) -> Wrong:
    given = subnet.at("mapPublicIpOnLaunch")
    if is_true(given) or (given is None and subnet.type == DEFAULT_SUBNET):
        yield "mapPublicIpOnLaunch is not false"


@PRIVATE_SUBNETS.rule_in_stack("route", "data and nodes have no route to the internet", *SUBNETS)
def _route(subnet: Resource, stack: Stack) -> Wrong:
    if _holds_something(subnet, stack) and reaches_internet(subnet, stack):
        yield "holds data or nodes, and one of its routes leads to an internet gateway"


def _holds_something(subnet: Resource, stack: Stack) -> bool:
    return any(
        user.refers_to(subnet, key)
        for type_, keys in STANDS_IN.items()
        for user in stack.of(type_)
        for key in keys
    )


CONTROLS = (FLOW_LOGS, DEFAULT_GROUPS, PRIVATE_SUBNETS)

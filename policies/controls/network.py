"""Virtual networks: what is logged, what is open, and what a group starts with."""

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack

VPC = "aws:ec2/vpc:Vpc"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"

FLOW_LOGS = Control(
    id="NET-01",
    pack="security",
    title="Every network logs all of its flows",
    levels="AMM",
    severity="medium",
    supports="HUB EC2.6, C5 3.7, PCI 10.2.1, N AU-12, D 10, R 13",
    remedy="Add an aws.ec2.FlowLog with trafficType ALL for the VPC.",
)


@FLOW_LOGS.rule_in_stack("flow-log", "a flow log of all traffic for each VPC", VPC)
def _flow_log(vpc: Resource, stack: Stack) -> Wrong:
    logs = stack.about(vpc, "vpcId", [FLOW_LOG])
    if not any(log.at("trafficType") == "ALL" for log in logs):
        yield "has no flow log whose trafficType is ALL"


CONTROLS = (FLOW_LOGS,)

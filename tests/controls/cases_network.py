"""Networks: NET-01 to NET-07."""

from policies.controls.network import FLOW_LOG, VPC
from tests.controls.cases import UNKNOWN, Cases, Change, thing, without

_VPC = thing(VPC)

CASES = {
    "net-01-flow-log": Cases(
        fails=[
            [_VPC],
            [_VPC, thing(FLOW_LOG, refers={"vpcId": _VPC}, vpcId="a", trafficType="REJECT")],
        ],
        passes=[
            [_VPC, thing(FLOW_LOG, refers={"vpcId": _VPC}, vpcId=UNKNOWN, trafficType="ALL")],
            [thing(VPC, id="vpc-1"), thing(FLOW_LOG, vpcId="vpc-1", trafficType="ALL")],
        ],
        unknown=[[_VPC, thing(FLOW_LOG, refers={"vpcId": _VPC}, trafficType=UNKNOWN)]],
    ),
}

LOOSENED: dict[str, Change] = {"NET-01": without(FLOW_LOG)}
"""The one thing that is loosened in the bank, by the control that has to see it, and no other."""

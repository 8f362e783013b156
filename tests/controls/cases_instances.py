"""Machines: NET-09 and NET-10."""

from policies.controls.instances import INSTANCES
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing

_TEMPLATE, _INSTANCE = INSTANCES

CASES = {
    "net-09-tokens": Cases(
        fails=[{}, {"metadataOptions": {"httpTokens": "optional"}}],
        passes=[
            {"metadataOptions": {"httpTokens": "required"}},
            thing(_INSTANCE, metadataOptions={"httpTokens": "required"}),
        ],
        unknown=[{"metadataOptions": {"httpTokens": UNKNOWN}}, {"metadataOptions": UNKNOWN}],
    ),
    "net-09-one-hop": Cases(
        fails=[{}, {"metadataOptions": {"httpPutResponseHopLimit": 2.0}}],
        passes=[
            {"metadataOptions": {"httpPutResponseHopLimit": 1.0}},
            thing(_INSTANCE, metadataOptions={"httpPutResponseHopLimit": 1.0}),
        ],
        unknown=[{"metadataOptions": {"httpPutResponseHopLimit": UNKNOWN}}],
    ),
}

LOOSENED: dict[str, Change] = {
    "NET-09": change(_TEMPLATE, "metadataOptions.httpTokens", "optional"),
}

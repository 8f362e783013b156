"""Machines: NET-09 and NET-10."""

from policies.controls.instances import BY_DEFAULT, CONFIGURATION, INSTANCE, SPOT, TEMPLATE, VOLUMES
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing

_BY_DEFAULT = thing(BY_DEFAULT, enabled=True)


def _disks(*encrypted: object) -> dict[str, object]:
    return {
        "blockDeviceMappings": [
            {"deviceName": "/dev/xvda", "ebs": {"volumeSize": 4.0, "encrypted": each}}
            for each in encrypted
        ]
    }


CASES = {
    "net-09-tokens": Cases(
        fails=[{}, {"metadataOptions": {"httpTokens": "optional"}}],
        passes=[
            {"metadataOptions": {"httpTokens": "required"}},
            thing(INSTANCE, metadataOptions={"httpTokens": "required"}),
        ],
        unknown=[{"metadataOptions": {"httpTokens": UNKNOWN}}, {"metadataOptions": UNKNOWN}],
    ),
    "net-09-one-hop": Cases(
        fails=[{}, {"metadataOptions": {"httpPutResponseHopLimit": 2.0}}],
        passes=[
            {"metadataOptions": {"httpPutResponseHopLimit": 1.0}},
            thing(INSTANCE, metadataOptions={"httpPutResponseHopLimit": 1.0}),
        ],
        unknown=[{"metadataOptions": {"httpPutResponseHopLimit": UNKNOWN}}],
    ),
    "net-10-disks": Cases(
        fails=[
            _disks("true", "false"),
            _disks(None),
            {"blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 8.0}}]},
            _disks(UNKNOWN, "false"),
            thing(INSTANCE, ebsBlockDevices=[{"deviceName": "/dev/sdf"}]),
            thing(CONFIGURATION, ebsBlockDevices=[{"encrypted": False}]),
        ],
        passes=[
            _disks("true", "true"),
            {"blockDeviceMappings": [{"ebs": {"encrypted": True}}]},
            {},
            {"blockDeviceMappings": [{"deviceName": "/dev/sdb", "virtualName": "ephemeral0"}]},
            thing(INSTANCE, ebsBlockDevices=[{"encrypted": True}]),
        ],
        unknown=[_disks("true", UNKNOWN), {"blockDeviceMappings": UNKNOWN}],
    ),
    "net-10-root-disk": Cases(
        fails=[
            {"rootBlockDevice": {"volumeSize": 8.0}},
            thing(CONFIGURATION, rootBlockDevice={"encrypted": False}),
            thing(SPOT, rootBlockDevice={"encrypted": False}),
        ],
        passes=[{"rootBlockDevice": {"encrypted": True}}, {}],
        unknown=[{"rootBlockDevice": {"encrypted": UNKNOWN}}],
    ),
    "net-10-volumes": Cases(
        fails=[{}, {"encrypted": False}, thing(VOLUMES[1], size=8.0)],
        passes=[{"encrypted": True}, thing(VOLUMES[1], encrypted=True)],
        unknown=[{"encrypted": UNKNOWN}],
    ),
    "net-10-public-address": Cases(
        fails=[
            {"networkInterfaces": [{}, {"associatePublicIpAddress": "true"}]},
            thing(INSTANCE, associatePublicIpAddress=True),
            thing(CONFIGURATION, associatePublicIpAddress=True),
        ],
        passes=[
            {"networkInterfaces": [{"associatePublicIpAddress": "false"}]},
            {},
            thing(INSTANCE, associatePublicIpAddress=False),
        ],
        unknown=[
            {"networkInterfaces": [{"associatePublicIpAddress": UNKNOWN}]},
            thing(INSTANCE, associatePublicIpAddress=UNKNOWN),
        ],
    ),
    "net-10-by-default": Cases(
        fails=[{"enabled": False}, thing(BY_DEFAULT, enabled=False, region="eu-central-1")],
        passes=[{"enabled": True}, {}],
        unknown=[{"enabled": UNKNOWN}],
    ),
    "net-10-account": Cases(
        fails=[[thing(TEMPLATE)], [thing(INSTANCE), thing(BY_DEFAULT, enabled=False)]],
        passes=[[thing(TEMPLATE), _BY_DEFAULT], [thing(INSTANCE), thing(BY_DEFAULT)]],
        unknown=[[thing(TEMPLATE), thing(BY_DEFAULT, enabled=UNKNOWN)]],
    ),
}

LOOSENED: dict[str, Change] = {
    "NET-09": change(TEMPLATE, "metadataOptions.httpTokens", "optional"),
    "NET-10": change(TEMPLATE, "blockDeviceMappings.1.ebs.encrypted", "false"),
}

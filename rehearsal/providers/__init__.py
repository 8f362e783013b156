"""Stand-ins: providers that drive the rehearsal's servers in place of the official plugins."""

from rehearsal.providers import aws, eks, kubernetes, minio, postgresql, vault, vsphere
from rehearsal.providers.kubernetes.helm import RELEASE
from rehearsal.providers.recorded import Recorded

STAND_INS = {
    "aws": aws.stand_in,
    "eks": eks.stand_in,
    "kubernetes": kubernetes.stand_in,
    "minio": minio.stand_in,
    "postgresql": postgresql.stand_in,
    "vault": vault.stand_in,
    "vsphere": vsphere.stand_in,
}
"""By package: what makes its stand-in from the servers' addresses."""

RECORDED = {
    row.type: row.why for row in (*aws.ROWS, RELEASE, *vault.ROWS) if isinstance(row, Recorded)
}
"""Types that no local server has an API for, and why each is only written down."""

"""Stand-ins: providers that drive the rehearsal's servers in place of the official plugins."""

from rehearsal.providers import aws, vault

STAND_INS = {"aws": aws.stand_in, "vault": vault.stand_in}
"""By package: what makes its stand-in from the servers' addresses."""

RECORDED = {row.token: row.recorded for row in (*aws.ROWS, *vault.ROWS) if row.recorded}
"""Types that no local server has an API for, and why each is only written down."""

"""Stand-ins: providers that drive the rehearsal's local servers in place of the official plugins."""

from rehearsal.providers import aws, vault

STAND_INS = {"aws": aws.stand_in, "vault": vault.stand_in}
"""By package: what makes its stand-in from the servers' addresses."""

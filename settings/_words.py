"""The words a stack file may use, each said together with what it is not."""

from enum import StrEnum


class Environment(StrEnum):
    """One of the bank's worlds, with its own account, network and data.

    Not a size and not a region: two environments may be equally large and share a region. The
    order is the order of promotion.
    """

    SANDBOX = "sandbox"
    STAGING = "staging"
    PRODUCTION = "production"


class Through(StrEnum):
    """How far a stack is built: up to and including this layer.

    Not a list of what to build, and not a stage of promotion: a layer always brings the ones
    below it. A bank stops before ``domains`` while people initialise Vault in a key ceremony.
    """

    FOUNDATION = "foundation"
    PLATFORM = "platform"
    DOMAINS = "domains"


class NatGateways(StrEnum):
    """Whether zones share their way out to the internet.

    Not a count: with ``per-zone`` the zones decide how many there are. Not a security setting
    either: neither word lets anything in.
    """

    ONE = "one"
    PER_ZONE = "per-zone"


class Seal(StrEnum):
    """Where the key is that opens Vault when it starts.

    Not who may open it by hand: with either word nobody can, and the holders of recovery keys only
    make a new root token together. The words are Vault's.
    """

    AWSKMS = "awskms"
    """In AWS, in a key of its own."""
    PKCS11 = "pkcs11"
    """In the data centre, in a hardware security module; only Vault Enterprise can use one."""


class Lock(StrEnum):
    """Who may take away what is locked, before its time.

    Not how long: that is a setting of its own. The words are S3's.
    """

    GOVERNANCE = "governance"
    """Whoever has a permission to bypass it."""
    COMPLIANCE = "compliance"
    """Nobody, the account's root user and AWS included."""

"""What the mesh's parts must agree on with each other."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from problems import Problem
from settings._model import Settings
from settings._telling import path_of


def keys_are_the_issuers_own(settings: Settings) -> Iterator[Problem]:
    """Whoever publishes the keys makes the tokens."""
    tokens = settings.mesh.tokens
    host = urlsplit(tokens.issuer).hostname
    if urlsplit(tokens.keys).hostname != host:
        yield Problem(
            code="others-keys",
            path=path_of("mesh", "tokens", "keys"),
            what=f"are not at {host}, who makes the tokens",
            got=tokens.keys,
            fix=f"write an address at https://{host}",
        )


def certificates_are_two_secrets(settings: Settings) -> Iterator[Problem]:
    certificates = settings.mesh.certificates
    if certificates.gateway == certificates.third_parties:
        yield Problem(
            code="same-secret",
            path=path_of("mesh", "certificates", "thirdParties"),
            what="is the gateway's own secret too: then who renews its certificate also says"
            " who certifies third parties",
            got=certificates.third_parties,
            fix="name another one",
        )

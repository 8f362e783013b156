"""What each kind of proof is in a request from outside: the claim or header that has to be there.

The claims are those that the bank's issuer puts into its tokens; where a standard has one, it is
that. What no claim shows, a certificate, is shown to the gateway before any request.
"""

from collections.abc import Callable, Mapping, Sequence

from components._mesh_policy import Condition
from domains import Auth, Domain

_SOME = ("*",)


def _claim(name: str, *values: str) -> Callable[[Domain], Sequence[Condition]]:
    return lambda _: [Condition(key=f"request.auth.claims[{name}]", values=values or _SOME)]


def _of_domain(claim: str) -> Callable[[Domain], Sequence[Condition]]:
    """A claim that has to have the domain's own name among its values."""
    key = f"request.auth.claims[{claim}]"
    return lambda domain: [Condition(key=key, values=[domain.name])]


def _headers(*names: str, values: Sequence[str] = _SOME) -> Callable[[Domain], Sequence[Condition]]:
    return lambda _: [Condition(key=f"request.headers[{name}]", values=values) for name in names]


CLAIMS: Mapping[Auth, Callable[[Domain], Sequence[Condition]]] = {
    # RFC 9068, section 2.2: the program that the token was made for.
    Auth.CLIENT_CREDENTIALS: _claim("client_id"),
    # RFC 8176: face, fingerprint, iris.
    Auth.BIOMETRIC: _claim("amr", "face", "fpt", "iris"),
    # RFC 8176: by several means of different kinds.
    Auth.STRONG_CUSTOMER: _claim("amr", "mfa"),
    # RFC 8176: by a key that hardware keeps.
    Auth.POSSESSION: _claim("amr", "hwk"),
    # RFC 9068, section 2.2.3.1.
    Auth.ROLES: _of_domain("roles"),
    # RFC 8693, section 4.2.
    Auth.SCOPES: _of_domain("scope"),
    # The consent that the customer gave, as the developer portal has it on record.
    Auth.CONSENT: _claim("consent_id"),
    # OpenID Connect Front-Channel Logout 1.0, section 3: the session that ends at once.
    Auth.SESSION: _claim("sid"),
    # RFC 9449, section 6.1: the key of the device that the token is bound to.
    Auth.DEVICE: _claim("cnf][jkt"),
}
"""By a token."""

_OTHERS: Mapping[Auth, Callable[[Domain], Sequence[Condition]]] = {
    # RFC 7516: the answer is encrypted for who asks; that what is sent is, too, the workload sees.
    Auth.ENCRYPTED_PAYLOAD: _headers("accept", values=("application/jose",)),
    Auth.AUDITED: _headers("x-audit-on-behalf-of", "x-audit-reason"),
    # At the gateway, which opens no connection without.
    Auth.MUTUAL_TLS: lambda _: (),
}
"""Without a token."""


def conditions(domain: Domain) -> list[Condition]:
    """All that a request to a domain's API from outside has to show beside a certificate."""
    proofs = {**CLAIMS, **_OTHERS}
    return [each for auth in domain.api.auth for each in proofs[auth](domain)]


def needs_token(domain: Domain) -> bool:
    """Whether some of it is shown by a token."""
    return any(auth in CLAIMS for auth in domain.api.auth)

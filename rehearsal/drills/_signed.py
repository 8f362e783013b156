"""Tokens that somebody else has signed, right ones and wrong ones."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc import jwk, jwt

from rehearsal.drills._attempts import Addresses

_ALGORITHM = "ES256"
_SECONDS = 300


def signed(claims: Mapping[str, object], key: jwk.ECKey) -> str:
    """Signs.

    Args:
        claims: What the token says.
        key: Of who says it.
    """
    return jwt.encode({"alg": _ALGORITHM}, dict(claims), key, algorithms=[_ALGORITHM])


def said(token: str, key: jwk.ECKey) -> Mapping[str, Any]:
    """What a token says that was signed with a key."""
    return jwt.decode(token, key, algorithms=[_ALGORITHM]).claims


def key_in(file: str) -> jwk.ECKey:
    """A key out of a file."""
    return jwk.ECKey.import_key(Path(file).read_bytes())


def strangers_key() -> jwk.ECKey:
    """A key that nobody knows."""
    return jwk.ECKey.generate_key("P-256")


def lasting(seconds: int, *, from_now: int = 0) -> Mapping[str, int]:
    """When a token is good.

    Args:
        seconds: For how long.
        from_now: From when on; in the past if it is negative.
    """
    begins = int(time.time()) + from_now
    return {"iat": begins, "nbf": begins, "exp": begins + seconds}


def person(addresses: Addresses, people: Mapping[str, Any], *groups: str, **claims: object) -> str:
    """A person's token, by the identity provider that Vault asks.

    Args:
        addresses: Of the rehearsal's servers.
        people: What the stack exports of them.
        groups: In which the person is.
        claims: What is told otherwise than it should.
    """
    told = {
        "iss": people["issuer"],
        "aud": people["audience"],
        "sub": "drill",
        "groups": list(groups),
        **lasting(_SECONDS),
        **claims,
    }
    return signed(told, key_in(addresses["vault"]["people"]))

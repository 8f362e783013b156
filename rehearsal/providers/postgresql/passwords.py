"""Passwords as PostgreSQL keeps them: what checks one, and does not tell it (RFC 5803)."""

import base64
import hashlib
import hmac
import re
import unicodedata

from rehearsal.postgres import Session

_FORM = re.compile(r"SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)")


def verifier(session: Session, role: str, password: str) -> str:
    """What checks a password. Statements may be logged, so none has the password itself."""
    made = session.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    return made.decode()


def opens(password: str, checks: str | None) -> bool:
    """Whether a role whose password is checked by ``checks`` lets in who has ``password``."""
    form = _FORM.fullmatch(checks or "")
    if form is None:
        return False
    rounds, salt, stored, _ = form.groups()
    prepared = unicodedata.normalize("NFKC", password).encode()
    salted = hashlib.pbkdf2_hmac("sha256", prepared, base64.b64decode(salt), int(rounds))
    key = hmac.digest(salted, b"Client Key", "sha256")
    return hmac.compare_digest(hashlib.sha256(key).digest(), base64.b64decode(stored))

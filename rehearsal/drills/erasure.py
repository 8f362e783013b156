"""Erasing what may not be deleted: evidence stays locked, and its key is destroyed.

Each workload with a key for what has to be erased encrypts with it and keeps that as evidence, and
an administrator then destroys the key's versions as the runbook ``erase-personal-data`` has it.
"""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._evidence_store import LOCK, granted
from rehearsal.drills._evidence_versions import clear
from rehearsal.drills._signed import person
from rehearsal.drills._vault_callers import Caller, log_in, root, workloads
from rehearsal.object_store import Store, code, connect

_PLAIN = b"of a person who wants to be forgotten"
_ADMINISTRATOR = "administrator"


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """Something encrypted that was put into the evidence store."""

    bucket: str
    key: str
    id: str
    ciphertext: str

    @property
    def named(self) -> dict[str, Any]:
        """What names it in a call."""
        return {"Bucket": self.bucket, "Key": self.key, "VersionId": self.id}

    def is_there(self, store: Store) -> bool:
        """Whether it is as it was put, under a lock."""
        try:
            found = store.s3.get_object(**self.named)
        except ClientError as error:
            if code(error) != "NoSuchVersion":
                raise
            return False
        locked = found.get("ObjectLockMode") is not None
        return locked and found["Body"].read().decode() == self.ciphertext


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    vault, people, evidence = outputs["vault"], outputs["people"], outputs["evidence"]
    token = person(addresses, people, people["groups"][_ADMINISTRATOR])
    administrator = log_in(addresses, people["login"], _ADMINISTRATOR, token)
    store, prefix = connect(addresses["minio"]), f"drill/{secrets.token_hex(6)}"
    keys = {
        name: f"{name}-personal"
        for name, each in vault["workloads"].items()
        if f"{name}-personal" in each["keys"]
    }
    attempts = [
        Attempt(
            actor=_ADMINISTRATOR, target="log in", expected=True, granted=administrator is not None
        )
    ]
    if administrator is None:
        return attempts
    with workloads(outputs, addresses) as all_:
        for name, key in keys.items():
            writer = evidence["writers"].get(name)
            caller = _Key(
                name=name, path=vault["transit"], key=key, caller=all_[name], root=root(addresses)
            )
            attempts += _erased(caller, administrator, store, writer and writer["bucket"], prefix)
            if writer:
                clear(store, evidence["mode"], writer["bucket"], prefix)
    return attempts


@dataclass(frozen=True, kw_only=True)
class _Key:
    """A workload, and its key for what has to be erased."""

    name: str
    path: str
    key: str
    caller: Caller
    root: Caller

    def encrypts(self) -> str:
        """Encrypts what has to be erased one day."""
        body = {"plaintext": b64encode(_PLAIN).decode()}
        told = self.caller.ask("POST", f"{self.path}/encrypt/{self.key}", body)
        return told["data"]["ciphertext"]

    def decrypts(self, caller: Caller, ciphertext: str) -> bool:
        """Whether somebody can read it with the key."""
        at, body = f"{self.path}/decrypt/{self.key}", {"ciphertext": ciphertext}
        if not caller.does("POST", at, body):
            return False
        return b64decode(caller.ask("POST", at, body)["data"]["plaintext"]) == _PLAIN

    def is_destroyed_by(self, administrator: Caller) -> bool:
        """Destroys all versions but a new one."""
        at = f"{self.path}/keys/{self.key}"
        if not administrator.does("POST", f"{at}/rotate"):
            return False
        newest = administrator.ask("GET", at)["data"]["latest_version"]
        only = {"min_decryption_version": newest, "min_encryption_version": newest}
        return administrator.does("POST", f"{at}/config", only) and administrator.does(
            "POST", f"{at}/trim", {"min_available_version": newest}
        )


def _erased(
    key: _Key, administrator: Caller, store: Store, bucket: str | None, prefix: str
) -> Iterator[Attempt]:
    def did(target: str, *, expected: bool, granted: bool) -> Attempt:
        return Attempt(actor=key.name, target=target, expected=expected, granted=granted)

    ciphertext = key.encrypts()
    kept = _put(store, bucket, f"{prefix}/{key.name}", ciphertext) if bucket else None
    yield did("read it before", expected=True, granted=key.decrypts(key.caller, ciphertext))
    destroyed = key.is_destroyed_by(administrator)
    yield did("have its key destroyed", expected=True, granted=destroyed)
    yield did("read it after", expected=False, granted=key.decrypts(key.caller, ciphertext))
    # What is encrypted begins with ``vault:v`` and its key's version.
    back = {"min_decryption_version": int(ciphertext.split(":")[1].removeprefix("v"))}
    turned = administrator.does("POST", f"{key.path}/keys/{key.key}/config", back)
    yield did("have the destroyed versions back", expected=False, granted=turned)
    yield did("have root read it", expected=False, granted=key.decrypts(key.root, ciphertext))
    later = key.encrypts()
    yield did("use the key from now on", expected=True, granted=key.decrypts(key.caller, later))
    if kept is not None:
        deleted = granted(lambda: store.s3.delete_object(**kept.named), by=LOCK)
        yield did("have it deleted from the evidence", expected=False, granted=deleted)
        yield did("keep it as evidence", expected=True, granted=kept.is_there(store))


def _put(store: Store, bucket: str, name: str, ciphertext: str) -> _Kept:
    told = store.s3.put_object(Bucket=bucket, Key=name, Body=ciphertext.encode())
    return _Kept(bucket=bucket, key=name, id=told["VersionId"], ciphertext=ciphertext)


ERASURE = Drill(
    name="erasure",
    claim="personal data in evidence is erased by destroying its key, and the evidence stays",
    needs="people",
    attempts=_attempts,
)

"""Each writer of evidence against each writer's bucket: exactly its own opens.

What would take evidence away is tried on every bucket as well: a role that opens only its own
bucket may still be allowed to unlock another's.
"""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._evidence_asks import ON_A_BUCKET, ON_A_VERSION
from rehearsal.drills._evidence_store import POLICY, Callers, callers, credentials, granted
from rehearsal.drills._evidence_versions import Bucket, Version, as_it_was, clear


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    evidence = outputs["evidence"]
    with callers(outputs, addresses) as all_:
        prefix = f"drill/{secrets.token_hex(6)}"
        # Under the prefix too: MinIO lists nothing below a name that is itself an object's.
        key = f"{prefix}/put"
        for writer in evidence["writers"].values():
            all_.root.s3.put_object(Bucket=writer["bucket"], Key=key, Body=b"a neighbour's")
        try:
            return list(_tried(evidence, all_, prefix, key))
        finally:
            for writer in evidence["writers"].values():
                clear(all_.root, evidence["mode"], writer["bucket"], prefix)


def _tried(evidence: Any, all_: Callers, prefix: str, key: str) -> Iterator[Attempt]:
    writers = evidence["writers"]
    for name in writers:
        for other, writer in writers.items():
            taken = credentials(all_.in_vault[name], evidence["mount"], writer["role"])
            yield Attempt(
                actor=name,
                target=f"take {other}'s credentials",
                expected=other == name,
                granted=taken is not None,
            )
    sessions = {**all_.writers, **{f"role, {name}": it for name, it in all_.unbound.items()}}
    for name, store in sessions.items():
        own = name.removeprefix("role, ")
        for other, writer in writers.items():
            for what, calls in _CALLS.items():
                got_in = [granted(call, store.s3, writer["bucket"], key) for call in calls]
                yield Attempt(
                    actor=name,
                    target=f"{what} {other}'s",
                    expected=other == own,
                    # Of what is one's own everything works, of another's nothing.
                    granted=all(got_in) if other == own else any(got_in),
                )
    # At the end: what is hidden can't be read.
    for other, writer in writers.items():
        bucket = Bucket(
            name=writer["bucket"],
            prefix=prefix,
            mode=evidence["mode"],
            lock=timedelta(days=writer["days"]),
        )
        version = bucket.planted(all_.root)
        with as_it_was(all_.root, bucket):
            takes = {
                name: _takes_away(store.s3, bucket, version) for name, store in sessions.items()
            }
        for name, let_in in takes.items():
            target = f"take away {other}'s"
            yield Attempt(actor=name, target=target, expected=False, granted=let_in)


def _takes_away(s3: Any, bucket: Bucket, version: Version) -> bool:
    """Whether a policy lets somebody ask for anything that would take evidence away.

    What the lock is asked about before the policies are says nothing of these, and is left out.
    """
    named = [call for call, by in ON_A_VERSION.values() if by == POLICY]
    asked = [granted(call, s3, version) for call in named]
    return any(asked + [granted(call, s3, bucket) for call in ON_A_BUCKET.values()])


def _get(s3: Any, bucket: str, key: str) -> None:
    s3.get_object(Bucket=bucket, Key=key)


def _list(s3: Any, bucket: str, key: str) -> None:
    s3.list_objects_v2(Bucket=bucket, Prefix=key)


def _list_versions(s3: Any, bucket: str, key: str) -> None:
    s3.list_object_versions(Bucket=bucket, Prefix=key)


def _put(s3: Any, bucket: str, key: str) -> None:
    s3.put_object(Bucket=bucket, Key=key, Body=b"mine")


_CALLS = {"read": (_get, _list, _list_versions), "write": (_put,)}

EVIDENCE_NEIGHBOURS = Drill(
    name="evidence neighbours",
    claim="a writer of evidence writes and reads its own bucket and no neighbour's",
    needs="evidence",
    attempts=_attempts,
)

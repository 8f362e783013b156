"""Each writer of evidence against each writer's bucket: exactly its own opens."""

import secrets
from collections.abc import Iterator
from typing import Any

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._evidence_store import Callers, callers, credentials, granted
from rehearsal.object_store import Store


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    evidence = outputs["evidence"]
    with callers(outputs, addresses) as all_:
        key = f"drill/{secrets.token_hex(6)}"
        for writer in evidence["writers"].values():
            all_.root.s3.put_object(Bucket=writer["bucket"], Key=key, Body=b"a neighbour's")
        try:
            return list(_tried(evidence, all_, key))
        finally:
            for writer in evidence["writers"].values():
                clear(all_.root, evidence["mode"], writer["bucket"], key)


def clear(root: Store, mode: str, bucket: str, prefix: str) -> None:
    """Takes away what a drill has left; where nobody can, it expires with its lock."""
    if mode != "GOVERNANCE":
        return
    told = root.s3.list_object_versions(Bucket=bucket, Prefix=prefix)
    there = [*told.get("Versions", ()), *told.get("DeleteMarkers", ())]
    if there:
        names = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in there]
        root.s3.delete_objects(
            Bucket=bucket, Delete={"Objects": names}, BypassGovernanceRetention=True
        )


def _tried(evidence: Any, all_: Callers, key: str) -> Iterator[Attempt]:
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

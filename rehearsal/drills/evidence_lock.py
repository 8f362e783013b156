"""What is locked stays: twelve behaviours of an object lock, tried on every writer's bucket.

Two stand in the way of whoever would take evidence away: policies, which let a writer ask for
nothing of the kind, and the lock, which refuses the store's own root user. Each is tried by itself,
so that one that was loosened is not hidden by the other. Every attempt is on a version that is as
it was put, and is read back after it.
"""

import secrets
from collections.abc import Iterator
from datetime import timedelta

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._evidence_asks import (
    LOWER,
    ON_A_BUCKET,
    ON_A_VERSION,
    delete,
    delete_bypassing,
    delete_with_all_in_it,
    lower_default,
    remove_default,
)
from rehearsal.drills._evidence_store import LOCK, Callers, callers, granted
from rehearsal.drills._evidence_versions import Bucket, as_it_was, clear
from rehearsal.object_store import Store

_DAY = timedelta(days=1)


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    evidence = outputs["evidence"]
    prefix = f"drill/{secrets.token_hex(6)}"
    buckets = {
        name: Bucket(
            name=writer["bucket"],
            prefix=prefix,
            mode=evidence["mode"],
            lock=timedelta(days=writer["days"]),
        )
        for name, writer in evidence["writers"].items()
    }
    with callers(outputs, addresses) as all_:
        try:
            return [
                attempt
                for name, bucket in buckets.items()
                for attempt in _on_a_bucket(all_, name, bucket)
            ] + list(_what_root_can(all_.root))
        finally:
            for bucket in buckets.values():
                clear(all_.root, bucket.mode, bucket.name, prefix)


def _on_a_bucket(all_: Callers, name: str, bucket: Bucket) -> Iterator[Attempt]:
    writer, root = all_.writers.get(name), all_.root
    yield Attempt(actor=name, target="get credentials", expected=True, granted=writer is not None)
    if writer is not None:
        yield from _writing(root, writer, name, bucket)
        yield from _refused_by_policy(root, writer, name, bucket)
    yield from _refused_by_policy(root, all_.unbound[name], f"role, {name}", bucket)
    yield from _refused_by_policy(root, all_.bound, f"user, {name}", bucket)
    yield from _refused_by_the_lock(root, f"root, {name}", bucket)


def _writing(root: Store, writer: Store, name: str, bucket: Bucket) -> Iterator[Attempt]:
    """What a writer is there for."""

    def did(target: str, *, granted: bool) -> Attempt:
        return Attempt(actor=name, target=target, expected=True, granted=granted)

    first = bucket.put(writer)
    locked = first is not None and bucket.kept_as_promised(bucket.seen(root, first))
    yield did("put evidence, locked as promised", granted=locked)
    if first is None:
        return
    second = bucket.put(writer, first.key)
    apart = second is not None and second.id != first.id
    yield did("overwrite it and read what was", granted=apart and first.readable(writer))
    root.s3.delete_object(Bucket=bucket.name, Key=first.key)
    found = first.hidden(writer) and first.readable(writer)
    yield did("find it after root hid it", granted=found)
    # Among others what was put before there was a default.
    yield did("find nothing there unlocked", granted=bucket.unlocked(root) == [])


def _refused_by_policy(root: Store, caller: Store, actor: str, bucket: Bucket) -> Iterator[Attempt]:
    """What nobody but the root user may even ask for."""
    version = bucket.planted(root)
    for target, (call, by) in ON_A_VERSION.items():
        let_in = granted(call, caller.s3, version, by=by)
        intact = version.intact(root)
        yield Attempt(
            actor=actor,
            target=target,
            # A hole of MinIO: to lift a lock of GOVERNANCE takes the bypass's header and no right
            # at all, unless the new mode is GOVERNANCE. What would delete is refused even then.
            expected=bucket.weak and target == LOWER,
            granted=let_in or not intact,
        )
        if not intact:
            version = bucket.planted(root)
    with as_it_was(root, bucket):
        asked = {target: granted(ask, caller.s3, bucket) for target, ask in ON_A_BUCKET.items()}
    for target, let_in in asked.items():
        yield Attempt(actor=actor, target=target, expected=False, granted=let_in)
    yield Attempt(
        actor=actor,
        target="make an account that stays",
        expected=False,
        granted=granted(_account, root, caller),
    )


def _refused_by_the_lock(root: Store, actor: str, bucket: Bucket) -> Iterator[Attempt]:
    """What the lock refuses to the root user, who is asked by no policy."""
    for target, expected in {
        "delete the version": False,
        # This is what GOVERNANCE is: a bypass for those who may.
        "delete it with a bypass": bucket.weak,
        "shorten its lock": bucket.weak,
        LOWER: bucket.weak,
        "extend its lock": True,
        "hide it": True,
    }.items():
        version, (call, _) = bucket.planted(root), ON_A_VERSION[target]
        done = granted(call, root.s3, version, by=LOCK)
        # What should have worked has, if it shows.
        changed = not version.intact(root)
        shown = done and changed if expected else done or changed
        yield Attempt(actor=actor, target=target, expected=expected, granted=shown)
    suspend = "suspend versioning"
    with as_it_was(root, bucket):
        done = granted(ON_A_BUCKET[suspend], root.s3, bucket, by=LOCK)
    yield Attempt(actor=actor, target=suspend, expected=False, granted=done)
    # Any bucket that isn't empty refuses to be deleted; only a locked one if that is forced. Where
    # nothing can be locked it would work, and is not done: all that is there would go with it.
    done = not bucket.lockable(root) or granted(delete_with_all_in_it, root.s3, bucket, by=LOCK)
    yield Attempt(
        actor=actor, target="delete the bucket with all in it", expected=False, granted=done
    )


def _what_root_can(root: Store) -> Iterator[Attempt]:
    """What no lock refuses: on a bucket of the drill's own, so that no evidence is at stake."""
    own = Bucket(
        name=f"drill-{secrets.token_hex(6)}", prefix="drill", mode="GOVERNANCE", lock=2 * _DAY
    )

    def can(target: str, *, granted: bool) -> Attempt:
        actor = "root, its own bucket"
        return Attempt(actor=actor, target=target, expected=True, granted=granted)

    root.s3.create_bucket(Bucket=own.name, ObjectLockEnabledForBucket=True)
    try:
        early = own.planted(root)
        own.set_default(root.s3, days=2)
        yield can("write without a lock before there is a default", granted=early.until is None)
        locked = own.planted(root)
        yield can("lower the default", granted=granted(lower_default, root.s3, own, by=LOCK))
        yield can("write for a shorter time then", granted=own.planted(root).end < locked.end)
        yield can("remove the default", granted=granted(remove_default, root.s3, own, by=LOCK))
        late = own.planted(root)
        yield can("delete what was written after", granted=granted(delete, root.s3, late, by=LOCK))
        yield can(
            "delete under GOVERNANCE with a bypass",
            granted=granted(delete_bypassing, root.s3, locked, by=LOCK),
        )
    finally:
        clear(root, own.mode, own.name, own.prefix)
        root.s3.delete_bucket(Bucket=own.name)


def _account(root: Store, caller: Store) -> None:
    key = f"drill-{secrets.token_hex(6)}"
    caller.admin.add_service_account(access_key=key, secret_key=secrets.token_hex(20))
    root.admin.delete_service_account(key)


EVIDENCE_LOCK = Drill(
    name="evidence lock",
    claim="evidence stays as long as promised, whoever would have it away",
    needs="evidence",
    attempts=_attempts,
)

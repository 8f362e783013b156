"""A real MinIO and a real Vault, with an evidence store as a stack declares one."""

import io
import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hvac
from rich.console import Console

from rehearsal import servers
from rehearsal.object_store import Store, connect
from rehearsal.providers import minio, vault
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.vault.here import Here
from rehearsal.servers.minio import Minio
from rehearsal.servers.vault import Vault
from rehearsal.toolchain import MINIO, VAULT, ensure
from tests.stand_in_world import REGION, row_of

Plain = dict[str, Any]

WRITERS = ("aml", "payments")
PUTS = ("s3:GetObject", "s3:GetObjectRetention", "s3:GetObjectVersion", "s3:PutObject")
LOOKS = ("s3:GetBucketObjectLockConfiguration", "s3:ListBucket", "s3:ListBucketVersions")

_numbers = iter(range(1, 1000))


@dataclass(frozen=True, kw_only=True)
class Servers:
    """What runs, and the stand-ins' clients of it."""

    addresses: Mapping[str, Mapping[str, str]]
    store: Store
    vault: Here
    aws: Aws


@contextmanager
def running(folder: Path) -> Generator[Servers]:
    """Runs both in a folder of their own."""
    quiet = Console(file=io.StringIO())
    tools = ensure(MINIO, VAULT, console=quiet)
    wanted = [Minio(program=tools[MINIO.name]), Vault(program=tools[VAULT.name])]
    try:
        at = servers.start(folder, wanted, console=quiet)
        yield servers_at(at)
    finally:
        servers.stop(folder)


def servers_at(addresses: Mapping[str, Mapping[str, str]]) -> Servers:
    """The clients of servers that run."""
    client = hvac.Client(url=addresses["vault"]["address"], token=addresses["vault"]["token"])
    return Servers(
        addresses=addresses,
        store=connect(addresses["minio"]),
        vault=Here(vault=client, servers=addresses),
        aws=Aws(
            endpoint="http://127.0.0.1:1",
            region=REGION,
            kafka="",
            kubernetes={},
            store=addresses["minio"],
        ),
    )


def allow(buckets: Sequence[str], *more: str) -> list[Plain]:
    """What lets somebody put evidence there and read it, and do more if it is said."""
    arns = [f"arn:aws:s3:::{bucket}" for bucket in buckets]
    objects = [f"{arn}/*" for arn in arns]
    statements = [
        {"Effect": "Allow", "Action": list(PUTS), "Resource": objects},
        {"Effect": "Allow", "Action": list(LOOKS), "Resource": arns},
    ]
    if more:
        statements.append({"Effect": "Allow", "Action": list(more), "Resource": arns + objects})
    return statements


def document(statements: Sequence[Plain]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@dataclass(frozen=True, kw_only=True)
class Loosened:
    """A store as it is declared; each field is a protection, which a test may loosen.

    Args:
        promised: The mode that the stack exports.
        mode: The mode that buckets are given; none leaves them without a default.
        days: For how long everything is locked.
        roles: What each writer's role may do beside putting and reading.
        open_to: Whose buckets a writer's role opens beside its own.
        bound: What the user behind all sessions may do beside putting and reading.
        accounts: Whether that user may make accounts.
        taken: The path of Vault from which a writer may take credentials.
        early: Whether something was put before there was a default.
        lockable: Whether objects can have a lock at all; without it there is no default.
        elsewhere: What the first writer's role may do in the second's bucket only.
    """

    promised: str = "COMPLIANCE"
    mode: str | None = "COMPLIANCE"
    days: int = 30
    roles: tuple[str, ...] = ()
    open_to: tuple[str, ...] = ()
    bound: tuple[str, ...] = ()
    accounts: bool = False
    taken: str = "{mount}/creds/{writer}"
    early: bool = False
    lockable: bool = True
    elsewhere: tuple[str, ...] = ()

    def declared(self, on: Servers) -> Plain:
        """Makes everything, by the stand-ins' rows; returns what a stack exports of it."""
        mount = f"evidence-{next(_numbers)}"
        buckets = {writer: f"{mount}-{writer}" for writer in WRITERS}
        rows: dict[str, ResourceType[Any]] = {it.type: it for it in (*minio.ROWS, *vault.ROWS)}
        rows["vault:index/mount:Mount"].create(on.vault, {"path": mount, "type": "aws"})
        denied: list[Plain] = [] if self.accounts else [{"Effect": "Deny", "Action": ["admin:*"]}]
        bound = document([*allow([*buckets.values()], *self.bound), *denied])
        rows["minio:index/iamPolicy:IamPolicy"].create(on.store, {"name": mount, "policy": bound})
        for writer, bucket in buckets.items():
            made = {"bucket": bucket, "objectLocking": self.lockable}
            rows["minio:index/s3Bucket:S3Bucket"].create(on.store, made)
            if self.early:
                on.store.s3.put_object(Bucket=bucket, Key="early", Body=b"early")
            self._lock(on, bucket)
            opened = [bucket, *(buckets[other] for other in self.open_to if other != writer)]
            taken_away = self._elsewhere(buckets["payments"]) if writer == "aml" else []
            rows["vault:aws/secretBackendRole:SecretBackendRole"].create(
                on.vault,
                {
                    "backend": mount,
                    "name": writer,
                    "credentialType": "assumed_role",
                    "roleArns": [f"arn:aws:iam::000000000000:role/{bucket}"],
                    "policyDocument": document(allow(opened, *self.roles) + taken_away),
                    "defaultStsTtl": 900.0,
                    "maxStsTtl": 3600.0,
                },
            )
            path = self.taken.format(mount=mount, writer=writer)
            text = f'path "{path}" {{\n  capabilities = ["read"]\n}}\n'
            named = {"name": f"{mount}-{writer}", "policy": text}
            rows["vault:index/policy:Policy"].create(on.vault, named)
        return {
            "evidence": {
                "mount": mount,
                "mode": self.promised,
                "bound": mount,
                "writers": {
                    writer: {
                        "bucket": bucket,
                        "role": writer,
                        "policy": f"{mount}-{writer}",
                        "days": 30,
                    }
                    for writer, bucket in buckets.items()
                },
            }
        }

    def _elsewhere(self, bucket: str) -> list[Plain]:
        arn = f"arn:aws:s3:::{bucket}"
        rights = {"Action": list(self.elsewhere), "Resource": [arn, f"{arn}/*"]}
        return [{"Effect": "Allow", **rights}] if self.elsewhere else []

    def _lock(self, on: Servers, bucket: str) -> None:
        inputs: Plain = {"bucket": bucket, "versioningConfiguration": {"status": "Enabled"}}
        row_of("aws:s3/bucketVersioning:BucketVersioning").create(on.aws, inputs)
        if self.mode and self.lockable:
            retention = {"mode": self.mode, "days": float(self.days)}
            inputs = {"bucket": bucket, "rule": {"defaultRetention": retention}}
            kind = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
            row_of(kind).create(on.aws, inputs)

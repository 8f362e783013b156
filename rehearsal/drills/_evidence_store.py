"""Who calls on the evidence store in its drills, each with what it is really given.

Owns the ceremony: a user of the store for Vault, which carries the policy that the stack names and
no other, told to Vault's engine; at a bank people do that. It ends with the drill, and with the
user every session that was made of it.
"""

import json
import secrets
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import hvac
from botocore.exceptions import ClientError
from hvac.exceptions import Forbidden
from minio.error import MinioAdminException

from rehearsal.drills._attempts import Addresses, Outputs
from rehearsal.drills._sts_front import front
from rehearsal.object_store import Store, code, connect

_boto3: Any = boto3

POLICY = frozenset({"AccessDenied"})
"""How the store refuses what the caller's policies don't allow."""
LOCK = frozenset(
    {"BucketNotEmpty", "InvalidBucketState", "InvalidRequest", "MethodNotAllowed", "ObjectLocked"}
)
"""How it refuses what a lock forbids, whoever asks."""

_REGION = "us-east-1"
"""MinIO takes any; signatures have to name one."""
_EVERYTHING = "consoleAdmin"
"""A policy that MinIO comes with."""
_SECONDS = 900
"""The shortest life that MinIO gives a session."""


@dataclass(frozen=True, kw_only=True)
class Callers:
    """Everybody who calls on the store.

    Args:
        root: Its root user, who is asked by no policy.
        bound: The user of whom Vault makes writers' sessions.
        in_vault: Each writer, as Vault knows it.
        writers: Each writer, with the credentials that Vault gives it; without those that it
            refused any.
        unbound: Each writer's role alone: a session made of a user who may do everything. What is
            refused here is refused by the role, and not by the user behind it.
    """

    root: Store
    bound: Store
    in_vault: Mapping[str, Any]
    writers: Mapping[str, Store]
    unbound: Mapping[str, Store]


@contextmanager
def callers(outputs: Outputs, addresses: Addresses) -> Generator[Callers]:
    """Lets everybody in, for as long as the drill takes."""
    evidence, server = outputs["evidence"], addresses["minio"]
    mount, root = evidence["mount"], connect(server)
    vault = _vault(addresses, addresses["vault"]["token"])
    with ExitStack() as ceremony:
        bound = ceremony.enter_context(_user(root, server, evidence["bound"]))
        anybody = ceremony.enter_context(_user(root, server, _EVERYTHING))
        sts = ceremony.enter_context(front(server["endpoint"]))
        vault.write_data(f"{mount}/config/root", data=_access(bound, sts))
        in_vault: dict[str, Any] = {}
        for name, writer in evidence["writers"].items():
            made = vault.auth.token.create(policies=[writer["policy"]], ttl="5m", no_parent=True)
            in_vault[name] = _vault(addresses, made["auth"]["client_token"])
            ceremony.callback(in_vault[name].auth.token.revoke_self)
        roles = {name: writer["role"] for name, writer in evidence["writers"].items()}
        given = {name: credentials(in_vault[name], mount, role) for name, role in roles.items()}
        yield Callers(
            root=root,
            bound=connect(bound),
            in_vault=in_vault,
            writers={name: _store(server, found) for name, found in given.items() if found},
            unbound={
                name: _of_role(anybody, vault.read(f"{mount}/roles/{role}")["data"])
                for name, role in roles.items()
            },
        )


def credentials(vault: Any, mount: str, role: str) -> Mapping[str, str] | None:
    """What Vault gives for a role; ``None`` if it refuses."""
    try:
        answer = vault.read(f"{mount}/creds/{role}")
    except Forbidden:
        return None
    return answer["data"]


def granted(call: Callable[..., object], *what: object, by: frozenset[str] = POLICY) -> bool:
    """Whether a call got past those who should refuse it, even if another refused it then.

    Args:
        call: The call.
        what: What it is made with.
        by: How they refuse.

    Raises:
        ClientError: Anything that is no refusal: it says nothing of who may do what.
    """
    try:
        call(*what)
    except ClientError as error:
        if code(error) not in POLICY | LOCK:
            raise
        return code(error) not in by
    except MinioAdminException as error:
        if not any(word in str(error) for word in POLICY):
            raise
        return False
    return True


@contextmanager
def _user(root: Store, server: Mapping[str, str], policy: str) -> Generator[dict[str, str]]:
    """A user of the store with one policy, and all its sessions, for a while."""
    key, secret = f"drill-{secrets.token_hex(6)}", secrets.token_hex(20)
    root.admin.user_add(key, secret)
    try:
        root.admin.policy_set(policy, user=key)
        yield {"endpoint": server["endpoint"], "accessKey": key, "secretKey": secret}
    finally:
        root.admin.user_remove(key)


def _access(user: Mapping[str, str], sts: str) -> dict[str, str]:
    """What Vault's engine has to know to make sessions of a user."""
    return {
        "access_key": user["accessKey"],
        "secret_key": user["secretKey"],
        "region": _REGION,
        "sts_region": _REGION,
        "sts_endpoint": sts,
        "iam_endpoint": sts,
    }


def _of_role(user: Mapping[str, str], role: Mapping[str, Any]) -> Store:
    """A session as Vault's engine makes it for a role, of another user."""
    sts = _boto3.client(
        "sts",
        endpoint_url=user["endpoint"],
        region_name=_REGION,
        aws_access_key_id=user["accessKey"],
        aws_secret_access_key=user["secretKey"],
    )
    made = sts.assume_role(
        RoleArn=role["role_arns"][0],
        RoleSessionName="drill",
        # Vault tells a document as it was written; a session's has to be short.
        Policy=json.dumps(json.loads(role["policy_document"]), separators=(",", ":")),
        DurationSeconds=_SECONDS,
    )["Credentials"]
    given = {
        "access_key": made["AccessKeyId"],
        "secret_key": made["SecretAccessKey"],
        "security_token": made["SessionToken"],
    }
    return _store(user, given)


def _store(server: Mapping[str, str], given: Mapping[str, str]) -> Store:
    caller = {
        "endpoint": server["endpoint"],
        "accessKey": given["access_key"],
        "secretKey": given["secret_key"],
    }
    return connect(caller, given["security_token"])


def _vault(addresses: Addresses, token: str) -> Any:
    # hvac tells no types.
    return hvac.Client(url=addresses["vault"]["address"], token=token)

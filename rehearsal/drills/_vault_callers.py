"""Who calls on Vault in its drills: workloads as themselves, people, and who started it.

A workload's token is a real one, which the API server makes for its service account; Vault asks
that server whose it is. Nothing here is given a policy by hand.
"""

import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import hvac
import kubernetes
from hvac.exceptions import (
    Forbidden,
    InvalidPath,
    InvalidRequest,
    RateLimitExceeded,
)

from rehearsal.drills._attempts import Addresses, Outputs

_kubernetes: Any = kubernetes
"""A client without types of its own."""

_PATIENCE_S, _PAUSE_S = 10.0, 0.2
_SECONDS = 600
"""The shortest life that Kubernetes gives a token."""


@dataclass(kw_only=True)
class Caller:
    """Somebody with a token of Vault's.

    Args:
        client: Its own.
        lives: How long the token does, seconds; 0 without an end.
        asked: How many requests it has made with the token.
    """

    client: Any
    lives: int = 0
    asked: int = 0

    @property
    def token(self) -> str:
        """What it is known by."""
        return self.client.token

    def ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Asks, and returns the answer, or nothing of use where there is none.

        Raises:
            VaultError: It was refused, or failed.
        """
        until = time.monotonic() + _PATIENCE_S
        while True:
            self.asked += 1
            try:
                return self.client.adapter.request(method, f"/v1/{path}", json=body)
            except RateLimitExceeded:
                # Drills are faster than anybody should be. What is too much is not written down.
                self.asked -= 1
                if time.monotonic() > until:
                    raise
                time.sleep(_PAUSE_S)

    def does(self, method: str, path: str, body: Mapping[str, object] | None = None) -> bool:
        """Whether something works."""
        try:
            self.ask(method, path, body)
        except (Forbidden, InvalidPath, InvalidRequest):
            return False
        return True

    def gets_in(self, method: str, path: str, body: Mapping[str, object] | None = None) -> bool:
        """Whether something is let through by the policies, whatever was then answered."""
        try:
            self.ask(method, path, body)
        except Forbidden:
            return False
        except (InvalidPath, InvalidRequest):
            return True
        return True


def root(addresses: Addresses) -> Caller:
    """Who started Vault, and may do everything; at a bank that token is revoked."""
    return _caller(addresses, addresses["vault"]["token"])


def log_in(addresses: Addresses, login: str, role: str, token: str) -> Caller | None:
    """Logs in with a signed token; ``None`` if Vault refuses that.

    Args:
        addresses: Of the rehearsal's servers.
        login: Where, such as ``kubernetes``.
        role: As what.
        token: Who one is.
    """
    stranger = _caller(addresses, "")
    try:
        told = stranger.ask("POST", f"auth/{login}/login", {"role": role, "jwt": token})
    except (Forbidden, InvalidRequest):
        return None
    made = told["auth"]
    return _caller(addresses, made["client_token"], lives=made["lease_duration"])


def api(addresses: Addresses) -> Any:
    """The cluster, as its administrator."""
    client = _kubernetes.config.new_client_from_config(addresses["kubernetes"]["kubeconfig"])
    return _kubernetes.client.CoreV1Api(client)


def account_token(core: Any, namespace: str, account: str, audience: str = "") -> str:
    """A token of a service account.

    Args:
        core: The cluster.
        namespace: Where the account is.
        account: Its name.
        audience: Whom the token is for; without it, the cluster itself.
    """
    asked = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": _SECONDS, "audiences": [audience] if audience else []},
    }
    made = core.create_namespaced_service_account_token(account, namespace, asked)
    return made.status.token


@contextmanager
def workloads(outputs: Outputs, addresses: Addresses) -> Generator[dict[str, Caller]]:
    """Every workload, logged in as itself; without those whom Vault refused."""
    vault = outputs["vault"]
    core = api(addresses)
    in_: dict[str, Caller] = {}
    for name, workload in vault["workloads"].items():
        token = account_token(
            core, workload["namespace"], workload["serviceAccount"], vault["audience"]
        )
        caller = log_in(addresses, vault["login"], workload["role"], token)
        if caller is not None:
            in_[name] = caller
    try:
        yield in_
    finally:
        # With it goes what was leased to it.
        for caller in in_.values():
            caller.ask("POST", "auth/token/revoke-self")


def _caller(addresses: Addresses, token: str, lives: int = 0) -> Caller:
    # hvac tells no types.
    return Caller(client=hvac.Client(url=addresses["vault"]["address"], token=token), lives=lives)

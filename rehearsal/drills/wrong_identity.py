"""Whoever is not a workload, or not in its place, or not for Vault, or too late, is not let in."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._signed import key_in, lasting, said, signed, strangers_key
from rehearsal.drills._vault_callers import account_token, api, log_in

_TEN_MINUTES = 600
_RIGHT = "signed as it should be"


@dataclass(frozen=True, kw_only=True)
class _World:
    """Every workload's account, and a right token of each."""

    addresses: Addresses
    core: Any
    vault: Any
    accounts: Mapping[str, tuple[str, str]]
    tokens: Mapping[str, str]

    def lets_in(self, name: str, token: str) -> bool:
        """Whether Vault lets somebody in as a workload."""
        role = self.vault["workloads"][name]["role"]
        caller = log_in(self.addresses, self.vault["login"], role, token)
        if caller is not None:
            caller.ask("POST", "auth/token/revoke-self")
        return caller is not None


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    vault, core = outputs["vault"], api(addresses)
    accounts = {
        name: (each["namespace"], each["serviceAccount"])
        for name, each in vault["workloads"].items()
    }
    tokens = {
        name: account_token(core, *account, vault["audience"]) for name, account in accounts.items()
    }
    world = _World(addresses=addresses, core=core, vault=vault, accounts=accounts, tokens=tokens)
    return [attempt for name in accounts for attempt in _as_workload(world, name)]


def _as_workload(world: _World, name: str) -> Iterator[Attempt]:
    for other, token in world.tokens.items():
        yield Attempt(
            actor=other,
            what="log in as",
            target=name,
            expected=other == name,
            granted=world.lets_in(name, token),
        )
    namespace, account = world.accounts[name]
    neighbour = next(other for other, _ in world.accounts.values() if other != namespace)
    core, audience = world.core, world.vault["audience"]
    with _account(core, neighbour, account):
        tokens = {
            "of its namespace's default account": account_token(
                core, namespace, "default", audience
            ),
            "of its name in another namespace": account_token(core, neighbour, account, audience),
            "for the cluster and not for Vault": account_token(core, namespace, account),
            "for somebody else": account_token(core, namespace, account, "somebody-else"),
            **_signed_anew(world.addresses, world.tokens[name]),
        }
        for target, token in tokens.items():
            yield Attempt(
                actor=name,
                what="log in by a token",
                target=target,
                expected=target == _RIGHT,
                granted=world.lets_in(name, token),
            )


def _signed_anew(addresses: Addresses, token: str) -> Mapping[str, str]:
    """Tokens that say what a workload's own says, but for when, and by whom."""
    key = key_in(addresses["kubernetes"]["tokens"])
    claims = {**said(token, key)}
    now = lasting(_TEN_MINUTES)
    return {
        # By it the others are known to be refused for what is wrong with them.
        _RIGHT: signed({**claims, **now}, key),
        "that has expired": signed({**claims, **lasting(60, from_now=-_TEN_MINUTES)}, key),
        "that is not good yet": signed({**claims, **lasting(60, from_now=_TEN_MINUTES)}, key),
        "signed by somebody else": signed({**claims, **now}, strangers_key()),
    }


@contextmanager
def _account(core: Any, namespace: str, name: str) -> Generator[None]:
    """A service account, for a while."""
    body = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}
    core.create_namespaced_service_account(namespace, body)
    try:
        yield
    finally:
        core.delete_namespaced_service_account(name, namespace)


WRONG_IDENTITY = Drill(
    name="wrong identity",
    claim="a role of Vault is one account's, of one namespace, by a token made for it and in time",
    needs="vault",
    attempts=_attempts,
)

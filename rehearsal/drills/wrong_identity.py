"""Whoever is not a workload, or not in its place, or not for Vault, or too late, is not let in."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._signed import key_in, lasting, said, signed, strangers_key
from rehearsal.drills._vault_callers import account_token, api, log_in

_MINUTES = 600


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    vault, core = outputs["vault"], api(addresses)
    accounts = {
        name: (each["namespace"], each["serviceAccount"])
        for name, each in vault["workloads"].items()
    }
    tokens = {
        name: account_token(core, *account, vault["audience"])
        for name, account in accounts.items()
    }
    return [
        attempt
        for name in accounts
        for attempt in _of_workload(addresses, core, vault, name, accounts, tokens)
    ]


def _of_workload(
    addresses: Addresses,
    core: Any,
    vault: Any,
    name: str,
    accounts: Mapping[str, tuple[str, str]],
    tokens: Mapping[str, str],
) -> Iterator[Attempt]:
    role = vault["workloads"][name]["role"]

    def gets_in(token: str) -> bool:
        caller = log_in(addresses, vault["login"], role, token)
        if caller is not None:
            caller.ask("POST", "auth/token/revoke-self")
        return caller is not None

    for other, token in tokens.items():
        yield Attempt(
            actor=other,
            what="log in as",
            target=name,
            expected=other == name,
            granted=gets_in(token),
        )
    namespace, account = accounts[name]
    neighbour = next(other for other, _ in accounts.values() if other != namespace)
    audience = vault["audience"]
    with _account(core, neighbour, account):
        elsewhere = account_token(core, neighbour, account, audience)
        wrong = {
            "of its namespace's default account": account_token(
                core, namespace, "default", audience
            ),
            "of its name in another namespace": elsewhere,
            "for the cluster and not for Vault": account_token(core, namespace, account),
            "for somebody else": account_token(core, namespace, account, "somebody-else"),
            **_signed_wrongly(addresses, tokens[name]),
        }
        granted = {target: gets_in(token) for target, token in wrong.items()}
    right = "signed as it should be"
    for target, let_in in granted.items():
        yield Attempt(
            actor=name,
            what="log in by a token",
            target=target,
            expected=target == right,
            granted=let_in,
        )


def _signed_wrongly(addresses: Addresses, token: str) -> Mapping[str, str]:
    """Tokens that say what a workload's own says, but for when, and by whom."""
    key = key_in(addresses["kubernetes"]["tokens"])
    claims = {**said(token, key)}
    now = lasting(_MINUTES)
    return {
        # By it the others are known to be refused for what is wrong with them.
        "signed as it should be": signed({**claims, **now}, key),
        "that has expired": signed({**claims, **lasting(60, from_now=-_MINUTES)}, key),
        "that is not good yet": signed({**claims, **lasting(60, from_now=_MINUTES)}, key),
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

"""Vault writes down what it is asked, twice, or does nothing: its logs are broken and mended."""

import secrets
from collections.abc import Iterator
from functools import partial

from hvac.exceptions import InternalServerError

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._vault_audit import Audit, Broken, comes_true
from rehearsal.drills._vault_callers import Caller, root

_ENOUGH = 3
"""So many requests in a row, and a connection that is gone is known to be."""


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    broken = Broken(addresses)
    # An earlier drill may have been killed.
    broken.mend_file()
    broken.mend_collector()
    try:
        return list(_broken(outputs, addresses, broken))
    finally:
        broken.mend_file()
        broken.mend_collector()


def _broken(outputs: Outputs, addresses: Addresses, broken: Broken) -> Iterator[Attempt]:
    starter = root(addresses)

    def asks(state: str, *, expected: bool) -> Attempt:
        # Vault learns late that a connection is gone, or that it is there again.
        known = comes_true(lambda: _answers(starter) == expected)
        steady = known and all(_answers(starter) == expected for _ in range(_ENOUGH))
        granted = expected if steady else not expected
        return Attempt(actor="anybody", target=state, expected=expected, granted=granted)

    yield asks("ask when both logs are there", expected=True)
    broken.break_collector()
    yield asks("ask when the collector is gone", expected=True)
    broken.break_file()
    yield asks("ask when the file is broken too", expected=False)
    broken.mend_collector()
    yield asks("ask when the collector is back", expected=True)
    broken.mend_file()
    yield asks("ask when both are back", expected=True)
    yield from _written(outputs, addresses)


def _written(outputs: Outputs, addresses: Addresses) -> Iterator[Attempt]:
    """What is found of a request that is full of secrets."""
    audit, starter, mount = Audit.of(addresses), root(addresses), outputs["vault"]["kvPath"]
    made = starter.ask("POST", "auth/token/create", {"ttl": "5m", "no_parent": True})
    caller = Caller(client=type(starter.client)(url=starter.client.url))
    caller.client.token = made["auth"]["client_token"]
    secret, path = secrets.token_hex(16), f"{mount}/data/drill-{secrets.token_hex(6)}/audit"
    caller.ask("POST", path, {"data": {"canary": secret}})
    caller.ask("GET", path)
    caller.ask("DELETE", path.replace("/data/", "/metadata/", 1))

    def log(target: str, *, expected: bool, granted: bool) -> Attempt:
        return Attempt(actor="the logs", target=target, expected=expected, granted=granted)

    yield log("are at least two and have it all", expected=True, granted=audit.has_all_of(caller))
    for each in audit.logs:
        hashed = audit.hashed(each, secret)
        found = comes_true(partial(each.says, hashed))
        yield log(f"have a secret's hash: {each.device}", expected=True, granted=found)
    yield log("show the secret", expected=False, granted=audit.shows(secret))
    yield log("show who asked", expected=False, granted=audit.shows(caller.token))


def _answers(caller: Caller) -> bool:
    """Whether Vault does anything at all."""
    try:
        caller.ask("GET", "sys/mounts")
    except InternalServerError as error:
        # Vault tells no more than this to those who ask.
        if "internal error" not in str(error):
            raise
        return False
    return True


VAULT_AUDIT = Drill(
    name="vault audit",
    claim="what is asked of Vault is written down, its secrets as hashes, or it is not done",
    needs="vault",
    attempts=_attempts,
)

"""Secrets are put in by every way there is, and nothing that is kept of the stack shows any.

Looks at the engine's state and its history, at the logs of the engine and of all servers, at what
audits have written, at the stack's own files, and at the command lines of all processes. Where
secrets have to be, in the servers' own stores, is left out.
"""

import secrets
from base64 import b64encode
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import psutil

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._evidence_store import callers, credentials
from rehearsal.drills._signed import person
from rehearsal.drills._vault_callers import account_token, api, root, workloads
from rehearsal.drills._vault_ceremony import open_databases
from rehearsal.engine.logs import opened

_SECRET = "canary"  # noqa: S105 - the name of a secret, not one


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    folder = Path(addresses["rehearsal"]["folder"])
    with planted(outputs, addresses) as values:
        found: list[Attempt] = []
        for place, texts in looked_at(folder).items():
            shown: set[str] = set()
            said = False
            for text in texts:
                said = said or bool(text)
                shown |= {name for name, value in values.items() if shows(text, value)}
            found += [
                Attempt(actor=place, target=name, expected=False, granted=name in shown)
                for name in values
            ]
            found.append(Attempt(actor=place, target="say anything", expected=True, granted=said))
        # By this the others are known to have been looked for.
        value, *_ = values.values()
        there = root(addresses).ask("GET", _path(outputs))["data"]["data"][_SECRET]
        control = shows(f"it is {there} indeed".encode(), value)
        return [
            *found,
            Attempt(actor="where it was put", target="secret", expected=True, granted=control),
        ]


@contextmanager
def planted(outputs: Outputs, addresses: Addresses) -> Generator[Mapping[str, str]]:
    """Secrets of every kind that the bank has, by what they are, for a while."""
    vault, starter = outputs["vault"], root(addresses)
    name, workload = next(
        (name, each) for name, each in vault["workloads"].items() if each["logins"]
    )
    values = {"secret": secrets.token_hex(16)}
    starter.ask("POST", _path(outputs), {"data": {_SECRET: values["secret"]}})
    values["password of Vault's role"] = open_databases(outputs, addresses)
    values["token of who started Vault"] = addresses["vault"]["token"]
    values["password of the databases' owner"] = addresses["postgres"]["password"]
    values["key of the store's owner"] = addresses["minio"]["secretKey"]
    values["password of the data centre"] = addresses["vcsim"]["password"]
    values["token of an account"] = account_token(
        api(addresses), workload["namespace"], workload["serviceAccount"], vault["audience"]
    )
    people = outputs["people"]
    values["token of a person"] = person(addresses, people, *people["groups"].values())
    with workloads(outputs, addresses) as all_, callers(outputs, addresses) as of_store:
        caller = all_[name]
        values["token of a workload"] = caller.token
        login = caller.ask("GET", f"{vault['databases']}/creds/{workload['logins'][0]}")
        values["password of a login"] = login["data"]["password"]
        certificate = caller.ask(
            "POST",
            f"{vault['pki']}/issue/{workload['role']}",
            {"common_name": workload["hostname"]},
        )
        # Its second line, which is a key's own.
        values["key of a certificate"] = certificate["data"]["private_key"].splitlines()[1]
        plain = b64encode(secrets.token_bytes(24)).decode()
        path = f"{vault['transit']}/encrypt/{workload['keys'][0]}"
        caller.ask("POST", path, {"plaintext": plain})
        values["what was encrypted"] = plain
        values |= _of_a_writer(outputs["evidence"], of_store.in_vault)
        with _in_the_cluster(addresses, workload["namespace"]) as value:
            yield {**values, "secret in the cluster": value}
    starter.ask("DELETE", _path(outputs).replace("/data/", "/metadata/", 1))


def looked_at(folder: Path) -> Mapping[str, Iterator[bytes]]:
    """All that is kept of a stack and may not show a secret, by what it is; much at a time."""
    data = folder / "data"
    return {
        "state": _texts(folder.glob("state/.pulumi/stacks/**/*")),
        "history of the state": _texts(
            chain(
                folder.glob("state/.pulumi/history/**/*"),
                folder.glob("state/.pulumi/backups/**/*"),
            )
        ),
        "files of the stack": _texts(folder.glob("stack/*")),
        "logs of the engine": opened(folder),
        "logs of the servers": _texts(folder.glob("logs/*")),
        "audits": _texts(data.glob("*/**/audit*.log")),
        "command lines": map(_command_line, psutil.process_iter()),
    }


def shows(text: bytes, value: str) -> bool:
    """Whether a secret stands in the text, as it is or in base64."""
    return value.encode() in text or b64encode(value.encode()) in text


def _path(outputs: Outputs) -> str:
    name = next(iter(outputs["vault"]["workloads"]))
    return f"{outputs['vault']['kvPath']}/data/{name}/{_SECRET}"


def _of_a_writer(evidence: Any, in_vault: Mapping[str, Any]) -> dict[str, str]:
    name, writer = next(iter(evidence["writers"].items()))
    given = credentials(in_vault[name], evidence["mount"], writer["role"])
    if given is None:
        raise RuntimeError(f"Vault gives {name} no credentials for its evidence")
    return {"key of a writer of evidence": given["secret_key"]}


@contextmanager
def _in_the_cluster(addresses: Addresses, namespace: str) -> Generator[str]:
    value, core = secrets.token_hex(16), api(addresses)
    name = f"drill-{secrets.token_hex(6)}"
    body = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name},
        "stringData": {_SECRET: value},
    }
    core.create_namespaced_secret(namespace, body)
    try:
        yield value
    finally:
        core.delete_namespaced_secret(name, namespace)


def _texts(files: Iterator[Path]) -> Iterator[bytes]:
    return (file.read_bytes() for file in files if file.is_file())


def _command_line(process: psutil.Process) -> bytes:
    try:
        return " ".join(process.cmdline()).encode()
    except psutil.Error:
        return b""


CANARY = Drill(
    name="canary",
    claim="no secret stands in state, history, logs, audits, files or command lines",
    needs="people",
    attempts=_attempts,
)

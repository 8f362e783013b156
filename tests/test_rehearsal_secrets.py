"""Live: the drills on Vault and on databases, red for each protection that is taken away by hand.

That they are green where none is, ``up`` has shown. Each loosening is of one workload or one kind
of people, and the drill has to say by name what it opened.
"""

import gzip
import os
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from rehearsal.drills import Drill, Outcome
from rehearsal.drills._vault_callers import Caller, root
from rehearsal.drills.canary import CANARY, planted, shows
from rehearsal.drills.erasure import ERASURE
from rehearsal.drills.just_in_time import JUST_IN_TIME
from rehearsal.drills.vault_audit import VAULT_AUDIT
from rehearsal.drills.vault_matrix import VAULT_MATRIX
from rehearsal.drills.vault_people import VAULT_PEOPLE
from rehearsal.drills.wrong_identity import WRONG_IDENTITY
from rehearsal.engine.logs import opened
from rehearsal.object_store import connect as connect_store
from rehearsal.postgres import connect
from tests.rehearsed import Copy

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(600)]

Plain = dict[str, Any]


class Bank:
    """The sandbox as it runs, and its drills."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        folder = {"folder": str(copy.home("sandbox"))}
        self.addresses: Plain = {**copy.addresses("sandbox"), "rehearsal": folder}
        self.outputs: Plain = copy.outputs("sandbox")
        self.root: Caller = root(self.addresses)

    def red(self, drill: Drill) -> set[str]:
        """What did not end as it should."""
        outcome = Outcome(drill=drill, attempts=drill.attempts(self.outputs, self.addresses))
        assert outcome.attempts
        return set(map(str, outcome.failures))

    @contextmanager
    def widened(self, policy: str, *rules: tuple[str, str]) -> Generator[None]:
        """Adds rules to a policy for a while."""
        path = f"sys/policies/acl/{policy}"
        before = self.root.ask("GET", path)["data"]["policy"]
        more = "".join(f'path "{at}" {{ capabilities = ["{may}"] }}\n' for at, may in rules)
        self.root.ask("PUT", path, {"policy": before + more})
        try:
            yield
        finally:
            self.root.ask("PUT", path, {"policy": before})

    @contextmanager
    def changed(self, path: str, **new: object) -> Generator[None]:
        """Writes something else to a path for a while."""
        before = self.root.ask("GET", path)["data"]
        self.root.ask("POST", path, {**before, **new})
        try:
            yield
        finally:
            self.root.ask("POST", path, before)

    @contextmanager
    def device(self, name: str, **options: str) -> Generator[None]:
        """Has the audit of a device written otherwise for a while; without options, not at all."""
        before = self.root.ask("GET", "sys/audit")["data"][f"{name}/"]
        self.root.ask("DELETE", f"sys/audit/{name}")
        if options:
            self._enable(name, before["type"], {**before["options"], **options})
        try:
            yield
        finally:
            if options:
                self.root.ask("DELETE", f"sys/audit/{name}")
            self._enable(name, before["type"], before["options"])

    @contextmanager
    def third_device(self) -> Generator[None]:
        """One more device than are declared."""
        file = f"{self.addresses['vault']['audit']}/third.log"
        self._enable("third", "file", {"file_path": file})
        try:
            yield
        finally:
            self.root.ask("DELETE", "sys/audit/third")

    @contextmanager
    def forgetting(self) -> Generator[None]:
        """Takes out of the audit's file again what is written to it meanwhile."""
        [file] = Path(self.addresses["vault"]["audit"]).glob("audit.log")
        size = file.stat().st_size
        try:
            yield
        finally:
            os.truncate(file, size)

    @contextmanager
    def told(self, statement: str, undo: str) -> Generator[None]:
        """Tells PostgreSQL something as its superuser, and undoes it."""
        with connect(self.addresses["postgres"]) as session:
            session.execute(statement.encode())
            try:
                yield
            finally:
                session.execute(undo.encode())

    def _enable(self, name: str, kind: str, options: Mapping[str, str]) -> None:
        self.root.ask("PUT", f"sys/audit/{name}", {"type": kind, "options": options})


@pytest.fixture(scope="module")
def bank(copy: Copy) -> Bank:
    return Bank(copy)


def let_in(*words: str) -> set[str]:
    """How a drill says that what should have been refused was not."""
    return {f"{word}: should have been refused, and was not" for word in words}


def shut_out(*words: str) -> set[str]:
    """How a drill says that what should have worked did not."""
    return {f"{word}: should have worked, and did not" for word in words}


def test_what_a_policy_opens_of_a_neighbours_is_named(bank: Bank) -> None:
    with (
        bank.widened(
            "support",
            ("corebank/data/*", "read"),
            ("transit/decrypt/*", "update"),
            ("database/creds/*", "read"),
            ("pki/issue/*", "update"),
            ("auth/kubernetes/role/*", "update"),
        ),
        bank.changed("pki/roles/support", allow_any_name=True),
    ):
        red = bank.red(VAULT_MATRIX)
    assert red >= let_in(
        "support, read payments",
        "support, decrypt for payments",
        "support, decrypt-personal for lending",
        "support, log in-read to payments",
        "support, have a certificate of payments",
        "support, let others log in as itself",
        "support, a name longer than its own",
        "support, have its role certify a neighbour's name",
    )
    assert {each.split(",")[0] for each in red} == {"support"}


@pytest.mark.parametrize(
    ("loosened", "red"),
    [
        (
            {"bound_service_account_names": ["*"], "audience": ""},
            let_in(
                "support, log in by a token of its namespace's default account",
                "support, log in by a token for the cluster and not for Vault",
                "support, log in by a token for somebody else",
            ),
        ),
        (
            {"bound_service_account_namespaces": ["*"]},
            let_in("support, log in by a token of its name in another namespace"),
        ),
        (
            {"bound_service_account_names": ["lending"], "bound_service_account_namespaces": ["*"]},
            let_in("lending, log in as support")
            | shut_out(
                "support, log in as support", "support, log in by a token signed as it should be"
            ),
        ),
    ],
)
def test_whom_a_role_is_not_for_is_named(bank: Bank, loosened: Plain, red: set[str]) -> None:
    with bank.changed("auth/kubernetes/role/support", **loosened):
        assert bank.red(WRONG_IDENTITY) == red


def test_people_who_may_more_or_for_longer_are_named(bank: Bank) -> None:
    groups = bank.outputs["people"]["groups"]
    with (
        bank.widened("people-auditor", ("corebank/data/*", "read"), ("auth/token/*", "update")),
        bank.changed(
            "auth/people/role/auditor",
            bound_claims={"groups": [groups["auditor"], groups["operator"]]},
            token_ttl=7200,
            token_max_ttl=7200,
        ),
    ):
        red = bank.red(VAULT_PEOPLE)
    assert red == let_in(
        "auditor, read a secret",
        "auditor, make a token",
        "auditor, make a token that outlives its own",
        "auditor, stay longer than it may",
        "operator, log in as auditor",
    )


def test_a_database_that_opens_to_others_and_a_login_that_stays_are_named(bank: Bank) -> None:
    with ExitStack() as loosened:
        for change in (
            bank.told(
                "GRANT CONNECT ON DATABASE payments TO PUBLIC",
                "REVOKE CONNECT ON DATABASE payments FROM PUBLIC",
            ),
            bank.told(
                'GRANT payments TO "support-reader"', 'REVOKE payments FROM "support-reader"'
            ),
            bank.changed("database/roles/cards-read", default_ttl=7200, max_ttl=7200),
            bank.changed("database/roles/support-write", revocation_statements=["SELECT 1"]),
        ):
            loosened.enter_context(change)
        red = bank.red(JUST_IN_TIME)
    _drop_what_stayed(bank)
    assert red >= let_in(
        "support, open as a reader payments",
        "cards, open as a writer payments",
        "support, become the owner as a reader of payments",
        "support, writer, log in after it was revoked",
        "support, writer, go on after it was revoked",
    ) | shut_out("cards, take two logins, for an hour at most")


def _drop_what_stayed(bank: Bank) -> None:
    with connect(bank.addresses["postgres"]) as session:
        found = session.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'v-%'")
        for (login,) in found.fetchall():
            session.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(login)))


def test_a_request_that_is_done_though_both_logs_are_gone_is_named(bank: Bank) -> None:
    with bank.third_device():
        assert bank.red(VAULT_AUDIT) == let_in("anybody, ask when the file is broken too")
    assert bank.red(VAULT_AUDIT) == set()


def test_an_audit_that_is_written_once_only_is_named(bank: Bank) -> None:
    with bank.device("socket"):
        red = bank.red(VAULT_AUDIT)
    assert red >= shut_out("the logs, are at least two and have it all")


def test_an_audit_that_shows_secrets_is_named_twice(bank: Bank) -> None:
    with bank.forgetting(), bank.device("file", log_raw="true"):
        red = bank.red(VAULT_AUDIT)
        assert red >= let_in("the logs, show the secret", "the logs, show who asked")
        assert bank.red(CANARY) >= let_in(
            "audits, secret", "audits, password of a login", "audits, key of a certificate"
        )


@contextmanager
def _no_lock(bank: Bank) -> Generator[None]:
    s3: Any = connect_store(bank.addresses["minio"]).s3
    bucket = bank.outputs["evidence"]["writers"]["lending"]["bucket"]
    lock = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    none = {"ObjectLockEnabled": "Enabled"}
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=none)
    try:
        yield
    finally:
        s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=lock)


def test_a_key_that_is_not_destroyed_and_evidence_that_is_are_named(bank: Bank) -> None:
    with bank.widened("people-administrator", ("transit/keys/+/trim", "deny")), _no_lock(bank):
        red = bank.red(ERASURE)
    assert red >= let_in(
        "lending, have the destroyed versions back",
        "lending, have it deleted from the evidence",
    ) | shut_out("lending, have its key destroyed")


@pytest.mark.parametrize(
    ("place", "file"),
    [
        ("state", "state/.pulumi/stacks/corebank/sandbox.json.bak"),
        ("files of the stack", "stack/Pulumi.yaml"),
        ("logs of the engine", "home/logs/of-a-drill.log"),
        ("logs of the servers", "logs/stand-ins.log"),
    ],
)
def test_a_secret_that_is_left_somewhere_is_named(bank: Bank, place: str, file: str) -> None:
    path = bank.copy.home("sandbox") / file
    before = path.read_bytes() if path.exists() else None
    told = bank.addresses["vault"]["token"].encode()
    path.write_bytes(gzip.compress(told) if before is None else before + told)
    try:
        red = bank.red(CANARY)
    finally:
        path.unlink() if before is None else path.write_bytes(before)
    assert red == let_in(f"{place}, token of who started Vault")


def test_what_the_engine_logs_of_the_stack_is_opened(bank: Bank) -> None:
    urn = b"urn:pulumi:sandbox::corebank::"
    assert any(urn in text for text in opened(bank.copy.home("sandbox")))


def test_no_command_tells_a_secret(bank: Bank) -> None:
    commands: Mapping[str, Callable[[], str]] = {
        "preview": lambda: _told(bank.copy.pulumi("sandbox", "preview", "--diff", "--refresh")),
        "plan": lambda: _told(bank.copy.pulumi("sandbox", "preview", "--json", "--show-sames")),
        "update": lambda: _told(bank.copy.update("sandbox", "--diff")),
        "state": lambda: _told(bank.copy.pulumi("sandbox", "stack", "export")),
        "history": lambda: _told(bank.copy.pulumi("sandbox", "stack", "history", "--json")),
        "outputs": lambda: _told(bank.copy.pulumi("sandbox", "stack", "output", "--json")),
        "check": lambda: _told(bank.copy.check()),
        "env": lambda: _told(bank.copy.run("env", "sandbox")),
    }
    with planted(bank.outputs, bank.addresses) as values:
        told = {name: command().encode() for name, command in commands.items()}
    assert all(told.values())
    assert [
        f"{command} tells the {name}"
        for command, text in told.items()
        for name, value in values.items()
        if shows(text, value)
    ] == []


def _told(done: Any) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


IN_THE_PROGRAM = {
    "components/_vault_policy.py": (
        'f"{mounts.kv}/data/{workload}/*": ["read"]',
        'f"{mounts.kv}/data/*": ["read"]',
    ),
    "components/vault_workload.py": (
        "bound_service_account_names=[args.service_account]",
        'bound_service_account_names=["*"]',
    ),
    "components/_vault_people.py": (
        '            f"{mounts.transit}/keys/+/trim": ["update"],\n',
        "",
    ),
    "components/vault_databases.py": (
        "seconds = args.databases.args.ttl // _SECOND",
        "seconds = 2 * args.databases.args.ttl // _SECOND",
    ),
    "vault.py": ('"mode": "0600"', '"mode": "0600", "log_raw": "true"'),
}
"""Protections that are taken out of the program, one for each drill."""


def test_each_drill_is_red_on_a_program_without_its_protection(bank: Bank) -> None:
    # What is written down raw, the end of that device included, would be found later too.
    with bank.forgetting():
        with ExitStack() as mutated:
            for file, (old, new) in IN_THE_PROGRAM.items():
                mutated.enter_context(bank.copy.edited(file, old, new))
            # Plain, for what the packs see of it they would not let through.
            loosened = bank.copy.update("sandbox")
            drilled = bank.copy.run("drill", "sandbox")
        put_back = bank.copy.update("sandbox")
    again = bank.copy.run("up", "sandbox")

    assert loosened.returncode == 0, loosened.stdout
    assert put_back.returncode == 0, put_back.stdout
    assert drilled.returncode == 1
    for said in (
        "support, read payments: should have been refused",
        "support, log in by a token of its namespace's default account: should have been refused",
        "lending, have its key destroyed: should have worked",
        "support, take two logins, for an hour at most: should have worked",
        "the logs, show the secret: should have been refused",
        "audits, password of a login: should have been refused",
    ):
        assert said in drilled.stderr, said
    assert again.returncode == 0, again.stderr
    assert bank.copy.plan("sandbox", "--refresh") == {}

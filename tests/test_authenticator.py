"""Who gets into the rehearsal's cluster: access entries, and what is told to the API server."""

import base64
import json
import multiprocessing
import stat
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509

from rehearsal.servers.control_plane.access_entries import (
    ADMINISTRATOR,
    Entry,
    read_entries,
    write_entry,
)
from rehearsal.servers.control_plane.authenticator import authenticator, review, token
from rehearsal.servers.control_plane.credentials import CLIENTS, kubeconfig, make_credentials

ROLE = "arn:aws:iam::123456789012:role/corebank-auditor"
ANOTHER = "arn:aws:iam::123456789012:role/corebank-auditors"
AUDITOR = Entry(user="auditor", groups=("corebank:auditors",))


@pytest.fixture
def entries(tmp_path: Path) -> Path:
    """The file of the entries, which has one."""
    file = tmp_path / "access-entries.json"
    write_entry(file, ROLE, AUDITOR)
    return file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def signed(folder: Path) -> dict[Path, bytes]:
    """Certificates and keys."""
    return {file: file.read_bytes() for kind in ("crt", "key") for file in folder.glob(f"*.{kind}")}


def write_twenty(file: Path, name: str) -> None:
    for number in range(20):
        write_entry(file, f"{name}-{number}", AUDITOR)


def test_an_entry_gives_its_name_and_its_groups(entries: Path) -> None:
    assert review(entries, token(ROLE)) == {
        "authenticated": True,
        "user": {"username": "auditor", "groups": ["corebank:auditors"]},
    }


def test_the_same_principal_shows_another_token_each_time(entries: Path) -> None:
    # The API server keeps a token that got in for ten seconds.
    first, second = token(ROLE), token(ROLE)
    assert first != second
    assert review(entries, first) == review(entries, second)


def test_a_token_may_say_no_more_than_the_principal(entries: Path) -> None:
    plain = "k8s-aws-v1." + base64.urlsafe_b64encode(ROLE.encode()).decode()
    assert review(entries, plain)["authenticated"] is True


def test_nobody_else_is_let_in(entries: Path) -> None:
    assert review(entries, token(ANOTHER)) == {
        "authenticated": False,
        "error": f"no access entry names {ANOTHER}",
    }


def test_without_any_entry_nobody_is_let_in(tmp_path: Path) -> None:
    assert review(tmp_path / "none.json", token(ROLE))["authenticated"] is False


def test_an_entry_that_was_taken_away_lets_nobody_in(entries: Path) -> None:
    write_entry(entries, ROLE, None)
    assert review(entries, token(ROLE))["authenticated"] is False
    write_entry(entries, ROLE, None)
    assert read_entries(entries) == {}


@pytest.mark.parametrize(
    ("policies", "groups"),
    [
        ((ADMINISTRATOR,), ["corebank:auditors", "system:masters"]),
        ((ADMINISTRATOR.replace("ClusterAdmin", "Admin"),), ["corebank:auditors"]),
        ((ADMINISTRATOR + "2",), ["corebank:auditors"]),
        ((), ["corebank:auditors"]),
    ],
)
def test_only_the_cluster_admin_policy_is_known(
    entries: Path, policies: tuple[str, ...], groups: list[str]
) -> None:
    write_entry(entries, ROLE, Entry(user="auditor", groups=AUDITOR.groups, policies=policies))
    assert review(entries, token(ROLE))["user"]["groups"] == groups


@pytest.mark.parametrize(
    "presented",
    [
        "",
        "k8s-aws-v1.",
        "k8s-aws-v1.?",
        "k8s-aws-v1.a",
        "k8s-aws-v1._w",
        ROLE,
        base64.urlsafe_b64encode(ROLE.encode()).decode(),
        token(ROLE).replace("v1", "v2"),
        "eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl",
    ],
)
def test_what_is_no_token_of_a_principal_is_refused(entries: Path, presented: str) -> None:
    assert review(entries, presented) == {
        "authenticated": False,
        "error": "not a token of an IAM principal",
    }


def test_an_entry_replaces_the_former_one_of_its_principal_and_no_other(entries: Path) -> None:
    write_entry(entries, ANOTHER, AUDITOR)
    viewer = Entry(user="viewer")
    write_entry(entries, ROLE, viewer)
    assert read_entries(entries) == {ROLE: viewer, ANOTHER: AUDITOR}


def test_only_its_owner_reads_the_entries(entries: Path) -> None:
    assert mode(entries) == 0o600


def test_entries_that_are_written_at_once_are_all_kept(entries: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=write_twenty, args=(entries, name)) for name in ("a", "b", "c")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert len(read_entries(entries)) == 61


@pytest.fixture
def asked(entries: Path) -> Iterator[HTTPConnection]:
    """A connection to an authenticator that serves."""
    server = authenticator(0, entries)
    serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    try:
        with closing(HTTPConnection("127.0.0.1", server.server_port, timeout=5)) as connection:
            yield connection
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


def test_it_answers_the_api_server_in_the_form_of_the_question(asked: HTTPConnection) -> None:
    question: dict[str, Any] = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenReview",
        "spec": {"token": token(ROLE), "audiences": ["https://kubernetes.default.svc"]},
    }
    asked.request("POST", "/?timeout=30s", json.dumps(question))
    answer = asked.getresponse()
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(answer.read()) == {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenReview",
        "status": {
            "authenticated": True,
            "user": {"username": "auditor", "groups": ["corebank:auditors"]},
        },
    }


def test_it_listens_on_this_machine_only(entries: Path) -> None:
    with closing(authenticator(0, entries).socket) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_credentials_are_made_once_and_lead_to_the_port_of_now(tmp_path: Path) -> None:
    make_credentials(tmp_path, "127.0.0.1:1")
    before = signed(tmp_path)
    # Another attempt, after another program took the port before it was listened to.
    make_credentials(tmp_path, "127.0.0.1:2")
    assert signed(tmp_path) == before
    for client in CLIENTS:
        (cluster,) = json.loads(kubeconfig(tmp_path, client).read_bytes())["clusters"]
        assert cluster["cluster"]["server"] == "https://127.0.0.1:2"


def test_credentials_that_were_half_made_are_made_anew(tmp_path: Path) -> None:
    make_credentials(tmp_path, "127.0.0.1:1")
    authority = (tmp_path / "ca.crt").read_bytes()
    (tmp_path / "made").unlink()
    make_credentials(tmp_path, "127.0.0.1:1")
    assert (tmp_path / "ca.crt").read_bytes() != authority
    assert_signed(tmp_path)


def assert_signed(folder: Path) -> None:
    authority = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
    for name in ("server", *CLIENTS):
        certificate = x509.load_pem_x509_certificate((folder / f"{name}.crt").read_bytes())
        certificate.verify_directly_issued_by(authority)


def test_nobody_else_reads_a_credential_and_nobody_can_sign_more(tmp_path: Path) -> None:
    make_credentials(tmp_path, "127.0.0.1:1")
    assert_signed(tmp_path)
    secret = {*tmp_path.glob("*.key"), *tmp_path.glob("*.kubeconfig")}
    assert {file.stem for file in secret} == {"server", "tokens", *CLIENTS}
    assert {mode(file) for file in secret} == {0o600}


def test_each_program_logs_in_with_no_more_than_its_own_name(tmp_path: Path) -> None:
    make_credentials(tmp_path, "127.0.0.1:1")
    subjects = {
        name: x509.load_pem_x509_certificate((tmp_path / f"{name}.crt").read_bytes()).subject
        for name in ("controllers", "scheduler", "server")
    }
    assert {name: subject.rfc4514_string() for name, subject in subjects.items()} == {
        "controllers": "CN=system:kube-controller-manager",
        "scheduler": "CN=system:kube-scheduler",
        "server": "CN=server",
    }

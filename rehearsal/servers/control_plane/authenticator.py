"""Says who a token is, in place of EKS's authenticator: the API server asks it of every new token.

On AWS a token is a signed request to STS, which tells whose it is. Here it names the principal
itself: ``k8s-aws-v1.`` and, in base64, the ARN, which something that differs each time may follow
after a ``?``. What is real is the rest: only whom an access entry names gets in, with that entry's
groups. Once the API server has let a token in, it asks of that one no more for ten seconds, which
is compiled into it; a new token feels a changed entry at once.
"""

import base64
import binascii
import json
import secrets
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from rehearsal.servers.control_plane.access_entries import read_entries
from rehearsal.servers.server import HOST

_PREFIX = "k8s-aws-v1."


def token(principal: str) -> str:
    """A new token of an IAM role or user, given its ARN."""
    presented = f"{principal}?{secrets.token_hex(8)}"
    return _PREFIX + base64.urlsafe_b64encode(presented.encode()).decode().rstrip("=")


def review(entries: Path, presented: str) -> dict[str, Any]:
    """The status of a ``TokenReview``: who it is, or why nobody."""
    try:
        encoded = presented.removeprefix(_PREFIX).encode()
        decoded = base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4)).decode()
        principal = decoded.partition("?")[0]
    except (binascii.Error, UnicodeDecodeError):
        principal = ""
    if not presented.startswith(_PREFIX) or not principal:
        return {"authenticated": False, "error": "not a token of an IAM principal"}
    entry = read_entries(entries).get(principal)
    if entry is None:
        return {"authenticated": False, "error": f"no access entry names {principal}"}
    user = {"username": entry.user, "groups": list(entry.in_groups)}
    return {"authenticated": True, "user": user}


def authenticator(port: int, entries: Path) -> ThreadingHTTPServer:
    """A server of reviews, to be served."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = review(entries, asked["spec"].get("token", ""))
            answer = {"apiVersion": asked["apiVersion"], "kind": asked["kind"], "status": status}
            body = json.dumps(answer).encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's
            """Says nothing: the API server's audit log has every request."""

    return ThreadingHTTPServer((HOST, port), Handler)

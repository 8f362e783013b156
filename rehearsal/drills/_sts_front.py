"""A front before the store's STS, without which Vault makes no session there.

Vault's engine asks an STS who it is (``GetCallerIdentity``) before it uses it, and gives up if it
is not told. MinIO does not know the question. The front answers it and hands everything else on as
it came, so signatures hold and MinIO alone decides. A bank needs such a front as well.
"""

import http.client
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_SECONDS = 10.0
_QUESTION = "GetCallerIdentity"
_ANSWER = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Arn>arn:aws:iam::000000000000:user/vault</Arn><UserId>vault</UserId>
<Account>000000000000</Account></GetCallerIdentityResult>
<ResponseMetadata><RequestId>front</RequestId></ResponseMetadata></GetCallerIdentityResponse>"""


@contextmanager
def front(endpoint: str) -> Generator[str]:
    """Stands before a store, on this machine only, for as long as the block takes.

    Args:
        endpoint: The store's URL.

    Yields:
        The front's URL.
    """
    behind = urlsplit(endpoint).netloc

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if parse_qs(body.decode()).get("Action") == [_QUESTION]:
                self._tell(HTTPStatus.OK, "text/xml", _ANSWER)
                return
            store = http.client.HTTPConnection(behind, timeout=_SECONDS)
            try:
                # With its own Host too, since that is signed.
                store.request("POST", self.path, body, dict(self.headers.items()))
                answer = store.getresponse()
                kind = answer.headers.get("Content-Type", "")
                self._tell(answer.status, kind, answer.read())
            finally:
                store.close()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as above
            """Tells nothing: what passes here opens the store."""
            del format, args

        def _tell(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()

"""One HTTP request to a server on this machine, around any proxy and without a client library."""

import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from rehearsal.servers.server import NotReady

_TIMEOUT_S = 5.0


def ask(
    address: str, method: str, path: str, body: bytes | None = None, *, securely: bool = False
) -> tuple[int, bytes]:
    """Sends a request to ``address``, a host and a port; gives the status and what came back.

    Args:
        address: Host and port.
        method: HTTP's.
        path: With the leading slash.
        body: What is sent.
        securely: Whether over TLS, whoever answers: of a health check nothing secret is sent.

    Raises:
        NotReady: No answer came.
    """
    connection = (
        HTTPSConnection(address, timeout=_TIMEOUT_S, context=_unverified())
        if securely
        else HTTPConnection(address, timeout=_TIMEOUT_S)
    )
    try:
        connection.request(method, path, body)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, HTTPException) as error:
        raise NotReady(f"no answer from {address}: {error}") from error
    finally:
        connection.close()


def _unverified() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context

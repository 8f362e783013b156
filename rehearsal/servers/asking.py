"""One HTTP request to a server on this machine, around any proxy and without a client library."""

import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from rehearsal.servers.server import NotReady

_TIMEOUT_S = 5.0


def ask(
    address: str,
    method: str,
    path: str,
    body: bytes | None = None,
    *,
    tls: ssl.SSLContext | None = None,
) -> tuple[int, bytes]:
    """Sends a request to ``address``, a host and a port; gives the status and what came back.

    Args:
        address: Host and port.
        method: Of HTTP.
        path: What is asked for.
        body: What is sent along.
        tls: Whom to trust, and who we are; ``None`` stands for a request that is not encrypted.

    Raises:
        NotReady: No answer came, or not from whom we trust.
    """
    connection = (
        HTTPSConnection(address, timeout=_TIMEOUT_S, context=tls)
        if tls
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

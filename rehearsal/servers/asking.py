"""One HTTP request to a server on this machine, around any proxy and without a client library."""

from http.client import HTTPConnection, HTTPException

from rehearsal.servers.server import NotReady

_TIMEOUT_S = 5.0


def ask(address: str, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    """Sends a request to ``address``, a host and a port; gives the status and what came back.

    Raises:
        NotReady: No answer came.
    """
    connection = HTTPConnection(address, timeout=_TIMEOUT_S)
    try:
        connection.request(method, path, body)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, HTTPException) as error:
        raise NotReady(f"no answer from {address}: {error}") from error
    finally:
        connection.close()

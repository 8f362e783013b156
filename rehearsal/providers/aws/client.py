"""boto3 clients for one provider resource: its region, and the local server's address."""

import threading
from typing import Any

import boto3

ACCOUNT = "123456789012"
"""moto's account. The rehearsal has one account, whatever account the stack names."""


class Aws:
    """Hands out boto3 clients for the rehearsal's AWS.

    Args:
        endpoint: The local server's URL.
        region: The provider's region; a resource may name another.
        kafka: The local broker's address, ``host:port``.
    """

    account = ACCOUNT

    def __init__(self, endpoint: str, region: str, kafka: str) -> None:
        self.region = region
        self.kafka = kafka
        self._endpoint = endpoint
        self._clients: dict[tuple[str, str], Any] = {}
        # Making a client is not thread-safe in boto3; using one is.
        self._lock = threading.Lock()

    def client(self, service: str, region: str | None = None) -> Any:
        """The client of a service, made once."""
        key = service, region or self.region
        with self._lock:
            if key not in self._clients:
                make: Any = boto3.client
                self._clients[key] = make(
                    service,
                    region_name=key[1],
                    endpoint_url=self._endpoint,
                    aws_access_key_id="rehearsal",
                    aws_secret_access_key="rehearsal",  # noqa: S106 - moto takes any
                )
            return self._clients[key]

    def model(self, service: str) -> Any:
        """botocore's model of a service."""
        return self.client(service).meta.service_model

"""boto3 clients for one provider resource: its region, and the local server's address.

The one place where calls are dynamic: a row names an operation, and botocore makes its method.
"""

import threading
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.model import OperationModel

from rehearsal.providers.values import Plain

_boto3: Any = boto3
"""Its services are known at run time only."""

ACCOUNT = "123456789012"
"""moto's account. A rehearsal has this one, whatever account its stack names: the official
provider stops where its ``allowedAccountIds`` leave out the caller's account, the stand-in takes
no notice of them. Of a provider's configuration it uses the region, and whether S3 is elsewhere."""


_ONE_AT_A_TIME = {name: threading.Lock() for name in ("cloudwatch", "iam", "rds")}
"""Services that moto answers wrongly when asked twice at once: its CloudWatch fails where an alarm
comes while it looks for one, its IAM where a policy does; its RDS takes a cluster away while it
changes it, and fails where an instance comes while it counts them."""


class Service:
    """One service of AWS in one region.

    Args:
        client: Its boto3 client, whose methods only exist at run time.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._turn = _ONE_AT_A_TIME.get(self.name) or nullcontext()

    @property
    def name(self) -> str:
        """The service's name, as botocore has it."""
        return self._client.meta.service_model.service_name

    @property
    def operations(self) -> list[str]:
        """The names of its calls, such as ``DescribeVpcs``."""
        return self._client.meta.service_model.operation_names

    def operation(self, name: str) -> OperationModel:
        """What botocore knows of a call."""
        return self._client.meta.service_model.operation_model(name)

    def call(self, operation: str, members: Plain) -> Plain:
        """Makes a call by its name and returns the answer, all its pages put together."""
        method = xform_name(operation)
        with self._turn:
            if self._client.can_paginate(method):
                return self._client.get_paginator(method).paginate(**members).build_full_result()
            answer: Plain = getattr(self._client, method)(**members)
        answer.pop("ResponseMetadata", None)
        return answer


class Aws:
    """The rehearsal's AWS, as one provider resource sees it.

    Args:
        endpoint: The local server's URL.
        region: The provider's region; a resource may name another.
        kafka: The local broker's address, ``host:port``.
        kubernetes: What the local control plane tells of itself: ``endpoint``, ``ca``,
            ``kubeconfig``, ``entries``.
        store: What the local object store tells of itself, ``endpoint``, ``accessKey`` and
            ``secretKey``, where the provider has an endpoint of its own for S3.
    """

    def __init__(
        self,
        endpoint: str,
        region: str,
        kafka: str,
        kubernetes: Mapping[str, str],
        store: Mapping[str, str] | None = None,
    ) -> None:
        self.kafka = kafka
        self.kubernetes = kubernetes
        self._region = region
        moto = {"endpoint": endpoint, "accessKey": "rehearsal", "secretKey": "rehearsal"}
        self._others: Mapping[str, str] = moto
        self._s3 = store or moto
        self._services: dict[tuple[str, str], Service] = {}
        # Making a client is not thread-safe in boto3; using one is.
        self._lock = threading.Lock()

    def region(self, properties: Plain) -> str:
        """Where a resource is: in the region it names, else in the provider's."""
        return str(properties.get("region") or self._region)

    def service(self, name: str, region: str) -> Service:
        """A service by botocore's name; its client is made once."""
        with self._lock:
            if (name, region) not in self._services:
                server = self._s3 if name == "s3" else self._others
                client = _boto3.client(
                    name,
                    region_name=region,
                    endpoint_url=server["endpoint"],
                    aws_access_key_id=server["accessKey"],
                    aws_secret_access_key=server["secretKey"],
                    config=Config(retries={"total_max_attempts": 1}),
                )
                client.meta.events.register("before-send", _to_the_one_address)
                self._services[name, region] = Service(client)
            return self._services[name, region]


def _to_the_one_address(request: Any, **_: Any) -> None:
    """S3 Control has an address per account; here all are at one."""
    request.url = request.url.replace(f"//{ACCOUNT}.", "//")

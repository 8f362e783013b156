"""A local server that answers as Amazon's web services do (moto).

It keeps everything in memory: what was made in it is gone when it ends. It checks no permissions.
Two things are in it from the start, as in any bank's account: an organisation above it, and the
policies that AWS maintains.
"""

import sys
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import boto3

from rehearsal.servers.asking import ask
from rehearsal.servers.server import HOST, Command, NotReady, Place

_boto3: Any = boto3
"""Its services are known at run time only."""


@dataclass(frozen=True, kw_only=True)
class Moto:
    """The server, from this interpreter's own packages."""

    name: str = "moto"
    ports: tuple[str, ...] = ("endpoint",)

    def prepare(self, place: Place) -> Command:
        """It reads nothing; ``-P`` keeps names in its folder from hiding its modules."""
        port = str(place.ports["endpoint"])
        python = (sys.executable, "-P", "-m", "moto.server")
        return Command(
            arguments=(*python, "--host", HOST, "--port", port),
            environment={"MOTO_IAM_LOAD_MANAGED_POLICIES": "true"},
        )

    def health(self, place: Place) -> dict[str, str]:
        """Healthy when it answers at its own address."""
        status, _ = ask(place.address("endpoint"), "GET", "/moto-api/")
        if status != HTTPStatus.OK:
            raise NotReady(f"it answers {status} to /moto-api/")
        endpoint = f"http://{place.address('endpoint')}"
        organise(endpoint)
        return {"endpoint": endpoint}


def organise(endpoint: str) -> None:
    """Puts an organisation above the account, whose policies bind it, unless there is one."""
    organizations: Any = _boto3.client(
        "organizations",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="rehearsal",
        aws_secret_access_key="rehearsal",  # noqa: S106 - moto takes any
    )
    try:
        organizations.create_organization(FeatureSet="ALL")
    except organizations.exceptions.AlreadyInOrganizationException:
        return
    (root,) = organizations.list_roots()["Roots"]
    organizations.enable_policy_type(RootId=root["Id"], PolicyType="SERVICE_CONTROL_POLICY")

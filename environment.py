"""What a domain's workload is told: of itself, and of what it may use. Nothing of it is secret."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components._ports import GRPC, HEALTH, REST
from components._vault_agent import SECRETS, Agent
from components.vault import Vault
from components.vault_workload import VaultWorkload
from domains import Domain, dead_letters


@dataclass(frozen=True, kw_only=True)
class DatabaseServer:
    """Where databases are.

    Args:
        host: Its name, known once it is there.
        port: Where it answers.
    """

    host: pulumi.Input[str]
    port: pulumi.Input[int]


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is the same for all domains.

    Args:
        told: What every domain is told, by the name of a variable.
        zone: The DNS zone in which hosts are.
        agent: What brings secrets.
        vault: Where they are.
        database: Where databases are.
    """

    told: Mapping[str, pulumi.Input[str]]
    zone: str
    agent: Agent
    vault: Vault
    database: DatabaseServer


def environment(
    domain: Domain,
    around: Surroundings,
    secrets: VaultWorkload,
    databases: tuple[pulumi.Output[str], ...],
) -> dict[str, pulumi.Input[str]]:
    """Variables and their values; what a domain has not it is not told of.

    Args:
        domain: Its declaration.
        around: What is the same for all domains.
        secrets: Its share of Vault.
        databases: The names of its databases: one, or none.
    """
    api = domain.api
    found: dict[str, pulumi.Input[str]] = {
        **around.told,
        "API_HOST": api.host and f"{api.host}.{around.zone}",
        "API_PATH": api.path,
        "REST_PORT": str(REST) if api.rest else "",
        "GRPC_PORT": str(GRPC) if api.grpc else "",
        "HEALTH_PORT": str(HEALTH),
        "KAFKA_CONSUMES": ",".join(domain.consumes),
        "KAFKA_DEADLETTER": ",".join(letters.name for letters in dead_letters(domain)),
        "KAFKA_GROUP": domain.name if domain.consumes else "",
        "KAFKA_PUBLISHES": ",".join(topic.name for topic in domain.publishes),
        "SECRETS": SECRETS,
        "VAULT_ADDR": around.agent.address,
        "VAULT_KV_PATH": secrets.path,
        "VAULT_TRANSIT": around.vault.transit,
        **dict(zip(("TRANSIT_KEY", "TRANSIT_PERSONAL_KEY"), secrets.keys, strict=False)),
    }
    for database in databases:
        found["DATABASE_HOST"] = around.database.host
        found["DATABASE_NAME"] = database
        found["DATABASE_PORT"] = pulumi.Output.from_input(around.database.port).apply(str)
    return {name: value for name, value in found.items() if not isinstance(value, str) or value}

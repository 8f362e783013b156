"""What the program tells of its domains to everything outside it: people, drills, other stacks.

Each export is what the declarations promise, and names where it is to be tried. Exports of the
layers below stand where these are built.
"""

from collections.abc import Mapping

import pulumi

from banking_domain import BankingDomain
from components.kafka import KafkaCluster
from components.vault import AUDIENCE, Vault
from components.vault_databases import VaultDatabases
from domain_network import flows, networks, told
from domains import Catalogue
from mesh import who_calls_whom
from monitoring import level_of
from settings import Settings

Domains = Mapping[str, BankingDomain]
"""By their names."""


def export_domains(settings: Settings, catalogue: Catalogue, domains: Domains) -> None:
    """Where each runs, who sees it, who may talk with it, and what is promised of it."""
    where = networks(settings)
    names = [domain.name for domain in catalogue.domains]
    pulumi.export("workspaces", {name: settings.people.viewer(name) for name in names})
    pulumi.export("workloads", {name: domain.workload for name, domain in domains.items()})
    pulumi.export(
        "levels",
        {
            domain.name: {
                "namespace": domains[domain.name].namespace,
                "budget": level.budget,
                "p99Ms": level.p99.total_seconds() * 1000,
            }
            for domain in catalogue.domains
            for level in [level_of(domain, settings.tags.owner)]
        },
    )
    pulumi.export("mesh", who_calls_whom(settings, catalogue))
    pulumi.export(
        "ground",
        {
            domain.name: {
                "namespace": domains[domain.name].namespace,
                "serviceAccount": domains[domain.name].service_account,
                **told(domain, flows(domain, catalogue, where)),
            }
            for domain in catalogue.domains
        },
    )


def export_messaging(catalogue: Catalogue, kafka: KafkaCluster, domains: Domains) -> None:
    """Every topic, whose it is and who reads it, and as whom each domain does."""
    pulumi.export("topics", {name: topic.owner for name, topic in catalogue.topics.items()})
    pulumi.export("deadLetters", catalogue.dead_letters)
    pulumi.export(
        "messaging",
        {
            "registryArn": kafka.registry_arn,
            "consumers": {name: list(each.consumers) for name, each in catalogue.topics.items()},
            "clients": {
                name: {"role": domain.role_name, "group": name} for name, domain in domains.items()
            },
        },
    )


def export_vault(vault: Vault, logins: VaultDatabases, domains: Domains) -> None:
    """Where things are in Vault, and each domain's share of it."""
    pulumi.export(
        "vault",
        {
            "kvPath": vault.kv_path,
            "transit": vault.transit,
            "pki": vault.pki,
            "databases": logins.path,
            "connection": logins.connection,
            "login": vault.auth_path,
            "audience": AUDIENCE,
            "workloads": {
                name: {
                    "policy": domain.secrets.policy,
                    "role": domain.secrets.role,
                    "namespace": domain.namespace,
                    "serviceAccount": domain.service_account,
                    "hostname": domain.hostname,
                    "keys": list(domain.secrets.keys),
                    "databases": list(domain.databases),
                    "logins": list(domain.secrets.logins),
                }
                for name, domain in domains.items()
            },
        },
    )

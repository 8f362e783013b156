"""A stack may stop after any layer, and a layer leaves the one below as it is."""

import pytest

from bank import build
from domains import Catalogue
from settings import Through, load_settings
from tests.engine import Deployment, deploy
from tests.stack_files import config_of

PROVIDER = "pulumi:providers:"
PLATFORM = {
    "ClusterAccess",
    "ClusterClasses",
    "EvidenceServers",
    "KafkaAlarms",
    "KafkaCluster",
    "KubernetesCluster",
    "Mesh",
    "Monitoring",
    "NodeGroup",
    "NodeLogs",
    "PostgresAlarms",
    "PostgresCluster",
    "PostgresMonitoring",
    "Traces",
    "VaultServers",
    "WorkloadIdentity",
}
GROUND = {
    "AccountDefaults",
    "Alarms",
    "AuditTrail",
    "Backups",
    "Bucket",
    "Budget",
    "DataKeys",
    "Delivery",
    "Detection",
    "EncryptionKey",
    "Findings",
    "LogArchive",
    "Network",
    "OrganisationGuardrails",
    "PrivateDns",
    "PrivateEndpoints",
    "ServiceRole",
    "SiemAlarms",
    "SiemFeed",
    "SiemLog",
    "SiemStream",
}


@pytest.fixture(scope="module")
def layers(catalogue: Catalogue) -> dict[str, Deployment]:
    """The sandbox, stopped after each layer."""

    def through(layer: str) -> Deployment:
        settings = load_settings("sandbox", config_of("sandbox", {"corebank:through": layer}))
        return deploy(lambda: build(settings, catalogue))

    return {layer: through(layer) for layer in Through}


@pytest.mark.parametrize(
    ("layer", "components", "providers", "exports"),
    [
        ("foundation", GROUND, {"aws"}, {"network", "siem"}),
        (
            "platform",
            {*GROUND, *PLATFORM},
            {"aws", "eks", "kubernetes"},
            {"network", "siem", "kubernetes", "kafka", "database"},
        ),
        (
            "domains",
            {
                *GROUND,
                *PLATFORM,
                "BankingDomain",
                "Database",
                "EvidenceBucket",
                "EvidenceStore",
                "KafkaClient",
                "KafkaTopic",
                "MeshExit",
                "MeshWorkload",
                "NetworkSegment",
                "ServiceMonitoring",
                "SiemTopics",
                "TopicArchive",
                "Vault",
                "VaultDatabases",
                "VaultLogins",
                "VaultPeople",
                "VaultSnapshots",
                "VaultWorkload",
                "Workload",
                "Workspace",
            },
            {"aws", "eks", "kubernetes", "minio", "postgresql", "vault"},
            {
                "network",
                "siem",
                "kubernetes",
                "kafka",
                "database",
                "evidence",
                "levels",
                "mesh",
                "ground",
                "people",
                "workspaces",
                "topics",
                "deadLetters",
                "messaging",
                "vault",
                "workloads",
            },
        ),
    ],
)
def test_a_stack_may_stop_after_any_layer(
    layers: dict[str, Deployment],
    layer: str,
    components: set[str],
    providers: set[str],
    exports: set[str],
) -> None:
    types = {resource.type for resource in layers[layer].resources}
    assert {t.split(":")[2] for t in types if t.startswith("corebank:")} == components
    assert {t.removeprefix(PROVIDER) for t in types if t.startswith(PROVIDER)} == providers
    assert layers[layer].exports.keys() == exports


def test_a_layer_changes_nothing_in_the_one_below(layers: dict[str, Deployment]) -> None:
    foundation, platform, domains = (
        {r.urn: r.inputs for r in layers[layer].resources}.items() for layer in Through
    )
    assert foundation < platform < domains

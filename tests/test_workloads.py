"""What each domain runs: restricted, by digest, probed, bounded, spread; secrets just in time."""

import json
import re
from collections.abc import Mapping
from typing import Any

import kubernetes
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components._pod import CPU_MILLIS, MEMORY_MIB, Placement, Pod, Size, pod_spec
from components._quantities import cpu, memory
from components._vault_agent import Share, configuration, files
from domains import Catalogue, Domain, Tier
from domains._workloads import is_the_platforms
from settings import Settings
from tests.engine import Declared, Deployment

_kubernetes: Any = kubernetes
"""A client without types of its own."""
parse_quantity = _kubernetes.utils.parse_quantity

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"
CONFIG, SERVICE = "kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:Service"


@pytest.fixture(params=range(13))
def domain(request: pytest.FixtureRequest, catalogue: Catalogue) -> Domain:
    number: int = request.param
    return catalogue.domains[number]


def of(bank: Deployment, type_: str, domain: Domain, label: str) -> Declared:
    return bank.one(type_, f"{domain.name}-workload-{label}")


def template(bank: Deployment, domain: Domain) -> Any:
    return of(bank, DEPLOYMENT, domain, "deployment").inputs["spec"]["template"]


def containers(pod: Mapping[str, Any]) -> list[Any]:
    return [*pod["initContainers"], *pod["containers"]]


def test_there_are_thirteen_of_them(bank: Deployment, catalogue: Catalogue) -> None:
    names = [each.inputs["metadata"]["name"] for each in bank.of(DEPLOYMENT)]
    assert sorted(names) == [domain.name for domain in catalogue.domains]


def test_no_domain_could_have_a_namespace_or_a_role_of_the_platform_s(
    bank: Deployment, catalogue: Catalogue
) -> None:
    spaces = {each.inputs["metadata"]["name"] for each in bank.of("kubernetes:core/v1:Namespace")}
    roles = {str(each.inputs.get("name")) for each in bank.of("aws:iam/role:Role")}
    spaces |= {role.removeprefix("corebank-") for role in roles}
    platforms = spaces - {domain.name for domain in catalogue.domains}
    assert platforms >= {"evidence", "nodes", "vault"}
    assert [name for name in platforms if not is_the_platforms(name)] == []


def test_pods_are_restricted_as_their_namespace_demands(bank: Deployment, domain: Domain) -> None:
    pod = template(bank, domain)["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not pod.keys() & {"hostNetwork", "hostPID", "hostIPC"}
    for container in containers(pod):
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert context["readOnlyRootFilesystem"] is True
        assert context["runAsNonRoot"] is True
    kinds = {kind for volume in pod["volumes"] for kind in volume.keys() - {"name"}}
    assert kinds == {"configMap", "emptyDir", "projected"}


def test_pods_are_their_domain_s_service_account_and_have_no_token_but_vault_s(
    bank: Deployment, domain: Domain
) -> None:
    pod = template(bank, domain)["spec"]
    assert (pod["serviceAccountName"], pod["automountServiceAccountToken"]) == (domain.name, False)
    (tokens,) = [volume["projected"] for volume in pod["volumes"] if "projected" in volume]
    (token,) = [source["serviceAccountToken"] for source in tokens["sources"]]
    assert (token["audience"], token["expirationSeconds"]) == ("vault", 600)
    mounted = {
        container["name"]
        for container in containers(pod)
        if "identity" in {mount["name"] for mount in container["volumeMounts"]}
    }
    assert mounted == {"vault-agent"}


def test_images_are_named_by_digest(bank: Deployment, domain: Domain, settings: Settings) -> None:
    images = {each["name"]: each["image"] for each in containers(template(bank, domain)["spec"])}
    assert images == {domain.name: domain.image, "vault-agent": settings.vault.image}
    assert all(re.search(r"@sha256:[0-9a-f]{64}$", image) for image in images.values())


def test_every_container_is_sure_of_something_and_bounded(
    bank: Deployment, domain: Domain, settings: Settings
) -> None:
    tier = getattr(settings.workloads.tiers, domain.tier)
    pod = template(bank, domain)["spec"]
    for container in containers(pod):
        resources = container["resources"]
        assert resources["requests"].keys() == resources["limits"].keys() == {"cpu", "memory"}
    (own,) = pod["containers"]
    assert own["resources"]["requests"] == {
        "cpu": cpu(tier.cpu_millis),
        "memory": memory(tier.memory_mib),
    }


def test_the_node_asks_on_a_port_that_nobody_else_does(bank: Deployment, domain: Domain) -> None:
    (own,) = template(bank, domain)["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in own["ports"]}
    assert ports["health"] == 8081
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert own[probe]["httpGet"]["port"] == "health"
    service = of(bank, SERVICE, domain, "service").inputs["spec"]
    answers = {"http": 8080} if domain.api.rest else {}
    answers |= {"grpc": 9090} if domain.api.grpc else {}
    assert {port["name"]: port["port"] for port in service["ports"]} == answers
    assert {port["name"]: port["appProtocol"] for port in service["ports"]} == {
        name: name for name in answers
    }
    # A name that no container has would lead nowhere.
    assert {port["targetPort"] for port in service["ports"]} <= ports.keys()
    assert service["type"] == "ClusterIP"
    assert ports == {**answers, "health": 8081}


def test_pods_are_where_the_stack_file_says_and_spread(
    bank: Deployment, domain: Domain, settings: Settings
) -> None:
    pod = template(bank, domain)["spec"]
    pool = settings.pool_of(domain.name)
    tier = "bank.internal/tier"
    keys = [each["topologyKey"] for each in pod["topologySpreadConstraints"]]
    if pool is not None:
        assert pod["nodeSelector"]["bank.internal/pool"] == pool
        assert [each["value"] for each in pod["tolerations"]] == [pool]
        assert keys == ["kubernetes.io/hostname"]
    else:
        assert pod["nodeSelector"] == {tier: domain.tier}
        # A toleration of a taint that no node has would be for nothing.
        tolerated = [] if domain.tier is Tier.STANDARD else [(tier, domain.tier, "NoSchedule")]
        assert [(t["key"], t["value"], t["effect"]) for t in pod["tolerations"]] == tolerated
        assert keys[0] == "topology.kubernetes.io/zone"
    for each in pod["topologySpreadConstraints"]:
        assert (each["maxSkew"], each["whenUnsatisfiable"]) == (1, "DoNotSchedule")
        assert each["labelSelector"]["matchLabels"] == {"app.kubernetes.io/name": domain.name}


def test_only_the_autoscaler_says_how_many_there_are_and_one_may_always_go(
    bank: Deployment, domain: Domain, settings: Settings
) -> None:
    tier = getattr(settings.workloads.tiers, domain.tier)
    deployment = of(bank, DEPLOYMENT, domain, "deployment").inputs["spec"]
    assert "replicas" not in deployment
    assert deployment["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    scaler = of(bank, SCALER, domain, "scale").inputs["spec"]
    assert scaler["scaleTargetRef"]["name"] == domain.name
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (tier.minimum, tier.maximum)
    (metric,) = scaler["metrics"]
    assert metric["containerResource"]["container"] == domain.name
    assert metric["containerResource"]["target"]["averageUtilization"] == 70
    budget = of(bank, BUDGET, domain, "disruption").inputs["spec"]
    assert budget["maxUnavailable"] == 1 < scaler["minReplicas"]
    assert budget["selector"]["matchLabels"] == deployment["selector"]["matchLabels"]


def test_a_domain_is_told_what_it_may_use_and_nothing_secret(
    bank: Deployment, domain: Domain, settings: Settings
) -> None:
    told = of(bank, CONFIG, domain, "environment").inputs["data"]
    assert told["ENVIRONMENT"] == settings.environment
    assert told["KAFKA_BOOTSTRAP"].endswith(":9098")
    assert told.get("KAFKA_CONSUMES", "") == ",".join(domain.consumes)
    assert told.get("KAFKA_GROUP") == (domain.name if domain.consumes else None)
    assert told.get("DATABASE_NAME") == (domain.name if domain.database else None)
    assert told["VAULT_KV_PATH"] == f"corebank/{domain.name}"
    assert not [key for key in told if re.search("PASSWORD|TOKEN|PRIVATE", key)]
    assert all(isinstance(value, str) and value for value in told.values())


def test_another_configuration_makes_other_pods(bank: Deployment, catalogue: Catalogue) -> None:
    sums = {
        template(bank, domain)["metadata"]["annotations"]["bank.internal/checksum"]
        for domain in catalogue.domains
    }
    assert len(sums) == len(catalogue.domains)
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in sums)


def test_the_agent_asks_for_the_domain_s_own_and_nothing_else(
    bank: Deployment, domain: Domain
) -> None:
    text = of(bank, CONFIG, domain, "agent").inputs["data"]["agent.hcl"]
    logins = ["write", "read"] if domain.database else []
    assert re.findall(r'with secret \\?"([^"\\]+)', text) == [
        f"database/creds/{domain.name}-{purpose}" for purpose in logins
    ]
    assert re.findall(r'pkiCert \\?"([^"\\]+)', text) == [f"pki/issue/{domain.name}"]
    assert f'role = "{domain.name}"' in text
    (agent,) = template(bank, domain)["spec"]["initContainers"]
    # It stays beside the workload, which starts once all files are there.
    assert agent["restartPolicy"] == "Always"
    (asked,) = agent["startupProbe"]["exec"]["command"][2:]
    assert asked.count("test -s") == text.count("destination") + 1


def test_secrets_lie_in_memory_and_the_workload_only_reads_them(
    bank: Deployment, domain: Domain
) -> None:
    pod = template(bank, domain)["spec"]
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert volumes["secrets"]["emptyDir"]["medium"] == "Memory"
    (own,) = pod["containers"]
    mounts = {mount["name"]: mount for mount in own["volumeMounts"]}
    assert mounts["secrets"]["readOnly"] is True
    assert mounts.keys() == {"secrets", "tmp"}


SHARE = Share(
    auth_path="kubernetes",
    role="cards",
    pki="pki",
    hostname="cards.sandbox.bank.internal",
    databases="database",
    logins=(("write", "cards-write"),),
)


def test_a_text_that_would_end_a_quote_stays_inside_it() -> None:
    odd = 'a"\n} evil {'
    text = configuration(
        Share(auth_path=odd, role="r", pki="p", hostname="h", databases="d", logins=(("w", "w"),))
    )
    assert json.dumps(f"auth/{odd}") in text


def test_the_agent_tells_the_workload_of_every_new_secret() -> None:
    text = configuration(SHARE)
    assert text.count("http://127.0.0.1:8081/reload || true") == text.count("template {") == 2
    assert files(("write", "read")) == (
        "tls.pem",
        "vault-token",
        "database-write.json",
        "database-read.json",
    )


@given(st.integers(1, 100_000))
def test_an_amount_of_cpu_is_written_as_kubernetes_writes_it(millis: int) -> None:
    written = cpu(millis)
    assert parse_quantity(written) * 1000 == millis
    assert written.endswith("m") == bool(millis % 1000)


@given(st.integers(1, 10_000_000))
def test_an_amount_of_memory_is_written_as_kubernetes_writes_it(mib: int) -> None:
    written = memory(mib)
    assert parse_quantity(written) == mib * 1024 * 1024
    assert int(written[:-2]) % 1024 or written.endswith("Ti")


@given(st.integers(100, 16000), st.integers(128, 65536))
def test_a_pod_s_size_is_its_container_s_and_the_agent_s(millis: int, mib: int) -> None:
    pod = Pod(
        workload="cards",
        image="image",
        ports={"http": 8080},
        size=Size(minimum=2, maximum=3, cpu_millis=millis, memory_mib=mib),
        placement=Placement(nodes={"a": "b"}, tolerates={}, apart=()),
        priority="core",
        agent_image="vault",
        vault="https://vault:8200",
        audience="vault",
        files=("one",),
    )
    spec = pod_spec(pod, service_account="cards", environment="cards", agent="cards-vault-agent")
    for bound in ("requests", "limits"):
        has = [container["resources"][bound] for container in containers(spec)]
        assert sum(parse_quantity(each["cpu"]) for each in has) * 1000 == (
            millis + CPU_MILLIS if bound == "requests" else 2 * millis + 4 * CPU_MILLIS
        )
        assert sum(parse_quantity(each["memory"]) for each in has) == 1024 * 1024 * (
            mib + (MEMORY_MIB if bound == "requests" else 2 * MEMORY_MIB)
        )

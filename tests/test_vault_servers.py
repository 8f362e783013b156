"""Vault's servers: they are many, talk over TLS only, open themselves, and are told no secret."""

import json
from collections import Counter
from datetime import timedelta
from ipaddress import IPv4Network
from typing import Any, cast

import hcl2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank import build
from components._vault_config import HsmSeal, awskms, pkcs11, vault_config
from components._vault_shipper import Shipping
from components._vault_values import Servers, vault_values
from components.network import Tier, tier_network
from domains import Catalogue
from settings import RULES, Settings, load_settings
from tests.engine import UNKNOWN, Deployment, deploy
from tests.policies import allowed
from tests.stack_files import config_of

NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
IDENTITY = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
RELEASE = "kubernetes:helm.sh/v3:Release"
SERVERS = "vault-servers-identity"
KEY_OF_LOGS = "arn:aws:kms:eu-west-1:111111111111:keys-logs-key"
KEY_ARN = "arn:aws:kms:eu-west-1:111111111111:key/seal"
HSM = HsmSeal(
    library="/opt/hsm/libCryptoki2_64.so",
    slot=3,
    key_label="corebank-vault",
    pin_secret="vault-hsm",  # noqa: S106 - the name of a secret
)
IN_A_MODULE = {
    "corebank:vault.seal": "pkcs11",
    "corebank:vault.hsm": {
        "library": HSM.library,
        "slot": HSM.slot,
        "keyLabel": HSM.key_label,
        "pinSecret": HSM.pin_secret,
        "servers": ["10.128.0.60", "10.129.0.60"],
        "port": 1792,
    },
}


def read(text: str) -> dict[str, Any]:
    """A configuration in HCL as mappings: a block alone as one, several as a list."""
    return cast("dict[str, Any]", _plain(_parsed(text)))


def _parsed(text: str) -> dict[str, object]:
    # Its types say of what it returns only that it is a dict.
    return hcl2.loads(text)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def _plain(value: object) -> object:
    if isinstance(value, dict):
        inner = cast("dict[str, object]", value)
        return {key.strip('"'): _plain(it) for key, it in inner.items() if key != "__is_block__"}
    if isinstance(value, list):
        each = [_plain(item) for item in cast("list[object]", value)]
        return each[0] if len(each) == 1 else each
    return json.loads(value) if isinstance(value, str) else value


def values_of(bank: Deployment) -> dict[str, Any]:
    return cast("dict[str, Any]", bank.one(RELEASE, "vault-servers-release").inputs["values"])


def server_of(bank: Deployment) -> dict[str, Any]:
    return cast("dict[str, Any]", values_of(bank)["server"])


def config_in(bank: Deployment) -> dict[str, Any]:
    return read(server_of(bank)["ha"]["raft"]["config"])


def test_it_runs_from_the_chart_and_the_image_of_the_stack_file(
    bank: Deployment, settings: Settings
) -> None:
    release = bank.one(RELEASE, "vault-servers-release").inputs
    image = server_of(bank)["image"]
    assert (release["chart"], release["version"]) == (settings.vault.chart, settings.vault.version)
    assert f"{image['repository']}:{image['tag']}" == settings.vault.image


def test_there_are_as_many_servers_as_the_environment_demands_and_an_odd_number(
    bank: Deployment, settings: Settings
) -> None:
    ha = server_of(bank)["ha"]
    assert ha["enabled"] is True
    assert ha["raft"]["enabled"] is True
    assert ha["replicas"] == settings.vault.servers >= RULES[settings.environment].vault_servers
    assert ha["replicas"] % 2 == 1


def test_nothing_of_it_is_for_trials(bank: Deployment) -> None:
    values = values_of(bank)
    for part in ("dev", "standalone"):
        assert values["server"][part] == {"enabled": False}
    for part in ("csi", "injector", "ui"):
        assert values[part] == {"enabled": False}


def test_each_server_is_on_a_node_of_its_own_and_zones_share_them_evenly(bank: Deployment) -> None:
    server = server_of(bank)
    (apart,) = server["affinity"]["podAntiAffinity"][
        "requiredDuringSchedulingIgnoredDuringExecution"
    ]
    assert apart["topologyKey"] == "kubernetes.io/hostname"
    (spread,) = server["topologySpreadConstraints"]
    assert (spread["topologyKey"], spread["maxSkew"], spread["whenUnsatisfiable"]) == (
        "topology.kubernetes.io/zone",
        1,
        "DoNotSchedule",
    )
    assert apart["labelSelector"] == spread["labelSelector"] != {"matchLabels": {}}


def test_one_is_replaced_at_a_time(bank: Deployment) -> None:
    server = server_of(bank)
    assert server["ha"]["disruptionBudget"] == {"enabled": True, "maxUnavailable": 1}
    assert server["updateStrategyType"] == "OnDelete"


def test_a_zone_that_is_lost_leaves_a_majority_where_there_are_three(settings: Settings) -> None:
    zones, servers = len(settings.network.zones), settings.vault.servers
    in_each = Counter(number % zones for number in range(servers))
    if zones >= 3:
        assert servers - max(in_each.values()) > servers // 2


def test_disks_for_data_and_audit_are_of_their_sizes_and_encrypted_and_outlive_the_servers(
    bank: Deployment, settings: Settings
) -> None:
    server = server_of(bank)
    classes = bank.of("kubernetes:storage.k8s.io/v1:StorageClass")
    encrypted = {
        it.inputs["metadata"]["name"]
        for it in classes
        if it.inputs.get("parameters", {}).get("encrypted") == "true"
    }
    for part, path, gib in (
        ("dataStorage", "/vault/data", settings.vault.data_gib),
        ("auditStorage", "/vault/audit", settings.vault.audit_gib),
    ):
        storage = server[part]
        assert storage["enabled"] is True
        assert (storage["size"], storage["mountPath"]) == (f"{gib}Gi", path)
        assert storage["storageClass"] in encrypted
    kept = server["persistentVolumeClaimRetentionPolicy"]
    assert set(kept.values()) == {"Retain"}


def test_its_pods_are_restricted_and_write_to_their_own_disks_only(bank: Deployment) -> None:
    namespace = bank.one("kubernetes:core/v1:Namespace", "vault-servers-namespace").inputs
    labels = namespace["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    security = server_of(bank)["statefulSet"]["securityContext"]
    assert security["pod"]["runAsNonRoot"] is True
    assert security["pod"]["runAsUser"] > 0
    assert security["pod"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert security["container"]["readOnlyRootFilesystem"] is True
    assert security["container"]["allowPrivilegeEscalation"] is False
    assert security["container"]["capabilities"] == {"drop": ["ALL"]}


def test_every_address_is_reached_over_tls(bank: Deployment) -> None:
    values, config = values_of(bank), config_in(bank)
    assert values["global"]["tlsDisable"] is False
    listener = config["listener"]["tcp"]
    assert "tls_disable" not in listener
    assert listener["tls_min_version"] == "tls13"
    assert listener["tls_cert_file"]
    assert listener["tls_key_file"]
    ha = values["server"]["ha"]
    joined = config["storage"]["raft"]["retry_join"]
    addresses = [ha["apiAddr"], ha["clusterAddr"], *(it["leader_api_addr"] for it in joined)]
    assert all(address.startswith("https://") for address in addresses), addresses
    assert all(it["leader_ca_cert_file"] for it in joined)
    assert "http://" not in json.dumps(values)


def test_its_certificate_is_a_secret_that_people_put_there(bank: Deployment) -> None:
    server = server_of(bank)
    (certificate,) = [it for it in server["volumes"] if "secret" in it]
    assert certificate["secret"]["secretName"] == "vault-tls"
    (mounted,) = [it for it in server["volumeMounts"] if it["name"] == certificate["name"]]
    listener = config_in(bank)["listener"]["tcp"]
    assert mounted["readOnly"] is True
    assert listener["tls_cert_file"] == f"{mounted['mountPath']}/tls.crt"
    assert bank.of("kubernetes:core/v1:Secret") == []


def test_every_server_knows_where_each_of_them_is(bank: Deployment, settings: Settings) -> None:
    joined = config_in(bank)["storage"]["raft"]["retry_join"]
    assert [it["leader_api_addr"] for it in joined] == [
        f"https://vault-{number}.vault-internal:8200" for number in range(settings.vault.servers)
    ]


def test_what_gives_more_than_is_asked_for_is_off(bank: Deployment) -> None:
    config = config_in(bank)
    for name in ("ui", "raw_storage_endpoint", "introspection_endpoint"):
        assert config[name] is False
    listener = config["listener"]["tcp"]
    assert listener["telemetry"] == {"unauthenticated_metrics_access": False}
    assert listener["profiling"] == {"unauthenticated_pprof_access": False}
    assert "plugin_directory" not in config


def test_it_logs_in_json_and_is_asked_by_prometheus(bank: Deployment) -> None:
    config = config_in(bank)
    assert config["log_format"] == "json"
    assert config["telemetry"] == {"prometheus_retention_time": "1h", "disable_hostname": True}


def test_memory_is_not_locked_and_that_is_said(bank: Deployment) -> None:
    # Vault refuses to start on raft where nobody has decided.
    assert config_in(bank)["disable_mlock"] is True


def test_what_names_no_length_lives_as_long_as_a_token_and_never_above_four_hours(
    bank: Deployment, settings: Settings
) -> None:
    config = config_in(bank)
    assert config["default_lease_ttl"] == f"{settings.vault.token_ttl.seconds}s"
    assert config["max_lease_ttl"] == "14400s"


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"])
def test_it_opens_itself_with_a_key_that_its_servers_use_and_nobody_else(
    bank: Deployment, settings: Settings, action: str
) -> None:
    key = bank.one("aws:kms/key:Key", "vault-seal-key")
    seal = config_in(bank)["seal"]
    assert seal == {"awskms": {"region": settings.region, "kms_key_id": ARN_OF_KEY}}
    role = bank.one("aws:iam/role:Role", f"{SERVERS}-role").inputs["name"]
    policy = key.inputs["policy"]
    servers = f"arn:aws:iam::{settings.account}:role/{role}"
    others = [
        settings.people.break_glass,
        settings.people.auditor,
        f"arn:aws:iam::{settings.account}:role/corebank-apply",
    ]
    assert allowed(policy, action, aws__PrincipalArn=servers)
    # Whoever administers keys may look at this one.
    if action != "kms:DescribeKey":
        assert not any(allowed(policy, action, aws__PrincipalArn=other) for other in others)
    assert allowed(
        bank.one("aws:iam/rolePolicy:RolePolicy", f"{SERVERS}-policy").inputs["policy"],
        action,
        ARN_OF_KEY,
    )


ARN_OF_KEY = "arn:aws:kms:eu-west-1:111111111111:vault-seal-key"


def test_its_servers_do_nothing_else_in_aws_but_send_their_audit(bank: Deployment) -> None:
    opens, sends = statements_of(bank)
    assert opens["Action"] == ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"]
    assert opens["Resource"] == ARN_OF_KEY
    assert sends == SENDS


SENDS = {
    "Effect": "Allow",
    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": "arn:aws:logs:eu-west-1:111111111111:vault-servers-audit:*",
}


def statements_of(bank: Deployment) -> list[dict[str, Any]]:
    policy = bank.one("aws:iam/rolePolicy:RolePolicy", f"{SERVERS}-policy").inputs["policy"]
    return cast("list[dict[str, Any]]", json.loads(policy)["Statement"])


def test_what_audit_writes_is_read_whole_beside_each_server_and_sent_as_it_is(
    bank: Deployment, settings: Settings
) -> None:
    (beside,) = server_of(bank)["extraContainers"]
    assert beside["image"] == settings.monitoring.images.collector
    # The log is for its owner only, and its disk has the chart's name.
    assert "runAsUser" not in beside["securityContext"]
    assert beside["volumeMounts"] == [{"name": "audit", "mountPath": "/vault/audit"}]
    told = {each["name"]: each.get("value") for each in beside["env"]}
    config = json.loads(told[beside["args"][0].removeprefix("--config=env:")])
    file = bank.one("vault:index/audit:Audit", "vault-audit-file").inputs["options"]["file_path"]
    assert config["receivers"]["filelog"]["include"] == [file]
    assert config["receivers"]["filelog"]["start_at"] == "beginning"
    group = bank.one("aws:cloudwatch/logGroup:LogGroup", "vault-servers-audit").inputs
    sent = config["exporters"]["awscloudwatchlogs"]
    assert (sent["log_group_name"], sent["region"], sent["raw_log"]) == (
        group["name"],
        settings.region,
        True,
    )
    assert group["name"] == bank.exports["siem"]["sources"]["vault"]["logGroup"]
    assert (group["retentionInDays"], group["kmsKeyId"]) == (365, KEY_OF_LOGS)


def test_nothing_of_the_audit_is_lost_while_nobody_takes_it_or_the_pod_is_new(
    bank: Deployment,
) -> None:
    (beside,) = server_of(bank)["extraContainers"]
    config = json.loads(next(each["value"] for each in beside["env"] if "value" in each))
    (notes,) = config["service"]["extensions"]
    assert config["extensions"][notes]["directory"].startswith("/vault/audit/")
    read, sent = config["receivers"]["filelog"], config["exporters"]["awscloudwatchlogs"]
    assert read["storage"] == sent["sending_queue"]["storage"] == notes
    assert sent["sending_queue"]["block_on_overflow"] is True
    for part in (read, sent):
        assert part["retry_on_failure"] == {"enabled": True, "max_elapsed_time": "0s"}


def test_the_role_is_for_vault_s_own_pods(bank: Deployment) -> None:
    identity = bank.one(IDENTITY, f"{SERVERS}-association").inputs
    assert (identity["namespace"], identity["serviceAccount"]) == ("vault", "vault")
    trust = bank.one("aws:iam/role:Role", f"{SERVERS}-role").inputs["assumeRolePolicy"]
    (statement,) = json.loads(trust)["Statement"]
    assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}


def test_servers_key_and_place_are_protected_where_things_are(
    bank: Deployment, settings: Settings
) -> None:
    kept = [
        bank.one(RELEASE, "vault-servers-release"),
        bank.one("kubernetes:core/v1:Namespace", "vault-servers-namespace"),
        bank.one("aws:kms/key:Key", "vault-seal-key"),
    ]
    assert {resource.protect for resource in kept} == {settings.protect}


def test_a_preview_knows_no_key_and_says_so(previewed: Deployment) -> None:
    assert server_of(previewed)["ha"]["raft"]["config"] == UNKNOWN


def policy_of(bank: Deployment, name: str) -> dict[str, Any]:
    policy = bank.one(NETWORK_POLICY, f"vault-servers-{name}").inputs
    assert policy["metadata"]["namespace"] == "vault"
    return cast("dict[str, Any]", policy["spec"])


def test_what_no_rule_names_gets_neither_in_nor_out(bank: Deployment) -> None:
    assert policy_of(bank, "nothing") == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    }


def test_the_policies_are_there_before_the_servers(bank: Deployment) -> None:
    release = bank.one(RELEASE, "vault-servers-release")
    for name in ("nothing", "servers"):
        policy = bank.one(NETWORK_POLICY, f"vault-servers-{name}")
        assert policy.urn in release.depends_on


def test_each_domain_s_pods_reach_vault_and_nobody_without_a_domain_does(bank: Deployment) -> None:
    (clients, each_other) = policy_of(bank, "servers")["ingress"]
    (selector,) = clients["from"]
    assert selector == {
        "namespaceSelector": {
            "matchExpressions": [{"key": "bank.internal/domain", "operator": "Exists"}]
        }
    }
    assert clients["ports"] == [{"protocol": "TCP", "port": 8200}]
    workspaces = [
        it.inputs["metadata"]
        for it in bank.of("kubernetes:core/v1:Namespace")
        if it.name.endswith("-workspace-namespace")
    ]
    assert len(workspaces) == 13
    assert all("bank.internal/domain" in it["labels"] for it in workspaces)
    assert each_other["from"] == [{"podSelector": policy_of(bank, "servers")["podSelector"]}]


def test_servers_alone_reach_the_port_of_servers(bank: Deployment) -> None:
    policy = policy_of(bank, "servers")
    open_to = [rule["from"] for rule in policy["ingress"] if port_in(rule, 8201)]
    assert open_to == [[{"podSelector": policy["podSelector"]}]]
    assert policy["podSelector"]["matchLabels"]["component"] == "server"


def test_servers_reach_what_they_need_and_no_network_as_a_whole(
    bank: Deployment, settings: Settings
) -> None:
    rules = policy_of(bank, "servers")["egress"]
    assert all(rule["to"] and rule["ports"] for rule in rules)
    reached = {
        (to["ipBlock"]["cidr"], port["port"])
        for rule in rules
        for to in rule["to"]
        if "ipBlock" in to
        for port in rule["ports"]
    }
    for zone in settings.network.zones.values():
        private, data = tier_network(zone, Tier.PRIVATE), tier_network(zone, Tier.DATA)
        assert {(str(private), 443), (str(private), 9000), (str(data), 5432)} <= reached
    assert {("172.20.0.1/32", 443), ("169.254.170.23/32", 80)} <= reached
    for neighbour in settings.network.neighbours.values():
        assert {(str(neighbour), 443), (str(neighbour), 6514)} <= reached
    assert {port for _, port in reached} == {80, 443, 5432, 6514, 9000}
    assert not any(IPv4Network(cidr) == settings.network.cidr for cidr, _ in reached)
    assert not any(cidr.endswith("/0") for cidr, _ in reached)


def test_servers_ask_the_cluster_for_names(bank: Deployment) -> None:
    rules = policy_of(bank, "servers")["egress"]
    (asked,) = [rule for rule in rules if port_in(rule, 53)]
    assert [port["protocol"] for port in asked["ports"]] == ["UDP", "TCP"]
    (to,) = asked["to"]
    assert to["podSelector"]["matchLabels"] == {"k8s-app": "kube-dns"}


def port_in(rule: dict[str, Any], port: int) -> bool:
    return any(it["port"] == port for it in rule["ports"])


@pytest.fixture(scope="module")
def in_a_module(catalogue: Catalogue) -> Deployment:
    """Production with the seal's key in a hardware security module."""
    settings = load_settings("production", config_of("production", IN_A_MODULE))
    return deploy(lambda: build(settings, catalogue))


def test_the_seal_s_key_may_be_in_a_hardware_security_module(in_a_module: Deployment) -> None:
    (kind, seal) = config_in(in_a_module)["seal"].popitem()
    assert kind == "pkcs11"
    assert seal == {
        "lib": HSM.library,
        "slot": "3",
        "key_label": HSM.key_label,
        "mechanism": "0x1087",
        "generate_key": "false",
    }
    server = server_of(in_a_module)
    assert server["extraSecretEnvironmentVars"] == [
        {"envName": "VAULT_HSM_PIN", "secretName": "vault-hsm", "secretKey": "pin"}
    ]
    assert server["enterpriseLicense"] == {"secretName": "vault-license"}


def test_with_a_module_nothing_of_the_seal_is_in_aws(in_a_module: Deployment) -> None:
    assert "vault-seal-key" not in {resource.name for resource in in_a_module.resources}
    assert statements_of(in_a_module) == [SENDS]


def test_modules_are_reached_where_they_answer(in_a_module: Deployment) -> None:
    rules = policy_of(in_a_module, "servers")["egress"]
    (asked,) = [rule for rule in rules if port_in(rule, 1792)]
    assert asked["to"] == [
        {"ipBlock": {"cidr": "10.128.0.60/32"}},
        {"ipBlock": {"cidr": "10.129.0.60/32"}},
    ]


def test_with_a_key_in_aws_there_is_neither_pin_nor_licence(bank: Deployment) -> None:
    server = server_of(bank)
    assert server["extraSecretEnvironmentVars"] == []
    assert server["enterpriseLicense"] == {"secretName": ""}


@given(
    servers=st.sampled_from([3, 5, 7]),
    lease=st.integers(60, 3600),
    name=st.from_regex(r"[a-z]([a-z-]{0,20}[a-z])?", fullmatch=True),
    seal=st.sampled_from([awskms(region="eu-west-1", key_arn=KEY_ARN), pkcs11(HSM)]),
)
def test_any_configuration_can_be_read_back(servers: int, lease: int, name: str, seal: str) -> None:
    text = vault_config(cluster=name, servers=servers, lease=timedelta(seconds=lease), seal=seal)
    config = read(text)
    assert config["cluster_name"] == name
    assert config["default_lease_ttl"] == f"{lease}s"
    assert len(config["storage"]["raft"]["retry_join"]) == servers
    assert len(config["seal"]) == 1


@pytest.mark.parametrize("word", ["HOST_IP", "POD_IP", "HOSTNAME", "API_ADDR"])
def test_no_word_is_in_it_that_the_chart_would_replace(word: str) -> None:
    text = vault_config(cluster="corebank", servers=3, lease=timedelta(hours=1), seal=pkcs11(HSM))
    assert word not in text


def test_values_hold_no_secret_but_its_name() -> None:
    servers = Servers(
        image="registry/vault@sha256:1",
        number=3,
        data_gib=1,
        audit_gib=1,
        disk="encrypted",
        priority="critical",
        nodes=("a", "b"),
        shipping=Shipping(
            image="registry/collector@sha256:1", file="/vault/audit/a.log", group="a", region="b"
        ),
    )
    text = json.dumps(vault_values(servers, config="", hsm=HSM))
    assert 'pin": ' not in text
    assert text.count("vault-hsm") == 1

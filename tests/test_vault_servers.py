"""Vault's servers: they are many, talk over TLS only, open themselves, and are told no secret."""

import json
from collections import Counter

from settings import RULES, Settings
from tests.engine import UNKNOWN, Deployment
from tests.vault_servers import (
    RELEASE,
    SERVERS,
    config_in,
    server_of,
    values_of,
)

IDENTITY = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
KEY_OF_LOGS = "arn:aws:kms:eu-west-1:111111111111:keys-logs-key"


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

"""The evidence store: who writes where, that nobody takes away, and that nothing came before."""

import json
from ipaddress import IPv4Network
from itertools import pairwise

import pytest

from components._evidence_policies import bucket_of, writers_ceiling, writes_and_reads
from components._policy import policy_document
from domains import Catalogue
from settings import Settings
from tests.engine import Declared, Deployment
from tests.policies import allowed
from tests.vault_policies import opens

BUCKET = "minio:index/s3Bucket:S3Bucket"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
ROLE = "vault:aws/secretBackendRole:SecretBackendRole"
POLICY = "vault:index/policy:Policy"
RELEASE = "kubernetes:helm.sh/v3:Release"
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
STORAGE_CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"
SAID = {
    "encryption": (
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    ),
    "lifecycle": "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "lock": LOCK,
    "versioning": "aws:s3/bucketVersioning:BucketVersioning",
}
WRITERS = ("aml", "cards", "investments", "lending", "onboarding", "payments", "platform")
LONGEST_SESSION_POLICY = 2048
"""Characters that a session's policy may have in the store."""
TAKE_AWAY = (
    "s3:BypassGovernanceRetention",
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:ForceDeleteBucket",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketPolicy",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:PutObjectLegalHold",
    "s3:PutObjectRetention",
    "s3:PutReplicationConfiguration",
    "s3:ReplicateDelete",
    "admin:CreateServiceAccount",
    "admin:CreateUser",
)
"""What would take evidence away, or the lock from what comes next, or make one that can."""


def test_who_must_prove_has_a_bucket_of_its_own_and_so_has_the_platform(
    bank: Deployment, catalogue: Catalogue
) -> None:
    keeping = {domain.name for domain in catalogue.domains if domain.evidence}
    assert keeping | {"platform"} == set(WRITERS)
    buckets = [bucket.inputs["bucket"] for bucket in bank.of(BUCKET)]
    assert sorted(buckets) == [f"corebank-evidence-{writer}" for writer in (*WRITERS, "vault")]


def test_every_bucket_can_be_locked_and_is_never_emptied_to_be_deleted(bank: Deployment) -> None:
    for bucket in bank.of(BUCKET):
        told = {key: value for key, value in bucket.inputs.items() if key != "bucket"}
        assert told == {"acl": "private", "objectLocking": True, "forceDestroy": False}


def test_every_bucket_is_locked_as_the_stack_file_says_and_versioned_and_encrypted(
    bank: Deployment, settings: Settings
) -> None:
    retention = {"mode": settings.evidence.lock.upper(), "days": settings.evidence.locked_for.days}
    for writer in WRITERS:
        told = {name: of(bank, name, writer).inputs for name in SAID}
        assert {it["bucket"] for it in told.values()} == {bucket_of(writer)}
        assert told["lock"]["rule"] == {"defaultRetention": retention}
        assert told["versioning"]["versioningConfiguration"] == {"status": "Enabled"}
        (rule,) = told["encryption"]["rules"]
        assert rule == {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}


def test_nothing_expires_while_it_is_locked(bank: Deployment, settings: Settings) -> None:
    for writer in WRITERS:
        (rule,) = of(bank, "lifecycle", writer).inputs["rules"]
        assert rule["status"] == "Enabled"
        assert rule["expiration"]["days"] >= settings.evidence.locked_for.days


def test_what_is_said_of_a_bucket_goes_to_the_store_and_nothing_else_does(
    bank: Deployment, settings: Settings
) -> None:
    provider = bank.one("pulumi:providers:aws", "aws-evidence")
    there = {r.name for r in bank.resources if r.provider == provider.urn}
    assert there == {f"evidence-{it}-{name}" for it in (*WRITERS, "vault") for name in SAID}
    assert json.loads(provider.inputs["endpoints"]) == [{"s3": settings.evidence.endpoint}]
    minio = bank.one("pulumi:providers:minio")
    assert f"https://{minio.inputs['minioServer']}" == settings.evidence.endpoint
    assert minio.inputs["minioSsl"] == "true"


def test_no_provider_is_given_credentials(bank: Deployment) -> None:
    minio = bank.one("pulumi:providers:minio").inputs
    assert minio.keys() <= {"minioServer", "minioSsl", "minioRegion"}
    store = bank.one("pulumi:providers:aws", "aws-evidence").inputs
    assert not {"accessKey", "secretKey", "token"} & store.keys()


def test_servers_buckets_locks_and_the_engine_are_protected_where_things_are(
    bank: Deployment, settings: Settings
) -> None:
    kept = [
        *bank.of(BUCKET),
        *(of(bank, name, w) for name in ("lock", "versioning") for w in WRITERS),
        bank.one("vault:index/mount:Mount", "evidence-engine"),
        bank.one(RELEASE, "evidence-servers-release"),
        bank.one("kubernetes:core/v1:Namespace", "evidence-servers-namespace"),
    ]
    assert {resource.protect for resource in kept} == {settings.protect}


@pytest.mark.parametrize("writer", WRITERS)
def test_nobody_can_write_before_there_is_a_lock(bank: Deployment, writer: str) -> None:
    role = bank.one(ROLE, f"evidence-{writer}-role")
    for name in ("lock", "encryption"):
        assert of(bank, name, writer).urn in role.depends_on
    # And settings one after another, since MinIO loses one of two that it is given at once.
    in_turn = ("versioning", "lock", "encryption", "lifecycle")
    for before, after in pairwise(in_turn):
        assert of(bank, before, writer).urn in of(bank, after, writer).depends_on


@pytest.mark.parametrize("writer", WRITERS)
def test_a_writer_puts_and_reads_its_own_evidence_and_no_other_s(
    bank: Deployment, writer: str
) -> None:
    document = session_policy(bank, writer)
    for other in WRITERS:
        there = f"arn:aws:s3:::{bucket_of(other)}"
        for action in ("s3:PutObject", "s3:GetObject", "s3:GetObjectVersion"):
            assert allowed(document, action, f"{there}/2026/a") is (other == writer)
        for action in ("s3:ListBucket", "s3:ListBucketVersions"):
            assert allowed(document, action, there) is (other == writer)


@pytest.mark.parametrize("action", TAKE_AWAY)
def test_no_writer_and_not_all_together_can_take_away(bank: Deployment, action: str) -> None:
    documents = [session_policy(bank, writer) for writer in WRITERS]
    documents.append(bank.one("minio:index/iamPolicy:IamPolicy").inputs["policy"])
    for document in documents:
        for writer in WRITERS:
            there = f"arn:aws:s3:::{bucket_of(writer)}"
            for resource in (there, f"{there}/2026/a", "*"):
                assert not allowed(document, action, resource)


def test_the_ceiling_allows_what_every_writer_needs(bank: Deployment) -> None:
    ceiling = bank.one("minio:index/iamPolicy:IamPolicy").inputs["policy"]
    for writer in WRITERS:
        assert allowed(ceiling, "s3:PutObject", f"arn:aws:s3:::{bucket_of(writer)}/a")
    assert not allowed(ceiling, "s3:PutObject", "arn:aws:s3:::corebank-evidence-other/a")
    assert not allowed(ceiling, "s3:PutObject", "arn:aws:s3:::other/a")


def test_the_store_refuses_its_own_accounts_to_whoever_makes_sessions() -> None:
    (refusal,) = [s for s in writers_ceiling(["a"]) if s["Effect"] == "Deny"]
    assert refusal["Action"] == ["admin:*"]


def test_a_session_s_policy_is_short_enough_for_the_store() -> None:
    longest = bucket_of("a" * 45)
    document = json.dumps(json.loads(policy_document(writes_and_reads([longest]))))
    assert len(longest) == 63
    assert len(document) <= LONGEST_SESSION_POLICY


@pytest.mark.parametrize("writer", WRITERS)
def test_a_writer_s_credentials_are_sessions_that_end_within_an_hour(
    bank: Deployment, writer: str
) -> None:
    role = bank.one(ROLE, f"evidence-{writer}-role").inputs
    assert (role["backend"], role["name"]) == ("evidence", writer)
    assert role["credentialType"] == "assumed_role"
    assert len(role["roleArns"]) == 1
    assert 900 <= role["defaultStsTtl"] <= role["maxStsTtl"] <= 3600


def test_each_writer_s_policy_in_vault_opens_its_own_credentials_alone(bank: Deployment) -> None:
    policies = {it.name: it.inputs["policy"] for it in bank.of(POLICY)}
    # Which opens nearly everything, for a quarter of an hour.
    del policies["people-break-glass-policy"]
    openers = {
        (name, writer)
        for name, policy in policies.items()
        for writer in WRITERS
        if opens(policy, f"evidence/creds/{writer}")
    }
    assert openers == {(f"evidence-{writer}-policy", writer) for writer in WRITERS}
    for writer in WRITERS:
        policy = policies[f"evidence-{writer}-policy"]
        for path in ("evidence/config/root", "evidence/roles/cards", f"evidence/creds/{writer}x"):
            assert not opens(policy, path)


def test_a_domain_that_keeps_evidence_logs_in_with_its_policy_and_no_other_does(
    bank: Deployment, catalogue: Catalogue
) -> None:
    for domain in catalogue.domains:
        role = bank.one("vault:kubernetes/authBackendRole:AuthBackendRole", f"{domain.name}-role")
        more = [f"evidence-{domain.name}"] if domain.evidence else []
        assert role.inputs["tokenPolicies"] == [domain.name, *more]


def test_the_store_runs_from_the_chart_and_the_image_of_the_stack_file(
    bank: Deployment, settings: Settings
) -> None:
    release = bank.one(RELEASE, "evidence-servers-release").inputs
    evidence, image = settings.evidence, release["values"]["image"]
    assert (release["chart"], release["version"]) == (evidence.chart, evidence.version)
    assert f"{image['repository']}:{image['tag']}" == evidence.image


def test_the_store_is_spread_over_drives_with_tls_and_is_watched(
    bank: Deployment, settings: Settings
) -> None:
    values = bank.one(RELEASE, "evidence-servers-release").inputs["values"]
    assert (values["mode"], values["replicas"]) == ("distributed", settings.evidence.drives)
    assert values["replicas"] * values["drivesPerNode"] * values["pools"] >= 4
    assert values["persistence"]["size"] == f"{settings.evidence.drive_gib}Gi"
    assert values["tls"] == {"enabled": True, "certSecret": "evidence-tls"}
    assert values["podAnnotations"]["prometheus.io/scrape"] == "true"
    assert values["podAnnotations"]["prometheus.io/scheme"] == "https"
    (spread,) = values["topologySpreadConstraints"]
    assert (spread["topologyKey"], spread["maxSkew"]) == ("kubernetes.io/hostname", 1)


def test_the_chart_makes_no_user_and_is_told_no_secret(bank: Deployment) -> None:
    values = bank.one(RELEASE, "evidence-servers-release").inputs["values"]
    assert (values["users"], values["policies"], values["buckets"]) == ([], [], [])
    assert values["existingSecret"] == "evidence-root"
    assert not {"rootUser", "rootPassword", "oidc"} & values.keys()
    assert values["environment"] == {"MINIO_BROWSER": "off"}


def test_the_store_runs_in_the_data_centre_where_there_is_one(
    bank: Deployment, settings: Settings
) -> None:
    values = bank.one(RELEASE, "evidence-servers-release").inputs["values"]
    classes = {it.inputs["metadata"]["name"] for it in bank.of(STORAGE_CLASS)}
    assert values["persistence"]["storageClass"] in classes
    there = settings.on_premises is not None
    assert (values["persistence"]["storageClass"] == "evidence-drives") is there
    hybrid = {"eks.amazonaws.com/compute-type": "hybrid"}
    assert values["nodeSelector"] == (hybrid if there else {})
    assert bool(values["tolerations"]) is there


def test_the_store_s_pods_are_restricted(bank: Deployment) -> None:
    namespace = bank.one("kubernetes:core/v1:Namespace", "evidence-servers-namespace").inputs
    enforced = namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
    assert enforced == "restricted"
    security = bank.one(RELEASE, "evidence-servers-release").inputs["values"][
        "containerSecurityContext"
    ]
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert (security["allowPrivilegeEscalation"], security["runAsNonRoot"]) == (False, True)


def test_the_store_is_asked_by_the_bank_s_networks_and_asks_nobody(
    bank: Deployment, settings: Settings
) -> None:
    closed = bank.one(NETWORK_POLICY, "evidence-servers-nothing").inputs["spec"]
    servers = bank.one(NETWORK_POLICY, "evidence-servers-servers").inputs["spec"]
    (asked,), (asks, names) = servers["ingress"], servers["egress"]
    each_other, *networks = asked["from"]
    clients = {IPv4Network(network["ipBlock"]["cidr"]) for network in networks}
    bank_s = {settings.network.cidr, *settings.network.neighbours.values()}
    port = [{"protocol": "TCP", "port": 9000}]

    assert closed == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert (
        servers["podSelector"]
        == each_other["podSelector"]
        == {"matchLabels": {"release": "evidence"}}
    )
    assert asked["ports"] == asks["ports"] == port
    assert asks["to"] == [each_other]
    assert {each["port"] for each in names["ports"]} == {53}
    assert {*settings.network.neighbours.values()} <= clients
    assert all(any(each.subnet_of(network) for network in bank_s) for each in clients)


def of(bank: Deployment, said: str, writer: str) -> Declared:
    return bank.one(SAID[said], f"evidence-{writer}-{said}")


def session_policy(bank: Deployment, writer: str) -> str:
    return str(bank.one(ROLE, f"evidence-{writer}-role").inputs["policyDocument"])

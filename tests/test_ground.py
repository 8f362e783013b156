"""A domain's ground: its share of the cluster, and its role, which its pods alone are given."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from kubernetes.utils import quantity

from components._kafka_grants import schemas
from components._quota import PodSize, Share, limits, quota
from domains import Catalogue
from settings import Settings
from tests.engine import Deployment
from tests.policies import allowed

POLICY, ROLE = "aws:iam/rolePolicy:RolePolicy", "aws:iam/role:Role"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
REGISTRY = "arn:aws:glue:eu-west-1:111111111111:registry/corebank"
SCHEMA = "arn:aws:glue:eu-west-1:111111111111:schema/corebank"

SHARES = st.builds(
    Share,
    pods=st.integers(1, 200),
    pod=st.builds(
        PodSize, cpu_millis=st.integers(1, 64_000), memory_mib=st.integers(64, 1_048_576)
    ),
)


_library: Any = quantity
MIB = 1024**2


@given(share=SHARES)
def test_a_quota_has_room_for_all_pods_of_the_size_and_for_no_further_one(share: Share) -> None:
    hard = quota(share)
    for counted, size in (
        ("requests.cpu", Decimal(share.pod.cpu_millis) / 1000),
        ("requests.memory", share.pod.memory_mib * MIB),
        ("limits.memory", share.pod.memory_mib * MIB),
        ("pods", 1),
    ):
        assert _library.parse_quantity(hard[counted]) == share.pods * size


@given(share=SHARES)
def test_a_container_that_says_nothing_fits_into_a_pod_and_none_is_larger(share: Share) -> None:
    (container,) = limits(share)
    most = _library.parse_quantity(container["max"]["memory"])
    has = _library.parse_quantity(container["default"]["memory"])
    assert _library.parse_quantity(container["defaultRequest"]["memory"]) <= has
    assert has <= most == share.pod.memory_mib * MIB


def test_no_way_in_and_no_disk_is_made_beside_what_is_declared(
    bank: Deployment, catalogue: Catalogue
) -> None:
    for domain in catalogue.domains:
        made = bank.one("kubernetes:core/v1:ResourceQuota", f"{domain.name}-workspace-quota").inputs
        assert made["metadata"]["namespace"] == domain.name
        hard = made["spec"]["hard"]
        for none in ("persistentvolumeclaims", "services.loadbalancers", "services.nodeports"):
            assert hard[none] == "0"


def test_a_domain_has_its_share_by_its_tier(bank: Deployment, catalogue: Catalogue) -> None:
    by_tier = {
        (
            domain.tier,
            json.dumps(
                bank.one(
                    "kubernetes:core/v1:ResourceQuota", f"{domain.name}-workspace-quota"
                ).inputs["spec"]
            ),
        )
        for domain in catalogue.domains
    }
    assert len(by_tier) == len({domain.tier for domain in catalogue.domains}) == 3


def test_each_role_is_given_to_the_pods_of_one_account_and_to_nobody_else(
    bank: Deployment, catalogue: Catalogue, settings: Settings
) -> None:
    for domain in catalogue.domains:
        role = bank.one(ROLE, f"{domain.name}-identity-role").inputs
        assert role["name"] == f"corebank-{domain.name}"
        assert role["permissionsBoundary"].endswith(":delivery-boundary")
        (statement,) = json.loads(role["assumeRolePolicy"])["Statement"]
        assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": settings.account}}
        association = bank.one(ASSOCIATION, f"{domain.name}-identity-association").inputs
        assert (association["namespace"], association["serviceAccount"]) == (
            domain.name,
            domain.name,
        )
        assert association["roleArn"].endswith(f":{domain.name}-identity-role")
    others = {"corebank-logs", "corebank-traces", "corebank-vault"}
    assert len(bank.of(ASSOCIATION)) == len(others) + len(catalogue.domains)
    assert others <= {role.inputs["name"] for role in bank.of(ROLE)}


def test_a_role_reaches_the_topics_and_schemas_of_its_domain_and_is_empty_without(
    bank: Deployment, catalogue: Catalogue
) -> None:
    attached = {it.name: it.inputs for it in bank.of(ATTACHMENT)}
    own = {it.name: it.inputs["policy"] for it in bank.of(POLICY)}
    for domain in catalogue.domains:
        kafka, schema = f"{domain.name}-identity-kafka", f"{domain.name}-identity-policy"
        if not (domain.publishes or domain.consumes):
            assert kafka not in attached
            assert schema not in own
            continue
        assert attached[kafka]["role"] == f"corebank-{domain.name}"
        assert attached[kafka]["policyArn"].endswith(f":{domain.name}-kafka-policy")
        named = own[schema]
        assert all(topic.name in named for topic in domain.publishes)
        assert ("glue:GetSchemaVersion" in named) is bool(domain.consumes)
        others = [
            topic for other in catalogue.domains if other != domain for topic in other.publishes
        ]
        assert not [topic.name for topic in others if topic.name in named]


def test_who_writes_looks_up_its_own_schema_and_who_reads_any_whose_id_it_has() -> None:
    def document(*, produces: tuple[str, ...] = (), consumes: tuple[str, ...] = ()) -> str:
        statements = schemas(REGISTRY, produces=produces, consumes=consumes)
        return json.dumps({"Statement": statements})

    writer, reader = document(produces=("a.v1",)), document(consumes=("a.v1",))
    by_name, by_id = "glue:GetSchemaByDefinition", "glue:GetSchemaVersion"
    assert allowed(writer, by_name, f"{SCHEMA}/a.v1")
    assert allowed(writer, by_name, REGISTRY)
    assert not allowed(writer, by_name, f"{SCHEMA}/a.v10")
    assert not allowed(writer, by_name, f"{SCHEMA}/b.v1")
    assert allowed(reader, by_id)
    assert not allowed(reader, by_name, f"{SCHEMA}/a.v1")
    assert not allowed(writer, by_id)
    for action in ("CreateSchema", "DeleteSchema", "RegisterSchemaVersion", "UpdateSchema"):
        both = document(produces=("a.v1",), consumes=("a.v1",))
        assert not allowed(both, f"glue:{action}", f"{SCHEMA}/a.v1")
    assert schemas(REGISTRY, produces=(), consumes=()) == []

"""The mesh's kinds on the rehearsal's API server: their makers' definitions judge each object."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from components import _mesh_policy as policy
from components import _mesh_routes as routes
from domains import Catalogue
from rehearsal.drills import Outcome
from rehearsal.drills.mesh import MESH
from rehearsal.toolchain import ISTIO
from settings import load_settings
from tests.engine import Deployment
from tests.stack_files import config_of
from tests.stand_in_cluster import NAMESPACE, SPACE, Made, Plain, World, named, settled
from tests.stand_in_cluster import running as running_cluster
from tests.stand_in_engine import plain

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(900)]

APIS, PARTNERS = (
    "outside, api.production.bank.internal",
    "outside, partners.api.production.bank.internal",
)
LOOSENED: dict[str, tuple[str, Plain, str]] = {
    "anybody with a certificate": (
        "payments-mesh-from-support",
        {"rules": [{"from": [{"source": {"principals": ["*"]}}]}]},
        "nowhere, at 9090 payments: should have been refused, and was not",
    ),
    "anybody at all": (
        "payments-mesh-nobody",
        {"rules": [{}]},
        "analytics, at 8080 payments: should have been refused, and was not",
    ),
    "no certificate needed": (
        "payments-mesh-strict",
        {"mtls": {"mode": "PERMISSIVE"}},
        "without a certificate, at 8080 payments: should have been refused, and was not",
    ),
    "no token needed": (
        "lending-mesh-from-outside",
        {
            "rules": [
                {
                    "from": [
                        {"source": {"principals": [policy.principal("istio-ingress", "ingress")]}}
                    ],
                    "to": [{"operation": {"ports": ["8080"]}}],
                }
            ]
        },
        "ingress, with no proof, at 8080 lending: should have been refused, and was not",
    ),
    "third parties without a certificate": (
        "mesh-third-parties",
        routes.gateway("partners.api.production.bank.internal", certificate="a"),
        f"{PARTNERS}/aml, asks without a certificate aml: should have been refused, and was not",
    ),
    "anybody elsewhere": (
        "mesh-nobody",
        {"rules": [{}]},
        "nowhere, at 8080 nowhere: should have been refused, and was not",
    ),
    "no certificate needed elsewhere": (
        "mesh-strict",
        {"mtls": {"mode": "PERMISSIVE"}},
        "without a certificate, at 8080 nowhere: should have been refused, and was not",
    ),
    "another's path": (
        "treasury-mesh-outside",
        routes.from_outside(
            "risk",
            host="api.production.bank.internal",
            path="/treasury",
            gateway="apis",
            port=8080,
            patience=routes.Patience(p99=timedelta(seconds=1), retries=1, ejected=50),
        ),
        f"{APIS}/treasury, asks risk: should have been refused, and was not",
    ),
}
RELEASE = "kubernetes:helm.sh/v3:Release"
POLICY = "kubernetes:security.istio.io/v1:AuthorizationPolicy"
CHART = "oci://registry.corp.bank.internal/charts/istio/base"


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A control plane of its own: that it knows no kind of the mesh yet is part of the test."""
    with running_cluster(tmp_path_factory.mktemp("mesh")) as addresses:
        yield addresses


@pytest.fixture(scope="module")
def cluster(addresses: dict[str, str]) -> Iterator[World]:
    with settled(addresses) as world:
        yield world


def _policy(name: str, **spec: Any) -> Plain:
    return named(name, spec=spec)


def _release(**other: Any) -> Plain:
    return {
        "name": "base",
        "namespace": SPACE,
        "chart": CHART,
        "version": ISTIO.version,
        **other,
    }


@pytest.fixture(scope="module")
def unknown(cluster: World) -> Plain:
    """What a preview tells of an object while nobody knows its kind."""
    return cluster.foresee(POLICY, _policy("early"))


@pytest.fixture(scope="module")
def base(cluster: World, unknown: Plain) -> Made:
    assert unknown["spec"] == {}
    return cluster.make(RELEASE, _release())


def test_a_preview_believes_the_program_before_the_kinds_are_there(unknown: Plain) -> None:
    assert unknown["metadata"]["name"] == "early"


def test_the_release_brings_the_kinds_and_stays_recorded(cluster: World, base: Made) -> None:
    assert base.state["status"]["status"] == "recorded, not deployed"
    made = cluster.make(POLICY, _policy("nobody"))
    assert cluster.live(made)["spec"] == {}
    assert cluster.drift(made) == []
    cluster.remove(made)


def test_a_release_of_another_version_is_refused_and_says_what_to_do(cluster: World) -> None:
    inputs = plain(cluster.check(RELEASE, _release(version="1.30.0")).inputs)
    told = cluster.refused(cluster.engine.create(inputs, token=RELEASE))
    assert f"{CHART} is 1.30.0, and the rehearsal has the definitions of {ISTIO.version}" in told


WRONG: list[tuple[Plain, str]] = [
    ({"acton": "ALLOW"}, ".spec.acton: field not declared in schema"),
    ({"action": "LET"}, 'spec.action: Unsupported value: "LET"'),
    ({"rules": [{"when": [{"values": ["a"]}]}]}, "spec.rules[0].when[0].key: Required value"),
    ({"selector": {"matchLabels": {"app": "*"}}}, "wildcard not allowed in label value match"),
    ({"rules": [{"form": [{}]}]}, ".spec.rules[0].form: field not declared in schema"),
]


@pytest.mark.parametrize(("spec", "why"), WRONG)
@pytest.mark.usefixtures("base")
def test_what_the_definition_does_not_allow_is_refused_in_preview_too(
    cluster: World, spec: Plain, why: str
) -> None:
    inputs = plain(cluster.check(POLICY, named("wrong", spec=spec)).inputs)
    for preview in (True, False):
        told = cluster.refused(cluster.engine.create(inputs, token=POLICY, preview=preview))
        assert why in told


@pytest.fixture(scope="module")
def declared(catalogue: Catalogue) -> Deployment:
    """The whole bank, as the program declares it."""
    from bank import build  # noqa: PLC0415 - the program is slow to import
    from tests.engine import deploy  # noqa: PLC0415 - see above

    settings = load_settings("production", config_of("production"))
    return deploy(lambda: build(settings, catalogue), stack="production")


@pytest.fixture(scope="module")
def mesh(cluster: World, base: Made, declared: Deployment) -> dict[str, Made]:
    """All its objects of the mesh, by resource."""
    assert base.id
    objects = [
        each
        for each in declared.resources
        if ".istio.io/" in each.type
        # The network of its own namespaces goes with them.
        or (each.type.endswith(":NetworkPolicy") and each.name.startswith("mesh-"))
    ]
    assert len(objects) > 200
    spaces = {str(each.inputs["metadata"]["namespace"]) for each in objects}
    for space in spaces - {SPACE}:
        cluster.make(NAMESPACE, {"metadata": {"name": space}})
    return {each.name: cluster.make(each.type, dict(each.inputs)) for each in objects}


def test_every_object_of_the_bank_is_accepted_and_is_read_back_as_declared(
    cluster: World, mesh: dict[str, Made]
) -> None:
    for made in mesh.values():
        assert cluster.live(made)["spec"] == made.inputs["spec"]
        assert cluster.drift(made) == []


def _red(addresses: dict[str, str], declared: Deployment) -> list[str]:
    attempts = MESH.attempts(declared.exports, {"kubernetes": addresses})
    assert attempts
    return [str(each) for each in Outcome(drill=MESH, attempts=attempts).failures]


@pytest.mark.usefixtures("mesh")
def test_the_drill_is_green_on_what_is_deployed(
    addresses: dict[str, str], declared: Deployment
) -> None:
    assert _red(addresses, declared) == []


@pytest.mark.parametrize("case", sorted(LOOSENED))
def test_the_drill_is_red_when_somebody_loosens_a_policy(
    addresses: dict[str, str],
    cluster: World,
    declared: Deployment,
    mesh: dict[str, Made],
    case: str,
) -> None:
    resource, spec, told = LOOSENED[case]
    made = mesh[resource]
    loosened = {**made.inputs, "spec": spec}
    cluster.cluster.apply(loosened, force=True)
    try:
        red = _red(addresses, declared)
    finally:
        cluster.cluster.apply(made.inputs, force=True)
    assert told in red
    assert _red(addresses, declared) == []


def test_the_drill_is_red_without_what_lets_nobody_in(
    addresses: dict[str, str],
    cluster: World,
    declared: Deployment,
    mesh: dict[str, Made],
) -> None:
    nobody = [mesh["risk-mesh-nobody"], mesh["mesh-nobody"]]
    callers = [made for name, made in mesh.items() if name.startswith("risk-mesh-from-")]
    for made in (*nobody, *callers):
        cluster.remove(made)
    try:
        red = _red(addresses, declared)
    finally:
        for made in (*nobody, *callers):
            cluster.cluster.apply(made.inputs, force=True)
    assert "nowhere, at 9090 risk: should have been refused, and was not" in red
    assert _red(addresses, declared) == []


def test_the_drill_is_red_when_a_caller_is_added_whom_nobody_declares(
    addresses: dict[str, str], cluster: World, declared: Deployment, mesh: dict[str, Made]
) -> None:
    inputs = mesh["payments-mesh-from-support"].inputs
    spec = policy.caller("payments", by="analytics", ports=[8080])
    added = {**inputs, "metadata": {"name": "by-hand", "namespace": "payments"}, "spec": spec}
    made = cluster.make(POLICY, added)
    try:
        red = _red(addresses, declared)
    finally:
        cluster.remove(made)
    assert red == ["analytics, at 8080 payments: should have been refused, and was not"]

"""Live: the drill on the domains' ground, on a real control plane, red for each protection gone.

The control plane has what the program declares of the ground, and nothing else.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import kubernetes
import pytest
from kubernetes import dynamic

from bank import build
from domains import Catalogue
from rehearsal.drills import Drill, Outcome
from rehearsal.drills.ground import GROUND
from rehearsal.drills.segments import SEGMENTS
from settings import load_settings
from tests.control_plane import Plane, started, wait_until
from tests.engine import deploy
from tests.stack_files import config_of

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(300)]

Plain = dict[str, Any]
ENFORCED = "pod-security.kubernetes.io/enforce"
REFUSED = "should have been refused, and was not"
KINDS = (
    "core/v1:Namespace",
    "core/v1:ServiceAccount",
    "core/v1:ResourceQuota",
    "core/v1:LimitRange",
    "networking.k8s.io/v1:NetworkPolicy",
)

# Clients without types of their own.
_kubernetes: Any = kubernetes
_dynamic: Any = dynamic


def whole(value: Any) -> Any:
    """The wire has floats only; Kubernetes has whole numbers."""
    if isinstance(value, dict):
        return {key: whole(each) for key, each in cast("Plain", value).items()}
    if isinstance(value, list):
        return [whole(each) for each in cast("list[Any]", value)]
    return int(value) if isinstance(value, float) else value


class Cluster:
    """A control plane on which the domains' ground is laid."""

    def __init__(self, plane: Plane, outputs: Mapping[str, Any]) -> None:
        self.api = plane.administrator()
        self.addresses = {"kubernetes": plane.addresses}
        self.outputs = outputs
        self.core = _kubernetes.client.CoreV1Api(self.api)
        self.network = _kubernetes.client.NetworkingV1Api(self.api)
        self.rbac = _kubernetes.client.RbacAuthorizationV1Api(self.api)

    def red(self, drill: Drill) -> set[str]:
        """What did not end as it should."""
        outcome = Outcome(drill=drill, attempts=drill.attempts(self.outputs, self.addresses))
        assert outcome.attempts
        return set(map(str, outcome.failures))

    def counts(self) -> bool:
        """Whether every quota counts."""
        quotas = self.core.list_resource_quota_for_all_namespaces().items
        return all(quota.status.hard == quota.spec.hard for quota in quotas)

    @contextmanager
    def labelled(self, namespace: str, level: str) -> Generator[None]:
        """Lets more run in a namespace for a while."""
        self._label(namespace, level)
        try:
            yield
        finally:
            self._label(namespace, "restricted")

    def _label(self, namespace: str, level: str) -> None:
        self.core.patch_namespace(namespace, {"metadata": {"labels": {ENFORCED: level}}})


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Generator[Cluster]:
    settings = load_settings("sandbox", config_of("sandbox"))
    bank = deploy(lambda: build(settings, catalogue))
    for plane in started(tmp_path_factory.mktemp("ground")):
        cluster = Cluster(plane, {"ground": whole(bank.exports["ground"])})
        client = _dynamic.DynamicClient(cluster.api)
        for kind in KINDS:
            for declared in bank.of(f"kubernetes:{kind}"):
                made = whole(declared.inputs)
                known = client.resources.get(api_version=made["apiVersion"], kind=made["kind"])
                known.create(body=made)

        wait_until(cluster.counts)
        yield cluster


def test_they_are_green_as_it_is_declared(cluster: Cluster) -> None:
    assert cluster.red(GROUND) == set()
    assert cluster.red(SEGMENTS) == set()


def test_a_namespace_in_which_more_may_run_is_seen(cluster: Cluster) -> None:
    with cluster.labelled("cards", "baseline"):
        assert cluster.red(GROUND) == {f"cards, a pod as root: {REFUSED}"}
    with cluster.labelled("cards", "privileged"):
        assert cluster.red(GROUND) == {
            f"cards, {pod}: {REFUSED}"
            for pod in (
                "a pod as root",
                "a pod on the node's network",
                "a pod with the node's files",
                "a privileged pod",
            )
        }


def test_a_quota_that_is_gone_is_seen(cluster: Cluster) -> None:
    quota = cluster.core.read_namespaced_resource_quota("share", "cards")
    cluster.core.delete_namespaced_resource_quota("share", "cards")
    try:
        assert cluster.red(GROUND) == {f"cards, a pod above the quota: {REFUSED}"}
    finally:
        body: Plain = {"metadata": {"name": "share"}, "spec": {"hard": quota.spec.hard}}
        cluster.core.create_namespaced_resource_quota("cards", body)
        wait_until(cluster.counts)


def test_a_namespace_that_nothing_closes_is_seen(cluster: Cluster) -> None:
    cluster.network.delete_namespaced_network_policy("nothing", "cards")
    try:
        assert cluster.red(GROUND) == {
            f"cards, is closed to what no rule names, {way}: should have worked, and did not"
            for way in ("ingress", "egress")
        }
        assert f"default, let in at any port of another pod in cards: {REFUSED}" in cluster.red(
            SEGMENTS
        )
    finally:
        spec: Plain = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
        cluster.network.create_namespaced_network_policy(
            "cards", {"metadata": {"name": "nothing"}, "spec": spec}
        )


def test_a_rule_that_is_more_is_seen(cluster: Cluster) -> None:
    rule: Plain = {"from": [{"namespaceSelector": {}}], "ports": [{"port": 8080}]}
    spec: Plain = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [rule]}
    cluster.network.create_namespaced_network_policy(
        "cards", {"metadata": {"name": "more"}, "spec": spec}
    )
    try:
        wrong = cluster.red(SEGMENTS)
        assert f"default, let in at 8080 of cards: {REFUSED}" in wrong
        assert f"default, let in at 8080 of another pod in cards: {REFUSED}" in wrong
    finally:
        cluster.network.delete_namespaced_network_policy("more", "cards")


@pytest.mark.parametrize("where", ["cards", "lending"])
def test_a_role_that_is_given_to_an_account_is_seen_wherever_it_is_given(
    cluster: Cluster, where: str
) -> None:
    kind = {"apiGroup": "rbac.authorization.k8s.io"}
    subject = {"kind": "ServiceAccount", "name": "cards", "namespace": "cards"}
    cluster.rbac.create_namespaced_role(
        where,
        {
            "metadata": {"name": "more"},
            "rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}],
        },
    )
    cluster.rbac.create_namespaced_role_binding(
        where,
        {
            "metadata": {"name": "more"},
            "roleRef": {**kind, "kind": "Role", "name": "more"},
            "subjects": [subject],
        },
    )
    try:
        assert cluster.red(GROUND) == {
            f"cards, get  secrets, in {where}: does more than any account: {REFUSED}"
        }
    finally:
        cluster.rbac.delete_namespaced_role_binding("more", where)
        cluster.rbac.delete_namespaced_role("more", where)


def test_what_is_given_to_all_accounts_at_once_is_seen(cluster: Cluster) -> None:
    kind = {"apiGroup": "rbac.authorization.k8s.io"}
    cluster.rbac.create_cluster_role_binding(
        {
            "metadata": {"name": "more"},
            "roleRef": {**kind, "kind": "ClusterRole", "name": "view"},
            "subjects": [{**kind, "kind": "Group", "name": "system:serviceaccounts"}],
        }
    )
    try:
        assert cluster.red(GROUND) == {f"any account, does more than ask: {REFUSED}"}
    finally:
        cluster.rbac.delete_cluster_role_binding("more")

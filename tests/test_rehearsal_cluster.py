"""Live: the cluster of a stack, who may do what in it, and what no update undoes."""

from typing import Any

import kubernetes
import pytest

from tests.rehearsed import Copy

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(600)]

_api: Any = kubernetes


@pytest.fixture(scope="module")
def api(copy: Copy) -> Any:
    """The API server, as its administrator."""
    kubeconfig = copy.addresses("sandbox")["kubernetes"]["kubeconfig"]
    return _api.config.new_client_from_config(kubeconfig)


def test_each_tier_has_its_nodes_in_every_zone(api: Any) -> None:
    nodes = _api.client.CoreV1Api(api).list_node().items
    assert sorted(
        (node.metadata.labels["bank.internal/tier"], node.metadata.labels[ZONE]) for node in nodes
    ) == [
        (tier, zone)
        # Three of critical: each of Vault's servers has one.
        for tier, zones in (("core", "ab"), ("critical", "aab"), ("standard", "ab"))
        for zone in (f"eu-west-1{letter}" for letter in zones)
    ]
    for node in nodes:
        # m7i.xlarge: what is left of 4 CPUs and 16 GiB.
        assert node.status.allocatable["cpu"] == "3920m"
        assert node.status.allocatable["memory"] == "15391Mi"
        there: list[Any] = node.spec.taints or []
        taints = {taint.key: taint.value for taint in there}
        tier = node.metadata.labels["bank.internal/tier"]
        assert taints.get("bank.internal/tier") == (None if tier == "standard" else tier)


def test_a_group_that_grows_gets_nodes_and_one_that_shrinks_loses_them(
    copy: Copy, api: Any
) -> None:
    core = _api.client.CoreV1Api(api)

    def standard() -> int:
        return len(core.list_node(label_selector="bank.internal/tier=standard").items)

    assert standard() == 2
    with copy.edited("components/node_group.py", '"desired_size": args.minimum', _THREE):
        # How many there are just now is not the program's to say.
        assert copy.plan("sandbox") == {}
        with copy.edited("components/node_group.py", "ignore_scaling_changes=True", _FOLLOW):
            assert copy.update("sandbox").returncode == 0
            assert standard() == 3
    with copy.edited("components/node_group.py", "ignore_scaling_changes=True", _FOLLOW):
        assert copy.update("sandbox").returncode == 0
    assert standard() == 2


def test_the_access_drill_is_red_when_a_role_is_loosened(copy: Copy, api: Any) -> None:
    roles = _api.client.RbacAuthorizationV1Api(api)
    auditors = roles.read_cluster_role("corebank:auditors")
    secrets = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}
    before = api.sanitize_for_serialization(auditors.rules)
    roles.patch_cluster_role("corebank:auditors", {"rules": [*before, secrets]})
    red = copy.run("drill", "sandbox")

    assert red.returncode == 1
    assert "auditor, read a secret: should have been refused, and was not" in red.stderr
    # The same thing is drift, and as with the official provider somebody else's field.
    assert copy.plan("sandbox", "--refresh") == {"access-auditors": "update"}
    roles.patch_cluster_role("corebank:auditors", {"rules": before})
    assert copy.plan("sandbox", "--refresh") == {}
    green = copy.run("drill", "sandbox")
    assert green.returncode == 0
    assert "Warning" not in green.stderr


def test_what_stands_is_kept_before_any_provider_is_called(copy: Copy) -> None:
    log = copy.home("sandbox") / "logs" / "stand-ins.log"
    before = log.read_text()
    with copy.edited("domains/payments.py", "partitions=24", "partitions=12"):
        refused = copy.pulumi("sandbox", "preview")
    assert refused.returncode != 0
    told = refused.stdout + refused.stderr
    assert "nothing was changed" in told
    assert "fewer-partitions topic corebank.payments.initiated.v1" in told
    assert "has 24 partitions, and Kafka takes none away" in told
    with copy.edited("Pulumi.sandbox.yaml", 'version: "1.35"', 'version: "1.34"'):
        refused = copy.pulumi("sandbox", "preview")
    assert "is older than what stands, 1.35" in refused.stdout + refused.stderr
    assert log.read_text() == before


ZONE = "topology.kubernetes.io/zone"
_THREE = '"desired_size": args.minimum + (args.group == "standard")'
_FOLLOW = "ignore_scaling_changes=False"

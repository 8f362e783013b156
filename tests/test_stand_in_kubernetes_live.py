"""The kubernetes stand-in on the rehearsal's real control plane, as the engine meets it."""

import base64
from copy import deepcopy
from typing import Any

import pytest
from pulumi.provider.experimental.property_value import PropertyValue

from rehearsal.providers.values import is_map
from tests.stand_in_cluster import (
    DEPLOYMENT,
    NAMESPACE,
    SPACE,
    Made,
    Plain,
    World,
    deployment,
    named,
    world,
)
from tests.stand_in_engine import plain, secret

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(180)]

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
SECRET = "kubernetes:core/v1:Secret"  # noqa: S105 - a kind


@pytest.fixture(scope="module")
def api(here: World) -> Made:
    return here.make(DEPLOYMENT, deployment("api"))


def test_a_deployment_is_ready_when_it_is_made(here: World, api: Made) -> None:
    assert api.id == "payments/api"
    assert api.state["status"]["availableReplicas"] == 2
    assert "managedFields" not in api.state["metadata"]
    assert here.drift(api) == []


def test_what_the_server_spells_otherwise_is_no_drift(here: World) -> None:
    made = here.make(DEPLOYMENT, deployment("spelt", cpu="0.1", replicas=1))

    assert here.live(made)["spec"]["template"]["spec"]["containers"][0]["resources"] == {
        "requests": {"cpu": "100m", "memory": "64Mi"}
    }
    assert here.drift(made) == []


def test_what_somebody_changes_by_hand_is_drift(here: World) -> None:
    made = here.make(DEPLOYMENT, deployment("changed"))
    container = {"name": "main", "image": "bank.internal/main:2"}
    sidecar = {"name": "sidecar", "image": "bank.internal/sidecar:1"}
    template = {"spec": {"containers": [container, sidecar]}}
    change = {"metadata": {"labels": {"by": "hand"}}, "spec": {"replicas": 1, "template": template}}
    here.hand("AppsV1Api").patch_namespaced_deployment("changed", SPACE, change)

    # Neither the label nor the container that somebody added is ours.
    assert here.drift(made) == ["spec.replicas", "spec.template.spec.containers[0].image"]
    assert here.look(made).inputs["spec"]["replicas"] == 1


def test_a_field_that_somebody_else_has_set_is_a_conflict(here: World) -> None:
    made = here.make(DEPLOYMENT, deployment("contested"))
    here.hand("AppsV1Api").patch_namespaced_deployment(
        "contested", SPACE, {"spec": {"replicas": 1}}, field_manager="somebody"
    )
    wanted = deepcopy(made.inputs)
    wanted["spec"]["replicas"] = 3
    for preview in (True, False):
        update = here.engine.update(
            made.inputs, wanted, made.state, token=DEPLOYMENT, preview=preview
        )
        told = here.refused(update)
        assert 'conflict with "somebody"' in told
        assert ".spec.replicas" in told
        assert "pulumi.com/patchForce" in told

    wanted["metadata"]["annotations"] = {"pulumi.com/patchForce": "true"}
    assert here.change(made, wanted).state["spec"]["replicas"] == 3


def test_what_is_there_already_is_not_taken_over(
    here: World, control_plane: dict[str, str]
) -> None:
    given = {"metadata": {"name": "theirs", "namespace": SPACE}, "data": {"a": "b"}}
    here.hand("CoreV1Api").create_namespaced_config_map(SPACE, given)

    inputs = plain(here.check(CONFIG_MAP, given).inputs)
    told = here.refused(here.engine.create(inputs, token=CONFIG_MAP))

    assert told == ("ConfigMap payments/theirs exists already; import it, or give another name")
    with world(control_plane, upsertExistingObjects="true") as bold:
        assert bold.make(CONFIG_MAP, given).id == "payments/theirs"


@pytest.mark.parametrize(
    ("token", "inputs", "change", "replaces"),
    [
        (DEPLOYMENT, deployment("fixed"), {"spec": {"selector": {"matchLabels": {"a": "b"}}}}, 1),
        (
            "kubernetes:storage.k8s.io/v1:StorageClass",
            {"metadata": {"name": "disks"}, "provisioner": "ebs.csi.aws.com"},
            {"provisioner": "other"},
            1,
        ),
        # Of these the official provider's table knows nothing: the server refuses the change.
        (
            "kubernetes:scheduling.k8s.io/v1:PriorityClass",
            {"metadata": {"name": "tier"}, "value": 10},
            {"value": 11},
            1,
        ),
        (
            "kubernetes:storage.k8s.io/v1:StorageClass",
            {"metadata": {"name": "disks"}, "provisioner": "p", "reclaimPolicy": "Retain"},
            {"reclaimPolicy": "Delete"},
            1,
        ),
        (CONFIG_MAP, named("settings", data={"a": "b"}), {"data": {"a": "c"}}, 1),
        (CONFIG_MAP, named("settings", data={"a": "b"}), {"metadata": {"labels": {"a": "c"}}}, 0),
        (DEPLOYMENT, deployment("fixed"), {"spec": {"replicas": 3}}, 0),
        # Nor would it be taken anew.
        (DEPLOYMENT, deployment("fixed"), {"spec": {"replicas": -1}}, 0),
    ],
    ids=[
        "selector",
        "provisioner",
        "priority",
        "reclaim-policy",
        "content",
        "label",
        "replicas",
        "nonsense",
    ],
)
def test_what_can_not_change_is_replaced(
    here: World, token: str, inputs: Plain, change: Plain, replaces: int
) -> None:
    made = here.make(token, inputs)
    wanted = _merged(made.inputs, change)

    found = here.diff(made, wanted)

    assert len(found.detailedDiff) > 0
    assert bool(found.replaces) is bool(replaces)
    assert found.deleteBeforeReplace
    here.remove(made)


def test_a_resource_of_a_new_kind_is_made_with_its_definition(here: World) -> None:
    schema = {
        "type": "object",
        "properties": {
            "spec": {"type": "object", "x_kubernetes_preserve_unknown_fields": True},
        },
    }
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
    }
    names = {"plural": "ledgers", "singular": "ledger", "kind": "Ledger", "listKind": "LedgerList"}
    spec = {"group": "bank.internal", "scope": "Namespaced", "names": names, "versions": [version]}
    ledger = named("main", spec={"currency": "EUR", "ratio": 0.5, "lines": 3})
    token = "kubernetes:bank.internal/v1:Ledger"  # noqa: S105 - a kind
    unknown = here.foresee(token, ledger)
    definition = here.make(
        "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
        {"metadata": {"name": "ledgers.bank.internal"}, "spec": spec},
    )
    made = here.make(token, ledger)

    assert unknown["spec"] == ledger["spec"]
    assert (made.inputs["apiVersion"], made.inputs["kind"]) == ("bank.internal/v1", "Ledger")
    live = here.live(made)
    assert live["spec"] == {"currency": "EUR", "ratio": 0.5, "lines": 3}
    assert here.drift(made) == []
    assert here.drift(definition) == []
    here.remove(definition)
    assert here.look(made).id == ""
    here.remove(made)


def test_a_preview_tells_what_the_server_makes_of_it_and_makes_nothing(here: World) -> None:
    foreseen = here.foresee(DEPLOYMENT, deployment("foreseen"))

    assert foreseen["spec"]["strategy"]["type"] == "RollingUpdate"
    assert "status" not in foreseen
    assert (
        here.hand("AppsV1Api")
        .list_namespaced_deployment(SPACE, field_selector="metadata.name=foreseen")
        .items
        == []
    )


def test_a_preview_refuses_what_the_server_would(here: World) -> None:
    wrong = deployment("wrong")
    wrong["spec"]["selector"]["matchLabels"]["app"] = "another"
    inputs = plain(here.check(DEPLOYMENT, wrong).inputs)

    told = here.refused(here.engine.create(inputs, token=DEPLOYMENT, preview=True))

    assert "Deployment payments/wrong" in told
    assert "`selector` does not match template `labels`" in told


def test_a_preview_believes_what_stands_in_a_namespace_to_come(here: World) -> None:
    later = deployment("later")
    later["metadata"]["namespace"] = "later"
    assert here.foresee(DEPLOYMENT, later)["spec"]["replicas"] == 2


def test_a_secret_stays_one_and_its_drift_is_seen(here: World) -> None:
    texts = PropertyValue({"password": secret("open sesame")})
    made = here.make(SECRET, {**named("login"), "stringData": texts})

    assert made.secrets == {"data", "stringData"} & made.state.keys()
    assert base64.b64decode(made.state["data"]["password"]) == b"open sesame"
    assert here.drift(made) == []
    other = base64.b64encode(b"guessed").decode()
    here.hand("CoreV1Api").patch_namespaced_secret("login", SPACE, {"data": {"password": other}})
    assert here.drift(made) == ["stringData.password"]


def test_names_are_given_and_kept(here: World) -> None:
    made = here.make(CONFIG_MAP, {"metadata": {"namespace": SPACE}, "data": {"a": "b"}})
    assert made.id == f"{SPACE}/memo-01234567"
    again = plain(here.check(CONFIG_MAP, {"data": {"a": "c"}}, made.inputs).inputs)
    assert again["metadata"]["name"] == "memo-01234567"
    # The new one comes first, since it gets another name.
    assert not here.diff(made, {**again, "metadata": made.inputs["metadata"]}).deleteBeforeReplace


def test_the_providers_namespace_is_where_what_names_none_goes(
    control_plane: dict[str, str],
) -> None:
    with world(control_plane, namespace="kube-public") as other:
        made = other.make(CONFIG_MAP, {"metadata": {"name": "placed"}, "data": {"a": "b"}})
        assert made.id == "kube-public/placed"
        assert other.drift(made) == []
    with world(control_plane) as default:
        assert "metadata.namespace" in default.diff(made, made.inputs).replaces
        default.remove(made)


def test_what_is_there_can_be_read_by_its_id(here: World) -> None:
    answer = here.run(here.engine.read("kube-system", {}, {}, token=NAMESPACE))
    assert plain(answer.inputs)["metadata"]["name"] == "kube-system"
    assert "uid" not in plain(answer.inputs)["metadata"]
    assert plain(answer.properties)["status"]["phase"] == "Active"


def _merged(one: Any, other: Any) -> Any:
    if is_map(one) and is_map(other):
        return {**one, **{key: _merged(one.get(key), item) for key, item in other.items()}}
    return other

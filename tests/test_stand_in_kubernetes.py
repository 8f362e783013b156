"""The kubernetes stand-in as the engine meets it, where no control plane runs."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi.runtime.proto import provider_pb2

from rehearsal.providers.kubernetes import configuration
from rehearsal.providers.kubernetes.helm import RELEASE
from tests.stand_in_cluster import DEPLOYMENT, NAMESPACE, World, deployment, one, world
from tests.stand_in_engine import plain, secrets, struct

Plain = dict[str, Any]


def _kubeconfig(server: str, **more: Any) -> str:
    context = {"cluster": "one", "user": "me", **more}
    return yaml.safe_dump(
        {
            "clusters": [{"name": "one", "cluster": {"server": server}}],
            "contexts": [{"name": "here", "context": context}],
            "current-context": "here",
            "users": [{"name": "me", "user": {"token": server}}],
        }
    )


@pytest.mark.parametrize(
    ("old", "new", "replaced"),
    [
        (("a", "id"), ("b", "id"), []),
        (("a", "id"), ("a", "other"), ["clusterIdentifier"]),
        (("a", None), ("a", "id"), []),
        (("a", None), ("b", None), ["kubeconfig"]),
        (("a", None), ("a", None), []),
    ],
)
def test_a_provider_is_replaced_by_another_cluster_only(old: Any, new: Any, replaced: Any) -> None:
    def configured(server: str, identifier: str | None) -> Plain:
        given = {"kubeconfig": _kubeconfig(server), "clusterIdentifier": identifier}
        return {key: item for key, item in given.items() if item}

    assert configuration.replaced_by(configured(*old), configured(*new)) == replaced


def test_another_login_to_the_same_cluster_replaces_nothing() -> None:
    old = {"kubeconfig": _kubeconfig("a")}
    new = {"kubeconfig": _kubeconfig("a").replace("token: a", "token: b")}
    assert old != new
    assert configuration.replaced_by(old, new) == []
    assert configuration.replaced_by({"kubeconfig": "~/.kube/config"}, new) == []


def test_the_namespace_is_the_providers_before_the_contexts() -> None:
    kubeconfig = _kubeconfig("a", namespace="cards")
    assert configuration.namespace({"kubeconfig": kubeconfig}) == "cards"
    assert configuration.namespace({"kubeconfig": kubeconfig, "namespace": "aml"}) == "aml"
    assert configuration.namespace({}) == "default"


@pytest.mark.parametrize(
    ("given", "property_"),
    [
        ({"enableServerSideApply": "false"}, "enableServerSideApply"),
        ({"enablePatchForce": "true"}, "enablePatchForce"),
        ({"renderYamlToDirectory": "out", "kubeconfig": "{}"}, "kubeconfig"),
        ({"enableServerSideApply": "true", "renderYamlToDirectory": "out"}, None),
    ],
)
def test_a_configuration_that_can_not_be_rehearsed_is_refused(
    given: Plain, property_: str | None
) -> None:
    assert list(configuration.refused(given)) == ([property_] if property_ else [])


@pytest.fixture
def nowhere() -> Any:
    with world({}) as nowhere:
        yield nowhere


def test_a_preview_needs_no_server(nowhere: World) -> None:
    made = nowhere.foresee(DEPLOYMENT, deployment("api"))
    assert made["spec"]["replicas"] == 2
    inputs = plain(nowhere.check(DEPLOYMENT, deployment("api")).inputs)
    update = nowhere.engine.update(inputs, inputs, inputs, token=DEPLOYMENT, preview=True)
    assert plain(nowhere.run(update).properties)["spec"]["replicas"] == 2
    told = nowhere.refused(nowhere.engine.create(inputs, token=DEPLOYMENT))
    assert told == "the rehearsal's control plane does not run"


def test_a_check_refuses_what_is_no_object_and_names_the_kind_of_what_is(nowhere: World) -> None:
    chart = nowhere.check("kubernetes:helm.sh/v4:Chart", {})
    assert "no Helm chart can be had" in chart.failures[0].reason
    made_up = nowhere.check("kubernetes:nonsense", {})
    assert "it names no kind" in made_up.failures[0].reason
    generated = nowhere.check(NAMESPACE, {"metadata": {"generateName": "a-"}})
    assert generated.failures[0].property == "metadata.generateName"
    waiting = {"name": "a", "annotations": {"pulumi.com/waitFor": "condition=Ready"}}
    (failure,) = nowhere.check(NAMESPACE, {"metadata": waiting}).failures
    assert failure.property == "metadata.annotations"
    assert failure.reason.endswith("what to do for pulumi.com/waitFor")
    assert plain(nowhere.check(NAMESPACE, {"metadata": {"name": "a"}}).inputs) == {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "a"},
    }


def test_charts_and_files_are_refused_as_functions_and_components_too(nowhere: World) -> None:
    stub = nowhere.engine.stub
    invoke = stub.Invoke(provider_pb2.InvokeRequest(tok="kubernetes:yaml:decode"))
    assert "declare the objects one by one" in nowhere.refused(one(invoke))
    construct = provider_pb2.ConstructRequest(type="kubernetes:helm.sh/v4:Chart", name="argo")
    assert "no Helm chart can be had" in nowhere.refused(one(stub.Construct(construct)))


def test_a_release_is_recorded_and_says_so(nowhere: World) -> None:
    inputs = plain(nowhere.check(RELEASE.type, {"chart": "argo-cd", "namespace": "argo"}).inputs)
    assert inputs["name"] == "memo-0123456"
    assert RELEASE.why == "no Helm chart can be had on this machine"
    assert RELEASE.replaced_by("namespace", "a", "b")
    assert not RELEASE.replaced_by("version", "1", "2")
    told = RELEASE.outputs(None, inputs)  # pyright: ignore[reportArgumentType]
    assert told["id"] == "argo/memo-0123456"
    assert told["status"]["status"] == "recorded, not deployed"


def test_the_engine_hears_whether_a_provider_is_replaced(nowhere: World) -> None:
    def asked(old: Plain, new: Plain) -> Any:
        request = provider_pb2.DiffRequest(olds=struct(old), news=struct(new))
        return nowhere.run(one(nowhere.engine.stub.DiffConfig(request)))

    same = {"kubeconfig": _kubeconfig("a"), "clusterIdentifier": "id"}
    assert asked(same, same).changes == provider_pb2.DiffResponse.DIFF_NONE
    moved = asked(same, {**same, "kubeconfig": _kubeconfig("b")})
    assert (moved.changes, list(moved.replaces)) == (provider_pb2.DiffResponse.DIFF_SOME, [])
    assert list(moved.diffs) == ["kubeconfig"]
    assert list(asked(same, {**same, "clusterIdentifier": "x"}).replaces) == ["clusterIdentifier"]
    refused_ = provider_pb2.CheckRequest(news=struct({"enableServerSideApply": "false"}))
    checked = nowhere.run(one(nowhere.engine.stub.CheckConfig(refused_)))
    assert [each.property for each in checked.failures] == ["enableServerSideApply"]


def test_a_diff_goes_by_the_namespace_that_is_meant(nowhere: World) -> None:
    inputs = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    placed = {**inputs, "metadata": {"name": "a", "namespace": "default"}}
    token = "kubernetes:core/v1:ConfigMap"  # noqa: S105 - a kind
    # A kind without namespaces, such as a cluster role, has none whatever is said.
    for state in (placed, inputs):
        found = nowhere.run(nowhere.engine.diff(inputs, placed, state, token=token))
        assert dict(found.detailedDiff) == {}
    moved = {**inputs, "metadata": {"name": "a", "namespace": "cards"}}
    found = nowhere.run(nowhere.engine.diff(inputs, moved, placed, token=token))
    assert list(found.replaces) == ["metadata.namespace"]
    assert not found.deleteBeforeReplace


def test_objects_are_written_into_a_folder_that_is_named(tmp_path: Path) -> None:
    with world({}, renderYamlToDirectory=str(tmp_path)) as folder:
        spec = {"group": "bank.internal"}
        definition = folder.make(
            "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
            {"metadata": {"name": "ledgers.bank.internal"}, "spec": spec},
        )
        made = folder.make(DEPLOYMENT, deployment("api"))
        file = tmp_path / "1-manifest" / "apps_v1-deployment-payments-api.yaml"
        assert yaml.safe_load(file.read_text())["spec"]["replicas"] == 2
        name = "apiextensions.k8s.io_v1-customresourcedefinition-default-ledgers.bank.internal.yaml"
        assert (tmp_path / "0-crd" / name).exists()
        wanted = deepcopy(made.inputs)
        wanted["spec"]["replicas"] = 3
        made = folder.change(made, wanted)
        assert yaml.safe_load(file.read_text())["spec"]["replicas"] == 3
        assert folder.look(made) == made
        folder.remove(made)
        folder.remove(made)
        folder.remove(definition)
        assert list(tmp_path.rglob("*.yaml")) == []


def test_a_secrets_content_is_one_also_where_nobody_says_so(nowhere: World) -> None:
    inputs = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"a": "b"}}
    token = "kubernetes:core/v1:Secret"  # noqa: S105 - a kind
    answer = nowhere.run(nowhere.engine.create(inputs, token=token, preview=True))
    assert secrets(answer.properties) == {"data"}

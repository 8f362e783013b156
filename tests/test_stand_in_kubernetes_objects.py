"""What the kubernetes stand-in sends and keeps of an object, what it names it, what replaces it."""

import json
from copy import deepcopy
from typing import Any

import pulumi_kubernetes
import pytest
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.rpc import UNKNOWN

from rehearsal.providers.kubernetes import naming, objects, replacing
from rehearsal.providers.kubernetes.helm import refused
from rehearsal.providers.values import from_plain, to_plain
from tests.stand_in_cluster import DEPLOYMENT, NAMESPACE

Plain = dict[str, Any]


@pytest.mark.parametrize(
    ("token", "api_version", "kind"),
    [
        (DEPLOYMENT, "apps/v1", "Deployment"),
        (NAMESPACE, "v1", "Namespace"),
        ("kubernetes:bank.internal/v1alpha1:Ledger", "bank.internal/v1alpha1", "Ledger"),
    ],
)
def test_a_token_names_a_kind(token: str, api_version: str, kind: str) -> None:
    found = objects.kind_of(token)
    assert found is not None
    assert (found.api_version, found.kind) == (api_version, kind)
    assert not refused(token)


def test_the_sdks_tokens_name_the_kinds_that_they_stand_for() -> None:
    for module, name in (("apps/v1", "Deployment"), ("rbac.authorization.k8s.io/v1", "Role")):
        package = {"apps/v1": "apps", "rbac.authorization.k8s.io/v1": "rbac"}[module]
        assert hasattr(getattr(pulumi_kubernetes, package).v1, name)
        found = objects.kind_of(f"kubernetes:{module}:{name}")
        assert found is not None
        assert found.api_version == module


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("kubernetes:helm.sh/v3:Chart", "no Helm chart can be had on this machine"),
        ("kubernetes:helm.sh/v4:Chart", "no Helm chart can be had on this machine"),
        ("kubernetes:helm:template", "no Helm chart can be had on this machine"),
        ("kubernetes:yaml/v2:ConfigGroup", "declare the objects one by one"),
        ("kubernetes:yaml:ConfigFile", "declare the objects one by one"),
        ("kubernetes:kustomize/v2:Directory", "declare the objects one by one"),
        ("kubernetes:core/v1:ConfigMapList", "declare the objects one by one"),
        ("kubernetes:apps/v1:DeploymentPatch", "objects of others are not patched"),
    ],
)
def test_what_is_no_object_is_refused(token: str, why: str) -> None:
    assert refused(token).startswith(f"the rehearsal has no stand-in for {token}: {why}")


def test_what_is_sent_has_whole_numbers_dashes_and_no_status() -> None:
    inputs = {
        "metadata": {"name": "a", "labels": None},
        "spec": {"x_kubernetes_list_type": "map", "replicas": 3.0, "ratio": [0.5, 1.0]},
        "status": {"replicas": 1.0},
    }
    sent = objects.body(inputs, "payments")

    assert sent == {
        "metadata": {"name": "a", "namespace": "payments"},
        "spec": {"x-kubernetes-list-type": "map", "replicas": 3, "ratio": [0.5, 1]},
    }
    assert json.dumps(sent["spec"]["replicas"]) == "3"


def test_a_namespace_is_sent_only_of_a_kind_that_has_them() -> None:
    given = {"metadata": {"name": "a", "namespace": "cards"}}
    assert objects.body(given, "payments")["metadata"] == {"name": "a", "namespace": "cards"}
    assert objects.body(given, "")["metadata"] == {"name": "a"}


def test_what_is_kept_leaves_out_who_manages_what() -> None:
    live: Plain = {
        "metadata": {"name": "a", "uid": "1", "managedFields": [{}]},
        "spec": {"x-kubernetes-list-type": "map"},
        "status": {"phase": "Active"},
    }
    assert objects.state(live) == {
        "metadata": {"name": "a", "uid": "1"},
        "spec": {"x_kubernetes_list_type": "map"},
        "status": {"phase": "Active"},
    }
    assert objects.declaration(live) == {
        "metadata": {"name": "a"},
        "spec": {"x_kubernetes_list_type": "map"},
    }


def test_waiting_goes_by_the_annotation_before_the_options() -> None:
    said = {"metadata": {"annotations": {"pulumi.com/timeoutSeconds": "5"}}}
    assert objects.patience(said, 60, 600) == 5
    assert objects.patience({}, 60, 600) == 60
    assert objects.patience({}, 0, 600) == 600
    assert not objects.waits({"metadata": {"annotations": {"pulumi.com/skipAwait": "true"}}})
    assert objects.waits(said)


def test_a_name_is_given_once_and_marked() -> None:
    first = naming.named(
        "wall",
        from_plain({"metadata": {"labels": {"a": "b"}}}, frozenset()),
        {},
        "0123456789abcdef",
    )
    assert to_plain(first) == {
        "metadata": {
            "name": "wall-01234567",
            "labels": {"a": "b"},
            "annotations": {"pulumi.com/autonamed": "true"},
        }
    }
    again = naming.named("wall", {}, first, "fedcba9876543210")
    assert to_plain(again)["metadata"]["name"] == "wall-01234567"
    own = from_plain({"metadata": {"name": "mine"}}, frozenset())
    assert naming.named("wall", own, first, "fedcba98") == own
    # A name that the program gave and gives no more is not kept.
    assert (
        to_plain(naming.named("wall", {}, own, "fedcba98"))["metadata"]["name"] == "wall-fedcba98"
    )


def test_a_name_stays_out_of_what_is_not_known_yet() -> None:
    unknown = {"metadata": PropertyValue(UNKNOWN)}
    assert naming.named("wall", unknown, {}, "01234567") == unknown
    generated = from_plain({"metadata": {"generateName": "wall-"}}, frozenset())
    assert naming.has_generated_name(generated)
    assert naming.named("wall", generated, {}, "01234567") == generated


def _changes(
    api_version: str, kind: str, old: Plain, new: Plain, *, mutable: bool = False
) -> Plain:
    said = {"apiVersion": api_version, "kind": kind}
    found = replacing.changes({**said, **old}, {**said, **new}, mutable=mutable)
    return {each.path: each.replaces for each in found}


def test_the_official_providers_fixed_properties_replace() -> None:
    pod: Plain = {
        "spec": {"containers": [{"image": "a", "name": "x"}, {"image": "b"}], "replicas": 1}
    }
    other = deepcopy(pod)
    other["spec"]["containers"][1]["image"] = "c"
    assert _changes("v1", "Pod", pod, other) == {"spec.containers[1].image": True}
    assert _changes("apps/v1", "Deployment", pod, other) == {"spec.containers[1].image": False}
    more = {"spec": {"containers": [{"image": "a"}], "replicas": 1}}
    assert _changes("v1", "Pod", pod, more) == {"spec.containers": True}
    binding = {"roleRef": {"name": "a"}}
    rbac = "rbac.authorization.k8s.io/v1"
    assert _changes(rbac, "RoleBinding", binding, {"roleRef": {"name": "b"}}) == {
        "roleRef.name": True
    }
    job = {"spec": {"template": {"a": "b"}}}
    assert _changes("batch/v1", "Job", job, {"spec": {}}) == {"spec.template": True}


def test_content_replaces_unless_it_may_change() -> None:
    for kind in ("ConfigMap", "Secret"):
        change = ({"data": {"a.b": "1"}}, {"data": {"a.b": "2"}})
        assert _changes("v1", kind, *change) == {'data["a.b"]': True}
        assert _changes("v1", kind, *change, mutable=True) == {'data["a.b"]': False}


def test_identity_replaces_and_a_newer_version_of_the_same_group_does_not() -> None:
    assert _changes("v1", "X", {"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}) == {
        "metadata.name": True
    }
    old = {"apiVersion": "autoscaling/v1", "kind": "X"}
    (newer,) = replacing.changes(old, {**old, "apiVersion": "autoscaling/v2"}, mutable=False)
    (moved,) = replacing.changes(old, {**old, "apiVersion": "apps/v1"}, mutable=False)
    assert (newer.replaces, moved.replaces) == (False, True)

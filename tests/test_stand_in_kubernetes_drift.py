"""What of a live object is drift: the kubernetes stand-in's comparison alone."""

from typing import Any

import pytest

from rehearsal.providers.kubernetes.drift import in_words_of

Plain = dict[str, Any]


MANAGED: Plain = {
    "f:spec": {
        "f:replicas": {},
        "f:containers": {
            'k:{"name":"main"}': {
                "f:image": {},
                "f:ports": {'k:{"containerPort":80,"protocol":"TCP"}': {"f:containerPort": {}}},
            }
        },
        "f:args": {},
        "f:selector": {},
    }
}
DECLARED: Plain = {
    "metadata": {"name": "a"},
    "spec": {
        "replicas": 2.0,
        "cpu": "0.1",
        "containers": [{"name": "main", "image": "x:1", "ports": [{"containerPort": 80.0}]}],
        "args": ["a", "b"],
        "selector": {"app": "a"},
        "kept": False,
    },
}


def _applied(**spec: Any) -> Plain:
    port = {"containerPort": 80, "protocol": "TCP"}
    other = {"name": "sidecar", "image": "y:1"}
    main = {"name": "main", "image": "x:1", "ports": [port], "pullPolicy": "Always"}
    record: Plain = {"manager": "pulumi-kubernetes", "operation": "Apply", "fieldsV1": MANAGED}
    return {
        "metadata": {"name": "a", "uid": "1", "managedFields": [record]},
        "spec": {
            "replicas": 2,
            "cpu": "100m",
            "containers": [other, main],
            "args": ["a", "b"],
            "selector": {"app": "a"},
            "defaulted": 1,
            **spec,
        },
        "status": {"replicas": 2},
    }


def test_what_would_become_the_same_is_no_drift() -> None:
    assert in_words_of(DECLARED, _applied(), _applied()) == DECLARED


UDP: Plain = {"containerPort": 80, "protocol": "UDP"}
OTHERS: dict[str, tuple[Plain, Plain]] = {
    "value": ({"replicas": 3}, {"replicas": 3}),
    "quantity": ({"cpu": "1"}, {"cpu": "1"}),
    "default": ({"kept": True}, {"kept": True}),
    "undeclared": ({"defaulted": 2}, {}),
    "shorter": ({"args": ["b"]}, {"args": ["b"]}),
    "member": ({"args": ["a", "c"]}, {"args": ["a", "c"]}),
    "added": ({"selector": {"app": "a", "b": "c"}}, {"selector": {"app": "a", "b": "c"}}),
    "none": ({"containers": []}, {"containers": []}),
    "keyed": (
        {"containers": [{"name": "main", "image": "x:2", "ports": []}]},
        {"containers": [{"name": "main", "image": "x:2", "ports": []}]},
    ),
    "key": (
        {"containers": [{"name": "main", "image": "x:1", "ports": [UDP]}]},
        {"containers": [{"name": "main", "image": "x:1", "ports": []}]},
    ),
}


@pytest.mark.parametrize(("live", "told"), OTHERS.values(), ids=OTHERS)
def test_where_it_is_another_the_live_value_is_told(live: Plain, told: Plain) -> None:
    found = in_words_of(DECLARED, _applied(), _applied(**live))
    assert found == {**DECLARED, "spec": {**DECLARED["spec"], **told}}


def test_a_label_of_ours_that_is_gone_is_drift_and_one_of_others_is_none() -> None:
    def labelled(**labels: str) -> Plain:
        return {"metadata": {"name": "a", "labels": labels}}

    declared, applied = labelled(tier="core"), labelled(tier="core", by="hand")
    assert in_words_of(declared, applied, applied) == declared
    assert in_words_of(declared, applied, labelled(by="hand")) == labelled()


def test_the_texts_of_a_secret_are_compared_as_the_server_has_them() -> None:
    declared = {"metadata": {}, "stringData": {"a": "open", "b": "sesame"}}
    applied = {"metadata": {}, "data": {"a": "b3Blbg==", "b": "c2VzYW1l"}}
    live = {"metadata": {}, "data": {"a": "b3Blbg==", "b": "c2hhbGxvdA=="}}
    assert in_words_of(declared, applied, applied) == declared
    assert in_words_of(declared, applied, live)["stringData"] == {"a": "open", "b": "shallot"}

"""Plain values: what a stand-in compares, and in whose words."""

from typing import Any

import pytest
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.rpc import UNKNOWN

from rehearsal.providers.aws.texts import fill, mentioned
from rehearsal.providers.values import (
    differences,
    from_api,
    from_plain,
    same,
    secret_keys,
    to_plain,
)


def test_values_survive_the_way_in_and_out() -> None:
    plain = {"text": "a", "number": 2.0, "yes": True, "list": ["a", {"b": 1.5}], "unknown": UNKNOWN}

    assert to_plain(from_plain(plain, frozenset())) == plain


def test_whole_numbers_go_out_as_pulumis_floats_and_nothing_stays_behind() -> None:
    wrapped = from_plain({"count": 3, "none": None}, frozenset())

    assert wrapped == {"count": PropertyValue(3.0)}


def test_a_secret_anywhere_inside_makes_the_property_secret() -> None:
    password = PropertyValue("s3cret", is_secret=True)
    values = {"login": PropertyValue({"password": password}), "open": PropertyValue("a")}

    assert secret_keys(values) == {"login"}
    assert to_plain(values) == {"login": {"password": "s3cret"}, "open": "a"}
    assert secret_keys(from_plain(to_plain(values), secret_keys(values))) == {"login"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (None, ""),
        (None, []),
        ({}, None),
        ('{"a": 1, "b": [2]}', '{"b":[2],"a":1}'),
        ('["a"]', '[ "a" ]'),
    ],
)
def test_values_that_mean_the_same_are_the_same(one: Any, other: Any) -> None:
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, False),
        (None, 0),
        ("a", "b"),
        ("{broken", "{"),
        ('{"a": 1}', '{"a": 2}'),
        ('{"a": 1}', UNKNOWN),
    ],
)
def test_values_that_differ_are_not_the_same(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert not same(other, one)


def test_differences_are_told_at_the_innermost_place() -> None:
    old = {"tags": {"a": "1", "b": "2"}, "ports": [1, 2], "zones": ["a"], "gone": "x"}
    new = {"tags": {"a": "1", "b": "3"}, "ports": [1, 9], "zones": ["a", "b"], "new": True}

    assert list(differences(old, new)) == [
        ("gone", "x", None),
        ("new", None, True),
        ("ports[1]", 2, 9),
        ("tags.b", "2", "3"),
        ("zones", ["a"], ["a", "b"]),
    ]


def test_a_path_leads_through_a_name_with_dots_as_pulumi_writes_it() -> None:
    old, new = {"tags": {"bank.internal/tier": "a"}}, {"tags": {"bank.internal/tier": "b"}}
    assert list(differences(old, new)) == [('tags["bank.internal/tier"]', "a", "b")]


@pytest.mark.parametrize(
    ("declared", "live", "told"),
    [
        pytest.param("7", 7, "7", id="a number declared as text"),
        pytest.param(["b", "a"], ["a", "b"], ["b", "a"], id="order"),
        pytest.param(
            {"clientSubnets": ["a"]}, {"ClientSubnets": ["a"], "More": 1}, None, id="names"
        ),
        pytest.param({"a": {"b": 1.0}}, {"A": {}}, None, id="what the API does not tell"),
        pytest.param('{"a": 1}', '{ "a":1 }', None, id="JSON"),
    ],
)
def test_the_same_in_other_words_is_told_in_the_declared_ones(
    declared: Any, live: Any, told: Any
) -> None:
    assert from_api(declared, live) == (declared if told is None else told)


@pytest.mark.parametrize(
    ("declared", "live", "told"),
    [
        pytest.param("a", "b", "b", id="text"),
        pytest.param(365.0, None, None, id="taken away"),
        pytest.param(True, False, False, id="switched off"),
        pytest.param(["a"], ["a", "b"], ["a", "b"], id="one too many"),
        pytest.param([{"a": 1}], [{"A": 2}], [{"a": 2}], id="inside a list"),
        pytest.param({"a": {"b": 1}}, {"A": {"B": 2}}, {"a": {"b": 2}}, id="inside an object"),
    ],
)
def test_a_real_difference_is_told(declared: Any, live: Any, told: Any) -> None:
    assert from_api(declared, live) == told


def test_a_text_alone_keeps_its_type_and_a_part_of_one_becomes_text() -> None:
    names = {"port": 9098.0, "open": False, "id": "i-1", "nested": {"arn": "arn:x"}}

    filled = fill({"Port": "{port}", "Open": "{open}", "Name": "{id}/{port}", "Is": 7}, names)

    assert filled == {"Port": 9098, "Open": False, "Name": "i-1/9098", "Is": 7}
    assert fill("{nested.arn}", names) == "arn:x"
    assert fill("{not_null(missing, `true`)}", names) is True


def test_members_that_come_out_as_nothing_are_left_out() -> None:
    template = {"A": "{missing}", "B": [{"C": "{missing}"}, "{missing}", {"C": "{id}"}]}

    assert fill(template, {"id": "i-1"}) == {"B": [{"C": "i-1"}]}


def test_a_part_of_a_text_can_not_be_missing() -> None:
    with pytest.raises(LookupError, match=r"account is missing in arn:\{account\}:x"):
        fill("arn:{account}:x", {})


def test_a_template_tells_which_properties_it_takes() -> None:
    template = {"Group": "{name}", "Rules": [{"Text": "{cidrIpv4 && description}"}], "At": "plain"}

    assert mentioned(template) == {"name", "cidrIpv4", "description"}

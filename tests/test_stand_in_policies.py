"""Policies that say the same, and such that do not."""

import json
from typing import Any

import pytest

from rehearsal.providers.policies import in_words_of


def policy(**statement: Any) -> str:
    start = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": ["a", "b"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**start, **statement}]})


DECLARED = policy()


@pytest.mark.parametrize(
    "same",
    [
        policy(Action=["s3:PutObject", "s3:GetObject"]),
        policy(Resource=["b", "a"]),
        json.dumps(json.loads(DECLARED), indent=2, sort_keys=True),
    ],
    ids=["actions", "resources", "keys"],
)
def test_another_order_is_told_in_the_declared_words(same: str) -> None:
    assert in_words_of(DECLARED, same) == DECLARED


def test_one_is_a_list_of_one_and_everybody_is_a_star() -> None:
    one = policy(Action="s3:*", Principal="*")
    assert in_words_of(one, policy(Action=["s3:*"], Principal={"AWS": ["*"]})) == one


@pytest.mark.parametrize(
    "other",
    [
        policy(Effect="Deny"),
        policy(Action=["s3:GetObject"]),
        policy(Action=["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]),
        policy(Resource=["a", "*"]),
        policy(Condition={"Bool": {"aws:SecureTransport": "true"}}),
        policy(Principal="*"),
        "no policy",
    ],
)
def test_what_says_something_else_is_told_as_it_is(other: str) -> None:
    assert in_words_of(DECLARED, other) == other

"""Properties that are read when somebody looks at them, and those at which nobody looks."""

from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto.provider_pb2 import CheckRequest, DiffRequest, DiffResponse

from rehearsal.providers.unread import unread
from rehearsal.providers.values import from_plain
from tests.stand_in_engine import Board, Engine, secret, struct, talk, urn

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
PROPERTIES = st.dictionaries(st.text(max_size=5), VALUES, max_size=5)


@given(PROPERTIES, st.sets(st.text(max_size=5)))
def test_they_read_as_the_sdk_reads_and_go_back_as_they_came(
    values: dict[str, Any], secrets: set[str]
) -> None:
    told = PropertyValue.marshal_map(from_plain(values, frozenset(secrets | {*list(values)[:1]})))

    assert unread(told) == PropertyValue.unmarshal_map(told)
    assert PropertyValue.marshal_map(unread(told)) == told


def test_nothing_of_them_can_be_set() -> None:
    one = unread(struct({"name": "n"}))["name"]

    for attribute in ("value", "is_secret", "dependencies"):
        with pytest.raises(AttributeError):
            setattr(one, attribute, None)


def _unreadable(values: dict[str, Any]) -> Struct:
    """These, and one that the SDK refuses to read: a secret that holds nothing."""
    whole = struct(values)
    whole.fields["blot"].CopyFrom(secret("").marshal())
    del whole.fields["blot"].struct_value.fields["value"]
    return whole


def test_what_nobody_looks_at_is_not_read() -> None:
    async def tell(engine: Engine) -> None:
        with pytest.raises(ValueError, match="Secret value"):
            PropertyValue.unmarshal_map(_unreadable({}))
        here = _unreadable({"name": "n", "region": "here"})
        asked = CheckRequest(urn=urn(), olds=here, news=here)
        checked = await engine.stub.Check(asked)
        same = await engine.stub.Diff(
            DiffRequest(urn=urn(), old_inputs=checked.inputs, news=checked.inputs, olds=here)
        )

        assert checked.inputs == here
        assert same.changes == DiffResponse.DIFF_NONE

    talk(Board(), tell)

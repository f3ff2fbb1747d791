"""The parser and the first serializer against whatever comes: an object, or a refusal; never another exception."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError

from core.problems import Refused
from support.api.errors import invalid
from support.api.parsers import MOST_BYTES, BoundedJSONParser
from support.api.serializers import NewMessage, NewStatus, NewTicket, checked

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=5), below, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    ["subject", "description", "priority", "tags", "context_data", "message", "id", "status"]
)


def parse(body: bytes) -> dict[str, Any]:
    return BoundedJSONParser().parse(io.BytesIO(body))


def outcome_of(body: bytes) -> str:
    try:
        parse(body)
    except Refused as refused:
        return refused.code
    return "an object"


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_are_an_object_or_a_refusal(body: bytes) -> None:
    assert outcome_of(body) in {"an object", "malformed"}


@given(st.dictionaries(FIELDS, VALUES))
def test_any_document_is_valid_or_has_sentences(document: dict[str, Any]) -> None:
    for form in (NewTicket, NewMessage, NewStatus):
        try:
            checked(form, document)
        except ValidationError as error:
            errors = invalid(error.detail).errors
            assert errors
            assert all(sentences and all(sentences) for sentences in errors.values())


@given(st.dictionaries(st.text(max_size=5), VALUES.filter(lambda value: "NaN" not in str(value)), max_size=3))
def test_what_python_writes_is_read_back_or_was_no_json(document: dict[str, Any]) -> None:
    try:
        text = json.dumps(document, allow_nan=False)
    except ValueError:
        return
    if len(text) <= MOST_BYTES:
        assert parse(text.encode()) == document


def test_exactly_the_limit_is_read_and_a_byte_more_is_not() -> None:
    frame = len('{"a":""}')
    assert len(parse(b'{"a":"' + b"x" * (MOST_BYTES - frame) + b'"}')["a"]) == MOST_BYTES - frame
    with pytest.raises(Refused) as refused:
        parse(b'{"a":"' + b"x" * (MOST_BYTES - frame + 1) + b'"}')
    assert refused.value.code == "too-large"

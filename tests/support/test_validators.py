"""Validators: what is stored and mailed later is judged once, before acceptance, and kept as typed."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from core.problems import Refused
from support.validators import (
    MESSAGE,
    MOST_CONTEXT_BYTES,
    ODD_CHARACTER,
    ONE_LINE,
    RATING_COMMENT,
    SUBJECT,
    TOPIC,
    WRONG_TYPE,
    Text,
    check_context,
    check_tags,
    message_text,
)

ZOO = {
    "an emoji of four people": "👩‍👩‍👧‍👦 family",
    "a right-to-left override": "abc\u202edef",
    "ten thousand combining marks": "a" + "\u0301" * 9_999,
    "a byte order mark": "\ufeffhello",
    "line breaks of three kinds": "one\r\ntwo\nthree\rfour",
    "blanks around it": "  indented\n  code  ",
    "a private use character": "\ue000",
    "the last code point": "\U0010ffff",
    "markup": "<script>alert(1)</script>",
}


@pytest.mark.parametrize("text", ZOO.values(), ids=ZOO)
def test_what_people_type_is_kept_to_the_letter(text: str) -> None:
    assert message_text(text) == text


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, WRONG_TYPE),
        (5, WRONG_TYPE),
        (["hi"], WRONG_TYPE),
        (b"hi", WRONG_TYPE),
        ("", "Write something first."),
        (" \n\t\u00a0", "Write something first."),
        ("x" * 10_001, "That’s longer than 10,000 characters. Split it into two messages."),
        ("nul \0 here", ODD_CHARACTER),
        ("half \ud83d a pair", ODD_CHARACTER),
        ("\udfff", ODD_CHARACTER),
    ],
    ids=repr,
)
def test_a_bad_message_is_refused_with_its_sentence(value: object, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        message_text(value)
    assert (refused.value.code, refused.value.sentence) == ("invalid", sentence)
    assert refused.value.errors == {"message": [sentence]}


def test_length_is_counted_in_code_points() -> None:
    assert MESSAGE.fault("😀" * 10_000) == ""
    assert MESSAGE.fault("😀" * 10_001) != ""


@pytest.mark.parametrize(
    "character", ["\r", "\n", "\t", "\x1b", "\x7f", "\x85", "\u2028", "\u2029"], ids=repr
)
def test_a_subject_is_one_line(character: str) -> None:
    assert SUBJECT.fault(f"Hello{character}Bcc: everybody@example.com") == str(ONE_LINE)


@pytest.mark.parametrize("tags", [[], ["cpd"], ["x" * 40] * 10, ["größe", "学習"]], ids=repr)
def test_good_tags(tags: list[str]) -> None:
    check_tags(tags)


@pytest.mark.parametrize("tags", [["x"] * 11, ["x" * 41], [""], [" "], ["a\nb"], [1], [None]], ids=repr)
def test_bad_tags(tags: list[Any]) -> None:
    with pytest.raises(ValidationError):
        check_tags(tags)


def deep(levels: int) -> dict[str, Any]:
    """An object of so many levels."""
    context: dict[str, Any] = {}
    for _ in range(levels - 1):
        context = {"deeper": context}
    return context


@pytest.mark.parametrize(
    "context",
    [{}, {"page": "logbook", "week": 14, "open": None, "list": [1, {"a": 2.5}], "big": 10**300}, deep(10)],
    ids=str,
)
def test_good_context(context: dict[str, Any]) -> None:
    check_context(context)


def test_context_of_exactly_sixteen_kibibytes_is_taken_and_a_byte_more_is_not() -> None:
    frame = len('{"a":""}')
    check_context({"a": "x" * (MOST_CONTEXT_BYTES - frame)})
    with pytest.raises(ValidationError):
        check_context({"a": "x" * (MOST_CONTEXT_BYTES - frame + 1)})


BAD_CONTEXT: dict[str, Any] = {
    "a list": [],
    "text": "text",
    "nothing": None,
    "eleven levels": deep(11),
    "a document that exhausts recursion": deep(30_000),
    "a NUL": {"a": "nul \0"},
    "half a pair in a list": {"a": ["half \ud800 a pair"]},
    "a NUL in a name": {"nul \0": 1},
    "half a pair in a name below": {"a": {"half \udc00": 1}},
}


@pytest.mark.parametrize("context", BAD_CONTEXT.values(), ids=BAD_CONTEXT)
def test_bad_context(context: Any) -> None:
    with pytest.raises(ValidationError):
        check_context(context)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([SUBJECT, MESSAGE, TOPIC, RATING_COMMENT]),
    st.text(st.characters(categories=["Cc", "Zs", "Zl", "Zp", "L"]), max_size=4),
)
def test_the_pattern_in_the_apis_description_says_what_the_rule_does(rule: Text, text: str) -> None:
    assert bool(re.fullmatch(rule.pattern, text)) == (rule.fault(text) == "")

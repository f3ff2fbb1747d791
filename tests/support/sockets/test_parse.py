"""Frames in: what is understood, and what is refused under which code."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.sockets import parse
from support.sockets.parse import BadFrame, History, Ping, Post, Read, Received, Resume, Typing, Viewing

MESSAGE_ID = "0191e0a6-4c1e-7d2a-9c55-2f1c1a3b4c5d"


def parsed(text: str) -> parse.Frame:
    return parse.parse({"type": "websocket.receive", "text": text})


def refusal(event: dict[str, Any]) -> BadFrame:
    with pytest.raises(BadFrame) as caught:
        parse.parse(event)
    return caught.value


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ('{"message": "Hello"}', Post("Hello")),
        ('{"type": "message", "message": "Hello"}', Post("Hello")),
        (
            f'{{"type": "message", "id": "{MESSAGE_ID}", "message": "Hi", "audience": "staff"}}',
            Post("Hi", UUID(MESSAGE_ID), "staff"),
        ),
        ('{"type": "message", "message": "Hello", "sent_from": "a newer page"}', Post("Hello")),
        ('{"type": "resume", "after": 7}', Resume(7)),
        ('{"type": "history", "before": 51}', History(51, 50)),
        ('{"type": "history", "before": 51, "limit": 200}', History(51, 200)),
        ('{"type": "received", "sequence": 3}', Received(3)),
        ('{"type": "read", "sequence": 3}', Read(3)),
        ('{"type": "message", "message": "Hi", "seen": 7}', Post("Hi", None, "public", 7)),
        ('{"type": "typing"}', Typing()),
        ('{"type": "viewing"}', Viewing()),
        ('{"type": "viewing", "over": true}', Viewing(over=True)),
        ('{"type": "ping"}', Ping()),
        ('{"type": "ping", "input_age": 12, "active": false}', Ping(12.0, active=False)),
        ('{"type": "ping", "input_age": 12}', Ping(12.0)),
    ],
)
def test_every_frame_of_the_contract_is_understood(text: str, frame: parse.Frame) -> None:
    assert parsed(text) == frame


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "null",
        "[]",
        '"message"',
        "{",
        '{"message": "a"} {"message": "b"}',
        '{"message": "a", "message": "b"}',
        '{"type": "resume", "after": NaN}',
        '{"type": "resume", "after": Infinity}',
        '{"type": "message", "message": "a", "more": {"deeper": 1}}',
        '{"type": "message", "message": ["a"]}',
        "[" * 30_000,
        '{"a":' * 10_000,
        f'{{"type": "resume", "after": {"9" * 5000}}}',
    ],
    ids=lambda text: text[:40],
)
def test_what_is_not_one_flat_object_is_malformed(text: str) -> None:
    bad = refusal({"type": "websocket.receive", "text": text})
    assert (bad.refused.code, bad.frame_id) == ("malformed", None)


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"type": "shout", "message": "a"},
        {"type": None, "message": "a"},
        {"type": 1},
        {"type": "message"},
        {"type": "message", "message": 5},
        {"type": "message", "message": None},
        {"type": "message", "message": "a", "id": "not a uuid"},
        {"type": "message", "message": "a", "audience": "everybody"},
        {"type": "resume"},
        {"type": "resume", "after": -1},
        {"type": "resume", "after": 2**31},
        {"type": "resume", "after": "7"},
        {"type": "resume", "after": True},
        {"type": "resume", "after": 1.5},
        {"type": "history", "before": 9, "limit": 0},
        {"type": "history", "before": 9, "limit": 201},
        {"type": "read", "sequence": None},
        {"type": "ping", "input_age": -1},
    ],
    ids=str,
)
def test_wrong_words_and_types_are_invalid(members: dict[str, Any]) -> None:
    bad = refusal({"type": "websocket.receive", "text": json.dumps(members)})
    assert bad.refused.code == "invalid"
    assert list(bad.refused.errors) == ["frame"]


def test_a_refusal_names_the_frame_it_is_about() -> None:
    known = refusal({"text": f'{{"type": "message", "id": "{MESSAGE_ID}", "message": 5}}'})
    odd = refusal({"text": '{"type": "message", "id": "\\ud800", "message": 5}'})
    assert (known.frame_id, odd.frame_id) == (MESSAGE_ID, None)


def test_binary_frames_are_malformed() -> None:
    assert refusal({"type": "websocket.receive", "bytes": b'{"message": "a"}'}).refused.code == "malformed"


def test_sixty_four_kibibytes_pass_and_one_byte_more_does_not() -> None:
    room = parse.MOST_BYTES - len('{"message":""}')
    assert parsed(f'{{"message":"{"a" * room}"}}') == Post("a" * room)
    assert refusal({"text": f'{{"message":"{"a" * (room + 1)}"}}'}).refused.code == "too-large"


def test_the_limit_counts_bytes_and_not_characters() -> None:
    assert refusal({"text": f'{{"message":"{"😀" * 17_000}"}}'}).refused.code == "too-large"


def test_what_people_write_arrives_as_they_wrote_it() -> None:
    zoo = "👩‍👩‍👧‍👦 \u202eright to left\u202c n" + "\u0301" * 1000
    assert parsed(json.dumps({"message": zoo})) == Post(zoo)


def code_of(text: str) -> str:
    """The code a text is refused under, or "" for a frame."""
    try:
        parsed(text)
    except BadFrame as bad:
        return bad.refused.code
    return ""


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=50, deadline=None)
@given(JSON)
def test_any_json_is_a_frame_or_a_refusal(value: Any) -> None:
    assert code_of(json.dumps(value)) in {"", "malformed", "invalid"}


@settings(max_examples=50, deadline=None)
@given(st.text())
def test_any_text_is_a_frame_or_a_refusal(text: str) -> None:
    assert code_of(text) in {"", "malformed", "invalid"}

"""What a fuzzer says on a socket, and what docs/websocket.md says of it. Written from that page, not from our code."""

import json
from typing import Any

from hypothesis import strategies as st

MOST = 2**31 - 1
THREAD = {
    "chat_history", "accepted", "message", "error", "received", "read", "typing", "viewing", "ticket", "presence",
    "heartbeat", "queue", "restart",
}  # fmt: skip
INBOX = {
    "unread", "ticket", "presence", "counts", "queue", "notice", "unseen", "heartbeat", "error", "restart"
}  # fmt: skip
CLOSES = {4401, 4404, 4408, 4409, 4413, 4429, 1009}
REFUSED = {"malformed", "invalid"}

NUMBERS = st.integers(-2, MOST + 1) | st.sampled_from([0, 1, MOST])
LONG = {
    "most": "x" * 10_000,
    "one too many": "x" * 10_001,
    "combining": "\u0301" * 10_000,
    "too large a frame": "😀" * 10_000,
}
TEXTS = st.text(min_size=1, max_size=80) | st.sampled_from(
    ["\0", "a\0b", "\ud800", "b\udfff", "", " \n\u2003", "\u202eabc", *LONG]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=12,
)
# Sound in shape; their numbers may be none.
QUIET = st.one_of(
    st.fixed_dictionaries({"type": st.sampled_from(["received", "read"]), "sequence": NUMBERS}),
    st.fixed_dictionaries({"type": st.just("resume"), "after": NUMBERS}),
    st.fixed_dictionaries({"type": st.just("history"), "before": NUMBERS, "limit": st.integers(-1, 202)}),
    st.fixed_dictionaries(
        {"type": st.just("typing"), "audience": st.sampled_from(["public", "staff", "all"])}
    ),
    st.fixed_dictionaries({"type": st.just("viewing"), "over": st.booleans()}),
    st.fixed_dictionaries({"type": st.just("ping"), "input_age": st.integers(-1, 100) | st.floats(width=16)}),
)


def _is_no_frame(value: Any) -> bool:
    return not isinstance(value, dict) or not {"type", "message"} & value.keys()


JUNK = st.one_of(
    st.text(max_size=60),
    st.binary(max_size=60),
    JSON.filter(_is_no_frame).map(json.dumps),
    QUIET.map(lambda frame: json.dumps(frame)[:-1]),
    QUIET.map(lambda frame: json.dumps({**frame, "more": [frame]})),
    st.sampled_from(['{"type":"ping","type":"ping"}', "[[[[{", '{"message":"a","seen":1e400}']),
)
# A member that may be anything.
MUTANTS = st.builds(
    lambda frame, name, value: {**frame, name: value},
    QUIET | st.builds(lambda text: {"type": "message", "message": text}, TEXTS),
    st.sampled_from(
        ["type", "message", "id", "after", "before", "limit", "sequence", "audience", "seen", "topic"]
    ),
    JSON,
)


def at_length(text: str) -> str:
    """What a long text is called stands for it where hypothesis shows it."""
    return LONG.get(text, text)


def is_storable(text: str) -> bool:
    """1 to 10,000 code points, not blank, no NUL, no lone surrogates."""
    odd = any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text)
    return 0 < len(text) <= 10_000 and bool(text.strip()) and not odd


def is_sound(frame: dict[str, Any], *, staff: bool) -> bool:
    """Whether a frame of QUIET is one that this person may send."""
    kind = frame["type"]
    if kind in {"viewing", "typing"}:
        return staff if kind == "viewing" else bool(frame["audience"] != "all")
    if kind == "ping":
        return bool(0 <= frame["input_age"] <= 10**9)
    numbers = [value for name, value in frame.items() if name in {"sequence", "after", "before"}]
    return bool(0 <= numbers[0] <= MOST and 1 <= frame.get("limit", 50) <= 200)

"""Frames in: text to one of a few checked shapes, or a refusal that names the problem.

Called by `support.sockets.socket` for every frame a browser sends. Strict where leniency would hide a mistake or
an attack: one flat JSON object, no key twice, no NaN, no wrong type, at most 64 KiB. Members it does not know are
ignored, so that newer pages can talk to an older server. It does not look at the words themselves:
`support.validators` does, for every face alike.
"""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NoReturn
from uuid import UUID

import msgspec
from django.utils.translation import gettext_noop as _
from msgspec import Meta, Struct

from core.problems import Refused

MOST_BYTES = 64 * 1024
MOST_ID = 64
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Post(Struct, frozen=True):
    """Words for the thread; `id` makes a repeat harmless, `seen` is how far an agent had read when they began.

    `topic`: what the live chat is about that these words begin.
    """

    message: str
    id: UUID | None = None
    audience: Literal["public", "staff"] = "public"
    seen: Count | None = None
    topic: str = ""


class Resume(Struct, frozen=True):
    """What came after this number?"""

    after: Count


class History(Struct, frozen=True):
    """What came before this number?"""

    before: Count
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class Received(Struct, frozen=True):
    """Everything up to this number has reached the page."""

    sequence: Count


class Read(Struct, frozen=True):
    """Everything up to this number has been seen."""

    sequence: Count


class Typing(Struct, frozen=True):
    """Somebody is writing, to everybody or a note."""

    audience: Literal["public", "staff"] = "public"


class Viewing(Struct, frozen=True):
    """An agent looks at the thread; `over`: not any more."""

    over: bool = False


class Ping(Struct, frozen=True):
    """Still here; `input_age` is the seconds since a hand last touched any page, `active` whether one did of late."""

    input_age: Annotated[float, Meta(ge=0, le=10**9)] | None = None
    active: bool | None = None

    @property
    def touched(self) -> float | None:
        """Seconds since the last input, as well as the page knows; None: it has not said."""
        return 0.0 if self.input_age is None and self.active else self.input_age


Frame = Post | Resume | History | Received | Read | Typing | Viewing | Ping
_SHAPES: dict[str, type[Frame]] = {
    "message": Post,
    "resume": Resume,
    "history": History,
    "received": Received,
    "read": Read,
    "typing": Typing,
    "viewing": Viewing,
    "ping": Ping,
}


@dataclass
class BadFrame(Exception):
    """A frame that is refused as a whole; `frame_id` is the id it came under, when it had a usable one."""

    refused: Refused
    frame_id: str | None = None


def parse(event: dict[str, Any]) -> Frame:
    """The frame in a `websocket.receive` event; raises BadFrame."""
    members = _members(_text(event))
    kind = members.get("type", "message" if "message" in members else None)
    shape = _SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        raise _invalid(members, f"type must be one of: {', '.join(_SHAPES)}.")
    try:
        return msgspec.convert(members, shape)
    except (msgspec.ValidationError, UnicodeError) as error:  # half a surrogate pair is no id either
        raise _invalid(members, str(error)) from error


def _text(event: dict[str, Any]) -> str:
    text = event.get("text")
    if not isinstance(text, str):
        raise BadFrame(Refused("malformed", _("Send text frames; this one was binary.")))
    if len(text) > MOST_BYTES or len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise BadFrame(Refused("too-large"))
    return text


def _members(text: str) -> dict[str, Any]:
    try:
        members = json.loads(text, object_pairs_hook=_flat, parse_constant=_no_constant)
    # A thousand open brackets exhaust the reader's stack; a number of 5,000 digits is no int to Python.
    except (ValueError, RecursionError) as error:
        raise BadFrame(Refused("malformed")) from error
    if not isinstance(members, dict):
        raise BadFrame(Refused("malformed"))
    return members


def _flat(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a key stands twice")
    if any(isinstance(value, dict | list) for value in members.values()):
        raise ValueError("frames are flat")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _invalid(members: dict[str, Any], trouble: str) -> BadFrame:
    given = members.get("id")
    usable = isinstance(given, str) and given.isascii() and len(given) <= MOST_ID
    return BadFrame(Refused("invalid", errors={"frame": [trouble]}), given if usable else None)

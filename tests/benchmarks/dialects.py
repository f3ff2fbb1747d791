"""How each design frames what a room says and hears. All else about a measurement is the same for all of them.

`PLAIN` is the product's public protocol as far as the inline consumer and the floors know it too; `SOCKET_IO` is the
same two frames as events in socket.io's framing over engine.io. Pure.
"""

from typing import Any, Protocol

import msgspec

TEXT = "How do I log supervision hours?"


class _Message(msgspec.Struct):
    id: str


class _Frame(msgspec.Struct):
    type: str
    message: msgspec.Raw = msgspec.Raw(b"null")


_frame, _message = msgspec.json.Decoder(_Frame), msgspec.json.Decoder(_Message)
_event: msgspec.json.Decoder[list[Any]] = msgspec.json.Decoder(list)
READY = "ready"  # what `heard` says of a first history


class Dialect(Protocol):
    """`heard` reads a frame: the id of the message it brings, READY, or "" for anything else."""

    def path(self, thread: str) -> str:
        """Where a thread's socket is."""

    def say(self, message_id: str) -> str:
        """The frame that posts a message."""

    def heard(self, payload: bytes) -> str: ...

    def answer(self, payload: bytes) -> str:
        """What the protocol wants said at once in reply, or ""."""


class Plain:
    """One flat JSON object a frame."""

    def path(self, thread: str) -> str:
        return f"/ws/chat/{thread}/"

    def say(self, message_id: str) -> str:
        return f'{{"type": "message", "id": "{message_id}", "message": "{TEXT}"}}'

    def heard(self, payload: bytes) -> str:
        frame = _frame.decode(payload)
        if frame.type == "message":
            return _message.decode(frame.message).id
        return READY if frame.type == "chat_history" else ""

    def answer(self, payload: bytes) -> str:
        return ""


class SocketIO:
    """Engine.io's digit, then socket.io's: 0 opens, 2 pings, 40 joins, 42 is an event."""

    def path(self, thread: str) -> str:
        return f"/socket.io/?EIO=4&transport=websocket&thread={thread}"

    def say(self, message_id: str) -> str:
        return f'42["message",{{"id":"{message_id}","message":"{TEXT}"}}]'

    def heard(self, payload: bytes) -> str:
        if not payload.startswith(b"42"):
            return ""
        name, value = _event.decode(payload[2:])
        return str(value["message"]["id"]) if name == "message" else READY

    def answer(self, payload: bytes) -> str:
        return {b"0": "40", b"2": "3"}.get(payload[:1], "")


PLAIN, SOCKET_IO = Plain(), SocketIO()

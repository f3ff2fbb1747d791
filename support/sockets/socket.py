"""A socket: accepting, listening, writing, closing. What is said over it is its subclasses' affair.

Two coroutines: one listens and answers frame by frame (so a socket has one unanswered append, and a client that sends
faster is slowed by the server's flow control), the other writes what could not be written at once. Whoever pushes text
waits for nothing, so a reader that does not read holds up nobody. Channels' own loop is replaced: it makes two tasks
per event and closes old database connections in a thread before each, which costs more than the work of a chat frame.
"""

import asyncio
import logging
import math
import time
from abc import ABC, abstractmethod
from typing import Any

from channels.consumer import AsyncConsumer
from django.utils import translation

from core import languages
from core.models import User
from core.problems import Refused
from support import frames
from support.selectors import Progress, Reader
from support.sockets import parse
from support.sockets.hub import STALE_SECONDS, Hub, hub
from support.sockets.limits import PAUSE_SECONDS, Patience
from support.sockets.outflow import GONE, TEXT, Outflow, hang_up
from support.sockets.rights import Asked, Standing

logger = logging.getLogger(__name__)
COME_BACK = 4409  # for whatever may pass
CLOSE_CODES = {
    "not-authenticated": 4401,
    "not-found": 4404,
    "chat-ended": 4408,
    "too-large": 4413,
    "too-fast": 4429,
}


class Closing(Exception):
    """The socket is to be closed for this reason, after what is queued has been written."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Socket(AsyncConsumer, ABC):  # type: ignore[misc]
    """One open connection. Subclasses say how it opens (`open`), what a frame does (`answer`), and how it parts."""

    user: User
    asked: Asked
    progress: Progress | None = None
    badges: list[str] | None = None

    def __init__(self) -> None:
        self.groups: set[str] = set()
        self.hub: Hub = hub()
        self.known_at = -math.inf
        self._patience = Patience()
        self._out = Outflow()
        self._closing = False
        self._cut_off = False
        self._task: asyncio.Task[Any] | None = None

    # --- For subclasses --------------------------------------------------------------------------------------------

    @abstractmethod
    async def open(self) -> None:
        """Find out who is there, join groups, say the first words. Raises Refused to turn somebody away."""

    @abstractmethod
    async def answer(self, frame: parse.Frame) -> None:
        """Do what a frame asks. Raises Refused for an error frame, Closing to end the connection."""

    def part(self) -> None:
        """The connection is over."""

    def review(self, standing: Standing) -> None:
        """Rights as they are now; the socket is closed when they are not what it was opened with."""
        if objection := self.objection(standing):
            self.close(objection)

    def objection(self, standing: Standing) -> str:
        """Why the socket cannot stay; "" when it can."""
        if not standing.is_signed_in or standing.password != self.user.password:
            return "not-authenticated"
        # A new role has other frames and other numbers: they come back as what they are now.
        return "" if standing.is_staff == self.user.is_staff else "come-back"

    @property
    def reader(self) -> Reader | None:
        """Whose progress in which thread the heartbeat tells; None for a socket without one."""
        ticket_id = self.asked.ticket_id
        return Reader(self.user.pk, ticket_id, self.user.is_staff) if ticket_id else None

    def expect_badges(self) -> bool:
        """Whether `badges` are to be read now, for the heartbeat."""
        return False

    def beat(self, *, fresh: bool) -> None:
        """The heartbeat; `fresh`: PostgreSQL answered just now."""
        self.push('{"type":"heartbeat"}')

    # --- Out -------------------------------------------------------------------------------------------------------

    def push(self, text: str) -> None:
        """Queue text for the browser."""
        if self._closing:
            return
        if self._out.is_stuck:
            self._cut()
        else:
            self._out.queue({"type": TEXT, "text": text})

    def forward(self, message: dict[str, Any]) -> None:
        """Queue what the group says, in the words for this kind of reader."""
        text = message.get("staff" if self.user.is_staff else "public")
        if only := message.get("only"):
            if text is not None and only == self.user.actor:
                self._say_refusal(text)
            return
        if text is None:
            return
        for_staff_only = message.get("public") is None
        if not (for_staff_only and self.is_stale):
            self.push(text)

    @property
    def is_stale(self) -> bool:
        """What this person may read was asked too long ago: by the hub, or, until its first review, at the door."""
        return time.monotonic() - self.known_at > STALE_SECONDS

    def refuse(self, refused: Refused, frame_id: str | None = None) -> None:
        """Queue an error frame, in the reader's language."""
        with translation.override(self._language()):
            frame: dict[str, Any] = {"type": "error", "error": refused.sentence, "code": refused.code}
            errors = refused.said_errors or None
        more = {"id": frame_id, "errors": errors, "retry_after": refused.retry_after}
        self.push(frames.text(frame | {name: value for name, value in more.items() if value is not None}))

    def _say_refusal(self, text: str) -> None:
        """What the drain refused or held: it sent the sentence, here are the words."""
        self.refuse(*frames.read_refusal(text))

    def _language(self) -> str:
        """The person's own choice, else what their browser asked for."""
        user = getattr(self, "user", None)
        return languages.chosen(user.language if user else "") or languages.asked_for(self.scope["headers"])

    def close(self, why: str) -> None:
        """Close for this reason, after what is queued has been written."""
        if self._closing:
            return
        # uvicorn and Daphne both take codes of the private range only from an application.
        close: dict[str, Any] = {"type": "websocket.close", "code": CLOSE_CODES.get(why, COME_BACK)}
        if why == "too-fast":
            close["reason"] = str(PAUSE_SECONDS)
        self._out.queue(close)
        self._closing = True

    def _cut(self) -> None:
        logger.warning("sockets: a reader fell too far behind and was cut off")
        self._closing = self._cut_off = True
        self._out.clear()
        if self._task is not None:
            self._task.cancel()

    # --- The two coroutines ----------------------------------------------------------------------------------------

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """The ASGI application of one connection."""
        self.scope = scope
        self._task = asyncio.current_task()
        await receive()
        await send({"type": "websocket.accept"})
        listening = asyncio.create_task(self._listen(receive), name="socket")
        try:
            await self._out.write(send)
        except OSError:  # the browser went away meanwhile
            pass
        except asyncio.CancelledError:
            if not self._cut_off:
                raise
            hang_up(send)
        finally:
            self._closing = True
            listening.cancel()
            self.hub.leave(self)
            self.part()

    async def _listen(self, receive: Any) -> None:
        self.known_at = time.monotonic()
        try:
            await self.open()
            self.hub.enrol(self)
            while (event := await receive())["type"] == "websocket.receive":
                await self._hear(event)
            self._out.clear()
            self._out.queue(GONE)
        except Refused as refused:
            logger.info("sockets: %r was turned away (%s)", self.scope["path"][:100], refused.code)
            self.close(refused.code)
        except Closing as closing:
            self.close(closing.why)
        except Exception:
            logger.exception("sockets: a connection ended with an error of ours")
            self.close("come-back")

    async def _hear(self, event: dict[str, Any]) -> None:
        frame_id: str | None = None
        try:
            if wait := self._patience.wait():
                raise Refused("too-fast", retry_after=math.ceil(wait))
            frame = parse.parse(event)
            frame_id = str(given) if (given := getattr(frame, "id", None)) else None
            await self.answer(frame)
        except parse.BadFrame as bad:
            self._note(bad.refused, bad.frame_id)
        except Refused as refused:
            self._note(refused, frame_id)

    def _note(self, refused: Refused, frame_id: str | None) -> None:
        self.refuse(refused, frame_id)
        if refused.code in {"not-authenticated", "not-found", "too-large"}:
            raise Closing(refused.code)
        if self._patience.is_exhausted():
            raise Closing("too-fast")

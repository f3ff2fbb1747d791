"""A client in another language than the browser's: an outbox and a view over one socket, from docs/websocket.md alone.

Promises: what was given to `post` is stored once and in order, whatever becomes of the line; `view` ends with the
server's view. Holds one connection at a time and opens it again for as long as it lives. Used as a context manager.
"""

import asyncio
import json
import random
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from tests.client.view import Frame, View

LOST = (ConnectionClosed, InvalidHandshake, TimeoutError, OSError)
SILENCE = 35.0  # two heartbeats
ANSWER = 10.0
LATER = {
    "log-unavailable",
    "log-full",
    "database-unavailable",
    "too-fast",
    "internal",
    "not-authenticated",
    "csrf",
}


class Client:
    """`origin` is the site, `cookie` a signed-in session, `thread` a ticket's id or "general"."""

    def __init__(self, origin: str, cookie: str, thread: str, *, is_staff: bool) -> None:
        self.view = View(is_staff=is_staff)
        self.outbox: dict[str, str] = {}  # id -> text, in the order of writing, until seen stored
        self.refused: dict[str, Frame] = {}
        self.connections = 0
        self._origin, self._thread, self._cookie = origin, thread, cookie
        self._accepted: set[str] = set()
        self._unanswered: str | None = None
        self._asked = False
        self._changed, self._posted = asyncio.Event(), asyncio.Event()
        self._socket: ClientConnection | None = None

    def post(self, text: str) -> str:
        """Queue a message for good; its id."""
        message_id = str(uuid4())
        self.outbox[message_id] = text
        self._posted.set()
        return message_id

    async def until(self, condition: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until something about the view or the outbox is true."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def cut(self) -> None:
        """Lose the line without a word, as in a tunnel."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def __aenter__(self) -> Self:
        self._life = asyncio.create_task(self._live())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._life.cancel()
        with suppress(asyncio.CancelledError):
            await self._life

    # --- The line ---

    async def _live(self) -> None:
        failures = 0
        while True:
            with suppress(*LOST):
                async with self._connect() as self._socket:
                    self.connections, failures = self.connections + 1, 0
                    await self._use(self._socket)
            self._unanswered, self._asked = None, False
            self._accepted.clear()
            pause = min(15.0, 0.5 * 2**failures)
            failures += 1
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))

    def _connect(self) -> Any:
        return connect(
            self._origin.replace("http", "ws", 1) + f"/ws/chat/{self._thread}/",
            origin=Origin(self._origin),
            additional_headers={"Cookie": self._cookie},
            open_timeout=ANSWER,
        )

    async def _use(self, socket: ClientConnection) -> None:
        """Hear, then say what there is to say: questions first, then the head of the outbox."""
        self.view.apply(json.loads(await asyncio.wait_for(socket.recv(), SILENCE)))
        while True:
            self._posted.clear()
            self._forget_stored()
            await self._speak(socket)
            self._changed.set()
            hearing = asyncio.ensure_future(socket.recv())
            writing = asyncio.ensure_future(self._posted.wait())
            done, _ = await asyncio.wait(
                {hearing, writing}, timeout=SILENCE, return_when=asyncio.FIRST_COMPLETED
            )
            writing.cancel()
            if hearing not in done:
                hearing.cancel()
                if not done:
                    raise TimeoutError
                continue
            self._hear(json.loads(hearing.result()))

    def _next(self) -> str | None:
        waiting = (each for each in self.outbox if each not in self._accepted and each not in self.refused)
        return next(waiting, None) if self._unanswered is None else None

    async def _speak(self, socket: ClientConnection) -> None:
        if (question := self.view.wants) and not self._asked:
            self._asked = True
            await socket.send(json.dumps(question))
        if message_id := self._next():
            self._unanswered = message_id
            frame = {"type": "message", "id": message_id, "message": self.outbox[message_id]}
            await socket.send(json.dumps(frame))

    def _hear(self, frame: Frame) -> None:
        if frame.get("id") == self._unanswered and frame["type"] in {"accepted", "error"}:
            self._unanswered = None
        match frame["type"]:
            case "accepted":
                self._accepted.add(frame["id"])
            case "error" if frame["code"] in LATER:
                raise TimeoutError  # the line begins again from the head of the outbox
            case "error" if frame.get("id"):
                self.refused[frame["id"]] = frame
            case "chat_history":
                self._asked = False
        self.view.apply(frame)

    def _forget_stored(self) -> None:
        stored = self.view.stored
        self.outbox = {key: text for key, text in self.outbox.items() if key not in stored}

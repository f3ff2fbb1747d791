"""A client in another language than the browser's: an outbox and a view over one socket, from docs/websocket.md alone.

Promises: what was given to `post` is stored once and in order, whatever becomes of the line; `view` ends with the
server's view; `ledger` says what happened. Holds one connection at a time and opens it again until the server says
for good that there is nothing to come back to (`ended`). Used as a context manager.
"""

import asyncio
import json
import random
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from tests.client.ledger import Ledger
from tests.client.view import Frame, View

LOST = (ConnectionClosed, InvalidHandshake, TimeoutError, OSError)
SILENCE = 35.0  # two heartbeats
ANSWER = 10.0
HOLE = 0.15  # two workers' broadcasts may cross
LASTING = 5.0  # a connection that held this long begins the back-off anew
FOR_GOOD = {4401, 4404, 4408}
TOO_FAST = 4429
LATER = {
    "log-unavailable",
    "log-full",
    "database-unavailable",
    "too-fast",
    "internal",
    "not-authenticated",
    "csrf",
}


class _ComeBack(Exception):
    """The line is to be dropped, and opened again after so many seconds (None: the usual back-off)."""

    def __init__(self, seconds: float | None = None) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Client:
    """`origin` is the site, `cookie` a signed-in session, `thread` a ticket's id or "general"."""

    def __init__(self, origin: str, cookie: str, thread: str, *, is_staff: bool) -> None:
        self.view = View(is_staff=is_staff)
        self.ledger = Ledger()
        self.outbox: dict[str, str] = {}  # id -> text, in the order of writing, until seen stored
        self.refused: dict[str, Frame] = {}
        self.ended: int | None = None
        self.is_connected = False
        self.is_over = False  # ended, or left
        self._origin, self._thread, self._cookie = origin, thread, cookie
        self.at = origin  # where its line is opened: several servers may be one site
        self._accepted: set[str] = set()
        self._unanswered: str | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._asked = False
        self._question: Frame | None = None
        self._changed, self._due = asyncio.Event(), asyncio.Event()
        self._socket: ClientConnection | None = None

    @property
    def connections(self) -> int:
        """How often a first history has come."""
        return len(self.ledger.opened)

    def post(self, text: str) -> str:
        """Queue a message for good; its id."""
        message_id = str(uuid4())
        self.outbox[message_id] = self.ledger.attempts[message_id] = text
        self._due.set()
        return message_id

    async def until(self, condition: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until something about the view or the outbox is true."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def cut(self) -> None:
        """Lose the line without a word, as in a tunnel."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def __aenter__(self) -> Self:
        self._life = asyncio.create_task(self._live())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_over = True
        self._life.cancel()
        with suppress(asyncio.CancelledError):
            await self._life

    # --- The line ---

    async def _live(self) -> None:
        failures = 0
        while self.ended is None:
            began = time.monotonic()
            pause = await self._hold_line()
            self._forget_line()
            failures = 0 if self.is_connected and time.monotonic() - began > LASTING else failures
            self.is_connected = False
            self._changed.set()
            if self.ended is None:
                usual = min(15.0, 0.5 * 2**failures) * random.uniform(0.5, 1.0)
                failures += 1
                await asyncio.sleep(usual if pause is None else pause)

    async def _hold_line(self) -> float | None:
        """One connection from its handshake to its end; the pause that was asked for."""
        try:
            async with self._connect() as self._socket:
                await self._use(self._socket)
        except ConnectionClosed as closed:
            return self._heed(closed)
        except _ComeBack as asked:
            return asked.seconds
        except LOST:
            pass
        finally:
            if self.is_connected:
                self.ledger.lost.append(time.monotonic())
        return None

    def _heed(self, closed: ConnectionClosed) -> float | None:
        if closed.rcvd is None:
            return None
        code, reason = closed.rcvd.code, closed.rcvd.reason
        self.ledger.closed_with.append(code)
        self.ended = code if code in FOR_GOOD else None
        self.is_over = self.ended is not None
        return float(reason or 10) if code == TOO_FAST else None

    def _connect(self) -> Any:
        return connect(
            self.at.replace("http", "ws", 1) + f"/ws/chat/{self._thread}/",
            origin=Origin(self._origin),
            additional_headers={"Cookie": self._cookie},
            open_timeout=ANSWER,
            compression=None,
        )

    def _forget_line(self) -> None:
        self._answered()
        self._asked, self._question = False, None
        self._accepted.clear()

    async def _use(self, socket: ClientConnection) -> None:
        halves = [asyncio.create_task(self._listen(socket)), asyncio.create_task(self._talk(socket))]
        try:
            await asyncio.gather(*halves)
        finally:
            for half in halves:
                half.cancel()

    # --- Saying ---

    async def _talk(self, socket: ClientConnection) -> None:
        """Questions first, then the head of the outbox; nothing before the first history."""
        while True:
            await self._due.wait()
            self._due.clear()
            if not self.is_connected:
                continue
            if self._question is not None:
                question, self._question = self._question, None
                self.ledger.resynced += 1
                await socket.send(json.dumps(question))
            if message_id := self._next():
                self._unanswered = message_id
                self._patience = asyncio.get_running_loop().call_later(ANSWER, socket.transport.abort)
                frame = {"type": "message", "id": message_id, "message": self.outbox[message_id]}
                await socket.send(json.dumps(frame))

    def _next(self) -> str | None:
        waiting = (each for each in self.outbox if each not in self._accepted and each not in self.refused)
        return next(waiting, None) if self._unanswered is None else None

    def _answered(self) -> None:
        self._unanswered = None
        if self._patience is not None:
            self._patience.cancel()

    def _ask(self) -> None:
        """The hole has had its time to close by itself."""
        self._question = self.view.wants if self.is_connected else None
        self._asked = self._question is not None
        self._due.set()

    # --- Hearing ---

    async def _listen(self, socket: ClientConnection) -> None:
        while True:
            async with asyncio.timeout(SILENCE):
                frame = json.loads(await socket.recv())
            self._hear(frame)
            self._due.set()
            self._changed.set()

    def _hear(self, frame: Frame) -> None:
        self.ledger.note(frame)
        if frame.get("id") == self._unanswered and frame["type"] in {"accepted", "error"}:
            self._answered()
        match frame["type"]:
            case "accepted":
                self._accepted.add(frame["id"])
            case "error" if frame["code"] in LATER:
                raise _ComeBack(frame.get("retry_after"))  # the line begins again from the head of the outbox
            case "error" if frame.get("id"):
                self.refused[frame["id"]] = frame
            case "restart":
                raise _ComeBack(frame["delay"])
        self.view.apply(frame)
        self._forget_stored(frame)
        if frame["type"] == "chat_history" and not self.is_connected:
            self.is_connected = True
            self.ledger.opened.append(time.monotonic())
        if self.is_connected:  # what comes before the first history is no hole: the history holds it
            self._mind_holes(frame)

    def _forget_stored(self, frame: Frame) -> None:
        for message in frame.get("messages", [frame.get("message")]):
            if isinstance(message, dict):
                self.outbox.pop(message["id"], None)

    def _mind_holes(self, frame: Frame) -> None:
        """One question at a time; an answer that leaves a hole open is the last word until the next heartbeat."""
        is_open = self.view.wants is not None
        if not is_open or frame["type"] == "heartbeat":
            self._asked = False
        if is_open and not self._asked:
            self._asked = True
            asyncio.get_running_loop().call_later(HOLE, self._ask)

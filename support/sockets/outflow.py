"""Outflow: what is due to one browser, in order, and whether the browser takes any of it.

Made by each socket. Whoever has something to say queues it here and waits for nothing, so a reader that does not read
holds up nobody. It does not know what a frame says. `is_stuck` is for the socket, which then cuts its reader off and
hangs up.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Coroutine, Generator
from types import coroutine
from typing import Any

# A reader further behind than this is cut off; it comes back and asks for what it missed.
MOST_WAITING = 1000
# So is one who has taken nothing for so long; the next heartbeat finds out, well within a minute.
MOST_SECONDS = 30.0
TEXT = "websocket.send"
GONE: dict[str, Any] = {"type": "gone"}


class Outflow:
    """`queue` from anywhere in the loop; `write` in the socket's own coroutine, which takes over what has to wait."""

    def __init__(self) -> None:
        self._waiting: deque[dict[str, Any]] = deque()
        self._send: Any = None
        self._idle: asyncio.Future[Awaitable[None] | None] | None = None
        self._writing_since = math.inf

    @property
    def is_stuck(self) -> bool:
        """So much waits, or waits for so long, that its reader must be believed not to read."""
        return len(self._waiting) >= MOST_WAITING or time.monotonic() - self._writing_since > MOST_SECONDS

    def queue(self, event: dict[str, Any]) -> None:
        """Text goes out at once when nothing waits: a turn of the socket's task costs as much as the writing.

        So the server's `send` is begun within whatever task calls: it may wait, but not ask which task it is.
        """
        if self._idle is None or self._idle.done():
            self._waiting.append(event)
        elif event["type"] != TEXT:
            self._waiting.append(event)
            self._idle.set_result(None)
        else:
            self._begin(_hand_over(self._send, event), self._idle)

    def _begin(
        self, writing: Coroutine[Any, Any, None], idle: asyncio.Future[Awaitable[None] | None]
    ) -> None:
        try:
            held_up_by = writing.send(None)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001  (for `write` to raise)
            idle.set_exception(error)
        else:
            idle.set_result(_rest_of(writing, held_up_by))

    def clear(self) -> None:
        self._waiting.clear()

    async def write(self, send: Any) -> None:
        """Until a close is written, or the listener has queued that nobody is there any more. Raises OSError."""
        self._send = send
        while True:
            while self._waiting:
                event = self._waiting.popleft()
                if event is not GONE:
                    await self._timed(_hand_over(send, event))
                if event["type"] != TEXT:
                    return
            self._idle = asyncio.get_running_loop().create_future()
            if rest := await self._idle:
                await self._timed(rest)

    async def _timed(self, writing: Awaitable[None]) -> None:
        self._writing_since = time.monotonic()
        await writing
        self._writing_since = math.inf


async def _hand_over(send: Any, event: dict[str, Any]) -> None:
    try:
        await send(event)
    except RuntimeError as error:  # uvicorn has closed the line by itself: a frame broke the protocol
        raise ConnectionAbortedError from error


@coroutine
def _rest_of(begun: Coroutine[Any, Any, None], held_up_by: Any) -> Generator[Any, Any, None]:
    """What is left of a coroutine that was begun by hand, for a task to await."""
    try:
        while True:
            try:
                yield held_up_by
            except BaseException as error:  # noqa: BLE001  (it goes on)
                held_up_by = begun.throw(error)
            else:
                held_up_by = begun.send(None)
    except StopIteration:
        return


def hang_up(send: Any) -> None:
    """Drop the connection now. uvicorn would write everything first, which somebody who does not read prevents."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()

"""Outflow: what is due to one browser, in order, and whether the browser takes any of it.

Made by each socket; whoever has something to say only queues it here, so a reader that does not read holds up nobody.
It does not know what a frame says. `is_stuck` is for the socket, which then cuts its reader off and hangs up.
"""

import asyncio
import math
import time
from collections import deque
from typing import Any

# A reader further behind than this is cut off; it comes back and asks for what it missed.
MOST_WAITING = 1000
# So is one who has taken nothing for so long; the next heartbeat finds out, well within a minute.
MOST_SECONDS = 30.0
GONE: dict[str, Any] = {"type": "gone"}


class Outflow:
    """`queue` from anywhere in the loop; `write` in the socket's own coroutine."""

    def __init__(self) -> None:
        self._waiting: deque[dict[str, Any]] = deque()
        self._wake: asyncio.Future[None] | None = None
        self._writing_since = math.inf

    @property
    def is_stuck(self) -> bool:
        """So much waits, or waits for so long, that its reader must be believed not to read."""
        return len(self._waiting) >= MOST_WAITING or time.monotonic() - self._writing_since > MOST_SECONDS

    def queue(self, event: dict[str, Any]) -> None:
        self._waiting.append(event)
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def clear(self) -> None:
        self._waiting.clear()

    async def write(self, send: Any) -> None:
        """Until a close is written, or the listener has queued that nobody is there any more. Raises OSError."""
        while True:
            while self._waiting:
                event = self._waiting.popleft()
                if event is not GONE:
                    self._writing_since = time.monotonic()
                    await _hand_over(send, event)
                    self._writing_since = math.inf
                if event["type"] != "websocket.send":
                    return
            self._wake = asyncio.get_running_loop().create_future()
            await self._wake


async def _hand_over(send: Any, event: dict[str, Any]) -> None:
    try:
        await send(event)
    except RuntimeError as error:  # uvicorn has closed the line by itself: a frame broke the protocol
        raise ConnectionAbortedError from error


def hang_up(send: Any) -> None:
    """Drop the connection now. uvicorn would write everything first, which somebody who does not read prevents."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()

"""Restarts: a process that is told to end says so to its pages before the server closes them.

uvicorn and Daphne close every socket a tick after SIGTERM, before any lifespan message; so the signal itself is
listened to, in front of the server's own handler. A page that is not reached comes back on close code 1012 anyway.
Called by the hub with its first socket.
"""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

from support import presence

logger = logging.getLogger(__name__)
LEAST_SECONDS = 0.5
# Seconds after which the last page is back: a small process is back soon, 500 pages come 50 a second.
MOST_AT_ONCE = 50
# Agents are few, and away for whoever waits as soon as the lease of a page that parts has lapsed.
STAFF_SECONDS = presence.PARTING_SECONDS / 2


def spread_of(pages: int, *, staff: bool = False) -> float:
    """Over how many seconds so many pages come back."""
    spread = 2.0 + pages / MOST_AT_ONCE
    return min(spread, STAFF_SECONDS) if staff else spread


class _BeforeTheServer:
    """A SIGTERM handler that announces, then does what was to be done before."""

    def __init__(self, before: Callable[[int, FrameType | None], object] | int | None) -> None:
        self._before = before
        self.announce: Callable[[], object] = bool

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.announce()
        if callable(self._before):
            self._before(number, frame)
        elif self._before == signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)


def warn_before_it(announce: Callable[[], None]) -> None:
    """Have `announce` called in the running loop as soon as this process is told to end."""
    if threading.current_thread() is not threading.main_thread():
        return  # Python delivers signals to the main thread alone
    handler = signal.getsignal(signal.SIGTERM)
    if not isinstance(handler, _BeforeTheServer):
        handler = _BeforeTheServer(handler)
        signal.signal(signal.SIGTERM, handler)
    loop = asyncio.get_running_loop()
    handler.announce = lambda: loop.is_closed() or loop.call_soon_threadsafe(announce)

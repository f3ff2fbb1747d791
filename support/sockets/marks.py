"""Marks: "reached this page" and "really seen", each at most one command a second per socket.

The first is told at once, what follows within the second waits and only its last counts; what still waits when the
socket parts is told then, or a page that was read and closed would stay unread. Made by the chat consumer.
"""

import asyncio
from collections.abc import Callable

EVERY_SECONDS = 1.0


class Mark:
    """One cursor of one socket; `tell` hands a sequence to the log."""

    __slots__ = ("_tell", "_timer", "_told", "_wanted")

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell = tell
        self._told = self._wanted = 0
        self._timer: asyncio.TimerHandle | None = None

    def move(self, sequence: int) -> None:
        """The page got this far; never backwards."""
        self._wanted = max(self._wanted, sequence)
        if self._timer is None:
            self._flush()

    def part(self) -> None:
        """Tell what waits, and nothing more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._say()

    def _flush(self) -> None:
        self._timer = None
        if self._say():
            self._timer = asyncio.get_running_loop().call_later(EVERY_SECONDS, self._flush)

    def _say(self) -> bool:
        if self._wanted <= self._told:
            return False
        self._told = self._wanted
        self._tell(self._told)
        return True

"""Marks: "reached this page" and "really seen", each at most one command a second per socket.

The first is told at once, what follows within the second waits and only its last counts; what still waits when the
socket parts is told then, or a page that was read and closed would stay unread. What the log does not take is told
again: after the last message of a thread no other mark follows. Made by the chat consumer.
"""

import asyncio
from collections.abc import Callable

from support.sockets.writer import Answer

EVERY_SECONDS = 1.0


class Mark:
    """One cursor of one socket; `tell` hands a sequence to the log, and gives what will be its answer, or None."""

    __slots__ = ("_has_parted", "_tell", "_timer", "_told", "_wanted")

    def __init__(self, tell: "Callable[[int], asyncio.Future[Answer] | None]") -> None:
        self._tell = tell
        self._has_parted = False
        self._told = self._wanted = 0
        self._timer: asyncio.TimerHandle | None = None

    def move(self, sequence: int) -> None:
        """The page got this far; never backwards."""
        self._wanted = max(self._wanted, sequence)
        if self._timer is None:
            self._flush()

    def part(self) -> None:
        """Tell what waits, and nothing more."""
        self._has_parted = True
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
        answer = self._tell(self._wanted)
        if answer is None:  # nothing is there yet that could have been read
            self._wanted = self._told
            return False
        before, self._told = self._told, self._wanted
        answer.add_done_callback(lambda answered: self._heard(answered, before))
        return True

    def _heard(self, answered: "asyncio.Future[Answer]", before: int) -> None:
        if answered.cancelled() or answered.result() is None or self._has_parted:
            return
        self._told = min(self._told, before)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(EVERY_SECONDS, self._flush)

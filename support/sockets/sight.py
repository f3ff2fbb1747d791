"""Sight: how long it takes from the acceptance of somebody's message until another person's page says that it is there.

The page's own word, its `received` frame, is what counts as seen. A page says so at once, but at most once a second, so
only a message before which it was silent for a second is timed: what waits for the page's own pause would measure that.
One socket, in memory; made by the chat consumer. A page that is silent for ten seconds is asleep, and not counted.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from core import measures

PAUSE_SECONDS: Final = 1.2  # the page's second, and what the line takes
ASLEEP_SECONDS: Final = 10.0


class Sight:
    """What one page has said, and the message that it is awaited to speak of: its number, when accepted, when sent."""

    __slots__ = ("_awaited", "_clock", "_known", "_spoke_at")

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._awaited: tuple[int, float, float] | None = None
        self._known = 0
        self._spoke_at = float("-inf")

    def forwarded(self, said: Any, person: str, *, staff: bool) -> None:
        """A message goes to the page; its author's pages have nothing to say of it."""
        accepted_at, public, internal, author = said
        sequence = internal if staff else public
        if author == person or sequence <= self._known:
            return
        now = self._clock()
        is_free = self._awaited is None or now - self._awaited[2] > ASLEEP_SECONDS
        self._known = sequence
        if is_free and now - self._spoke_at > PAUSE_SECONDS:
            self._awaited = sequence, accepted_at, now

    def reached(self, sequence: int) -> None:
        """The page says that it has everything up to here."""
        self._known = max(self._known, sequence)
        now = self._spoke_at = self._clock()
        if self._awaited is not None and sequence >= self._awaited[0]:
            _, accepted_at, sent_at = self._awaited
            self._awaited = None
            if now - sent_at <= ASLEEP_SECONDS:
                measures.note(measures.SEEN, [time.time() - accepted_at])

    def spoke(self) -> None:
        """The page said something else within the same pause."""
        self._spoke_at = self._clock()

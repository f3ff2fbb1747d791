"""The ear: whether the sockets of this process still hear what the drain announces.

The hub has it listen to the canaries' group, as a socket that nobody holds, for as long as there are others;
`support.canaries` asks it from a thread. A canary that was announced and not heard is a broadcast that passed by. It
must not call a process deaf that does not listen, or whose Valkey is away.
"""

import json
import time
from typing import Any, Final

from core.canaries import Arrival

# A broadcast takes milliseconds. One may be lost; whoever misses the next one too, and for so long, does not hear.
MISSED_SECONDS: Final = 3.0
HOPELESS_SECONDS: Final = 20.0
LATE_LOOK: Final = 6.0


class Ear:
    """`forward` is called by the loop, everything else by the thread."""

    def __init__(self) -> None:
        self.groups: set[str] = set()
        self.heard: Arrival | None = None
        self._forgiven = 0.0
        self._missing_at = 0.0
        self._missed: set[float] = set()
        self._looked_at = 0.0

    def forward(self, message: dict[str, Any]) -> None:
        """A frame of the group."""
        self.heard = Arrival(json.loads(message["public"])["sent_at"], time.time())

    def deaf_since(self, announced: Arrival | None, now: float | None = None) -> float | None:
        """Since when (by the clock of the wall) broadcasts pass by; None while they do not."""
        now = time.monotonic() if now is None else now
        late, self._looked_at = now - self._looked_at > LATE_LOOK, now
        if announced is None or not self.groups or late:
            self.excuse(announced)
        elif announced.sent_at <= max(self._forgiven, self.heard.sent_at if self.heard else 0.0):
            self.excuse()
        else:
            self._missing_at = self._missing_at or now
            self._missed.add(announced.sent_at)
        is_deaf = len(self._missed) > 1 and self.silence > MISSED_SECONDS
        return time.time() - self.silence if is_deaf else None

    def excuse(self, announced: Arrival | None = None) -> None:
        """Nothing is missed, or nothing is known; what was announced while nobody listened need not be heard."""
        self._missing_at = 0.0
        self._missed.clear()
        if announced is not None:
            self._forgiven = announced.sent_at

    @property
    def misses_one(self) -> bool:
        """The next canary is sent at once: it tells whether that was chance."""
        return bool(self._missed)

    @property
    def is_hopeless(self) -> bool:
        return len(self._missed) > 1 and self.silence > HOPELESS_SECONDS

    @property
    def silence(self) -> float:
        """For how many seconds something has been missing."""
        return self._looked_at - self._missing_at if self._missing_at else 0.0


ear = Ear()

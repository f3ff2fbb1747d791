"""What one client did and saw, for whoever compares it with the rows afterwards. Pure.

Promises: nothing is ever taken back; `attempts` are in the order of writing. Kept by `tests.client.client`, read by
the oracle of the experiments.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Ledger:
    """Ids of messages, moments of `time.monotonic()`, close codes."""

    attempts: dict[str, str] = field(default_factory=dict)  # id -> text
    accepted: dict[str, float] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)  # how often a frame brought a message, anybody's
    told: dict[str, float] = field(default_factory=dict)  # when the first of them did
    opened: list[float] = field(default_factory=list)  # the first history of each connection
    lost: list[float] = field(default_factory=list)
    closed_with: list[int] = field(default_factory=list)  # the server's words, where it said any
    resynced: int = 0  # questions for what was missing

    def note(self, frame: dict[str, Any]) -> None:
        """Enter what a frame proves."""
        if frame["type"] == "accepted":
            self.accepted.setdefault(frame["id"], time.monotonic())
        elif frame["type"] == "message":
            self._note_seen([frame["message"]["id"]])
        elif frame["type"] == "chat_history":
            self._note_seen([message["id"] for message in frame["messages"]])

    def _note_seen(self, ids: list[str]) -> None:
        self.seen.update(ids)
        now = time.monotonic()
        for message_id in ids:
            self.told.setdefault(message_id, now)

    @property
    def stored(self) -> set[str]:
        """Own messages that were seen stored."""
        return self.attempts.keys() & self.seen.keys()

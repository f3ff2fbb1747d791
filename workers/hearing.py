"""Hearing: whether a worker still takes what waits for it. Pure: given looks, it needs neither clock nor broker.

Asked by `workers.ears`. A worker is deaf to a queue when for `PATIENCE` seconds something waited there at every look,
it took nothing from there, its connection was the same, and it was free at more than `CHANCES` looks: whoever is free
and listens has taken what waits by the next one. It must never say so while waiting is right: the broker is away, the
worker is connecting, all its children are busy, or nobody looked for a while.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

LOOK_SECONDS: Final = 2.0
PATIENCE: Final = 20.0
CHANCES: Final = 5
# Celery sleeps up to thirty seconds between two attempts to connect: so much later, while it says that it connects.
PATIENCE_WHILE_CONNECTING: Final = PATIENCE + 30.0
# The process was stopped, or the machine asleep: what was not seen proves nothing.
LATE_LOOK: Final = 3 * LOOK_SECONDS
# No task takes as long (the broker hands it to somebody else by then): one that is still held is no excuse.
LONGEST_TASK: Final = 60.0


@dataclass(frozen=True, kw_only=True)
class Look:
    """One moment: which queues hold something (None: the broker does not answer), what was received from each so far,
    whether a child is free, and which connection it is; `connected` is what the worker believes."""

    at: float
    waiting: frozenset[str] | None
    received: Mapping[str, int]
    free: bool
    connected: bool
    connection: int


@dataclass(frozen=True)
class Waiting:
    """A queue that is not served: since when, and how often the worker was free meanwhile."""

    since: float
    chances: int


@dataclass
class Hearing:
    """Remembers what waits without an excuse."""

    _waiting: dict[str, Waiting] = field(default_factory=dict)
    _last: Look | None = None

    def deaf_to(self, look: Look) -> tuple[str, float] | None:
        """The queue that this worker does not hear, and for how many seconds; None when it hears, or has an excuse."""
        last, self._last = self._last, look
        before, self._waiting = self._waiting, {}
        for queue in sorted(look.waiting or ()):
            began = before.get(queue) if last is not None and _goes_on(last, look, queue) else None
            began = began or Waiting(look.at, 0)
            self._waiting[queue] = Waiting(began.since, began.chances + look.free)
        patience = PATIENCE if look.connected else PATIENCE_WHILE_CONNECTING
        for queue, waiting in self._waiting.items():
            if look.at - waiting.since >= patience and waiting.chances > CHANCES:
                return queue, look.at - waiting.since
        return None


def _goes_on(last: Look, look: Look, queue: str) -> bool:
    """Between these two looks the worker could have taken something from the queue, and did not."""
    return (
        last.connection == look.connection
        and look.at - last.at <= LATE_LOOK
        and last.received.get(queue, 0) == look.received.get(queue, 0)
    )

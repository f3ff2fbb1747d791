"""Limits of the sockets: token buckets in the memory of one process.

A socket has one bucket for frames of any kind; a person has one for messages, shared by all their sockets of this
process and kept while it is not full again, so that reconnecting buys nothing. Called by `support.sockets.socket` and
the hub. The HTTP faces have their own, shared by all processes (`support.write_limits`).
"""

import math
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

# Beside its messages a socket says what it has received, read and typed.
FRAMES_PER_POST = 3
# Refusals a socket may collect before it is closed; they are forgiven at one a second.
REFUSALS_AT_ONCE = 60
FORGIVEN_PER_SECOND = 1.0
# The close code's reason: after so many seconds a client may come back.
PAUSE_SECONDS = 10


@dataclass(slots=True)
class Bucket:
    """`burst` tokens, refilled at `rate` a second."""

    rate: float
    burst: float
    level: float = -1.0
    filled_at: float = 0.0

    def __post_init__(self) -> None:
        self.level = self.burst if self.level < 0 else self.level

    def take(self, now: float) -> float:
        """Take one token and return 0.0, or take none and return the seconds until there is one."""
        self._fill(now)
        if self.level < 1.0:
            return (1.0 - self.level) / self.rate
        self.level -= 1.0
        return 0.0

    def is_full(self, now: float) -> bool:
        """Nothing is remembered against its owner."""
        self._fill(now)
        return self.level >= self.burst

    def _fill(self, now: float) -> None:
        self.level = min(self.burst, self.level + max(0.0, now - self.filled_at) * self.rate)
        self.filled_at = now


class Patience:
    """What one socket may do: frames, and refusals until it is closed."""

    __slots__ = ("frames", "refusals")

    def __init__(self) -> None:
        self.frames = Bucket(FRAMES_PER_POST * posts_per_second(), FRAMES_PER_POST * posts_at_once())
        self.refusals = Bucket(FORGIVEN_PER_SECOND, REFUSALS_AT_ONCE)

    def wait(self) -> float:
        """Count a frame; the seconds to wait when it came too fast."""
        return self.frames.take(time.monotonic())

    def is_exhausted(self) -> bool:
        """Count a refusal; True when it was one too many."""
        return self.refusals.take(time.monotonic()) > 0.0


class PostLimits:
    """The message bucket of every person who wrote lately in this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[uuid.UUID, Bucket] = {}

    def wait(self, user_id: uuid.UUID) -> int:
        """Count a message; the whole seconds to wait when it came too fast."""
        if user_id not in self._buckets:
            self._buckets[user_id] = Bucket(posts_per_second(), posts_at_once())
        return math.ceil(self._buckets[user_id].take(self._clock()))

    def forget(self) -> None:
        """Drop the buckets that are full again."""
        now = self._clock()
        self._buckets = {user: bucket for user, bucket in self._buckets.items() if not bucket.is_full(now)}

    def __len__(self) -> int:
        return len(self._buckets)


def posts_per_second() -> float:
    """How many messages a second a person may keep up."""
    return float(settings.CHAT_POSTS_PER_SECOND)


def posts_at_once() -> float:
    """How many messages a person may send at once: an outbox that comes back online, not a person's typing."""
    return float(settings.CHAT_POSTS_AT_ONCE)

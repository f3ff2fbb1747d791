"""Measures: what each process notes of how long steps took and how much it holds; all processes, all hosts, one place.

`note` and `say` only count, in memory; one thread per process writes what came together once a second, in one round
trip to the ephemeral Valkey. Called by the drain, by sockets, by delivery, by beat. Neither may raise or wait: while
Valkey is away the counts are kept, and a process that ends takes its last second with it. Read by `core.measured`.
"""

import logging
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Final

import msgspec
import redis

from core import valkey
from core.histograms import bucket_of

logger = logging.getLogger(__name__)
# The steps of a message, each counted from its acceptance; the last one from when a mail was due.
STORED: Final = "stored"
ANNOUNCED: Final = "announced"
SEEN: Final = "seen"
MAILED: Final = "mailed"
OVERDUE: Final = "overdue"
STEPS: Final = (STORED, ANNOUNCED, SEEN, MAILED, OVERDUE)
# What a process says of itself again and again.
SOCKETS: Final = "sockets"
BEAT_DRIFT: Final = "beat drift"

TOTAL: Final = "measures:total"
LEVELS: Final = "measures:levels"
SUM: Final = "microseconds"
EVERY_SECONDS: Final = 1.0
SLOT_SECONDS: Final = 60
KEPT_SECONDS: Final = 3600 + 5 * SLOT_SECONDS
# A level of a process that says nothing any more is forgotten when the next process begins.
FORGOTTEN_SECONDS: Final = 3600.0


class Level(msgspec.Struct, frozen=True, array_like=True):
    """How much, and when it was said."""

    value: float
    at: float


def slot_key(slot: int) -> str:
    """Where a minute is counted; `slot` counts minutes."""
    return f"measures:{slot}"


class Tally:
    """What a process has counted and not yet written."""

    def __init__(self) -> None:
        self.something = threading.Event()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._levels: dict[str, Level] = {}
        self._who = f"{socket.gethostname()}:{os.getpid()}"
        self._is_new = True
        self._was_away = False

    def note(self, step: str, seconds: Iterable[float]) -> None:
        with self._lock:
            for each in seconds:
                took = max(0.0, each)
                self._counts[f"{step}:{bucket_of(took)}"] += 1
                self._counts[f"{step}:{SUM}"] += round(took * 1_000_000)
        self.something.set()

    def say(self, name: str, value: float) -> None:
        with self._lock:
            self._levels[f"{name}|{self._who}"] = Level(value, time.time())
        self.something.set()

    def forget(self) -> None:
        """For tests: as if nothing had happened so far."""
        with self._writing, self._lock:
            self._counts.clear()
            self._levels.clear()

    def write(self) -> None:
        """Everything at once; what could not be written is kept for the next time."""
        with self._writing:
            with self._lock:
                counts, self._counts = self._counts, Counter()
                levels, self._levels = self._levels, {}
            try:
                self._execute(counts, levels)
                self._was_away = False
            except redis.RedisError as error:
                self._keep(counts, levels, error)

    def _execute(self, counts: Counter[str], levels: dict[str, Level]) -> None:
        if self._is_new:
            _forget_who_is_gone()
            self._is_new = False
        pipe = valkey.ephemeral().pipeline(transaction=False)
        slot = slot_key(int(time.time()) // SLOT_SECONDS)
        for name, count in counts.items():
            pipe.hincrby(TOTAL, name, count)
            pipe.hincrby(slot, name, count)
        if counts:
            pipe.expire(slot, KEPT_SECONDS)
        for name, level in levels.items():
            pipe.hset(LEVELS, name, msgspec.json.encode(level))
        pipe.execute()

    def _keep(self, counts: Counter[str], levels: dict[str, Level], error: Exception) -> None:
        if not self._was_away:
            logger.info("measures: kept until Valkey is back (%s)", type(error).__name__)
        self._was_away = True
        with self._lock:
            self._counts.update(counts)
            self._levels = levels | self._levels
        self.something.set()


def _forget_who_is_gone() -> None:
    client, oldest = valkey.ephemeral(), time.time() - FORGOTTEN_SECONDS
    said = client.hgetall(LEVELS).items()
    if gone := [name for name, text in said if msgspec.json.decode(text, type=Level).at < oldest]:
        client.hdel(LEVELS, *gone)


def _keep_writing(tally: Tally) -> None:
    while True:
        tally.something.wait()
        time.sleep(EVERY_SECONDS)  # what comes meanwhile goes with it
        tally.something.clear()
        try:
            tally.write()
        except Exception:  # a thread that ends would leave this process uncounted for ever
            logger.exception("measures: what was counted is lost")


@cache
def _tally_of(pid: int) -> Tally:
    tally = Tally()
    threading.Thread(target=_keep_writing, args=(tally,), name="measures", daemon=True).start()
    return tally


def tally() -> Tally:
    """This process's; a forked child counts for itself."""
    return _tally_of(os.getpid())


def note(step: str, seconds: Iterable[float]) -> None:
    """So long did each of these take."""
    tally().note(step, seconds)


def say(name: str, value: float) -> None:
    """So much is it at this process now; said again every few seconds, because what is silent does not count."""
    tally().say(name, value)

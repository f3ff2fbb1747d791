"""Pulse: beat notices within thirty seconds that it does not ring any more, says so, and ends. It lights its beacon.

`Scheduler` is Celery's own, but for a thread that compares its ticks with the clock; the settings of `workers.celery`
name it. A broker that is away is waited for, and so is beat's own sleep between two attempts to reach it. ADR 0042.
A clock that is set back makes nobody wait either.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import redis
from celery.beat import PersistentScheduler
from celery.signals import beat_init

from core import beacons, measures
from core.beacons import Beacon
from core.celery import app
from core.leaving import leave_at_once
from workers.hearing import LOOK_SECONDS
from workers.ticking import Drift, Pulse

logger = logging.getLogger(__name__)


class Scheduler(PersistentScheduler):  # type: ignore[misc]
    """Celery's, which knows when it last got through its table, and how late it was with what it rang for."""

    ticked_at = 0.0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.drift = Drift()
        super().__init__(*arguments, **options)

    def tick(self, *arguments: Any, **options: Any) -> Any:
        self._follow_the_clock()
        found = super().tick(*arguments, **options)
        self.ticked_at = time.monotonic()
        return found

    def _follow_the_clock(self) -> None:
        """A clock that was set back would have every entry wait until it is where it was, also after a restart."""
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            logger.warning("pulse: the clock was set back, and %d entries of the table with it", len(ahead))
            self._heap = None  # Celery makes it anew

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        self.drift.rang(entry.name, entry.schedule.run_every.total_seconds(), time.monotonic())
        super().apply_entry(entry, producer=producer)


class Watch(threading.Thread):
    """Looks every two seconds, from beside the scheduler."""

    def __init__(self, scheduler: Any, stop: Callable[[str], None]) -> None:
        super().__init__(name="pulse", daemon=True)
        self.over = threading.Event()
        self._scheduler = scheduler
        self._end = stop
        self._pulse = Pulse(began=time.monotonic())
        self._who = f"beat@{socket.gethostname()}"

    def run(self) -> None:
        while not self.over.wait(LOOK_SECONDS):
            try:
                self._look()
            except Exception:  # a watch that ends would let a silent beat be
                logger.exception("pulse: a look failed")

    def _look(self) -> None:
        now, ticked_at = time.monotonic(), self._scheduler.ticked_at
        silent = self._pulse.stopped_for(now, ticked_at, broker=_broker_answers())
        if silent is not None:
            self._end(f"pulse: {self._who} has not rung for {silent:.0f} s")
        if ticked_at:
            self._light(time.time() - (now - ticked_at))
        measures.say(measures.BEAT_DRIFT, self._scheduler.drift.worst(now))

    def _light(self, at: float) -> None:
        try:
            beacons.light(Beacon(name=self._who, at=at))
        except redis.RedisError as error:
            logger.info("pulse: the beacon was not lit (%s)", type(error).__name__)


def _broker_answers() -> bool:
    with app.connection_for_write() as connection:
        try:
            connection.connect()
        except (*connection.connection_errors, OSError):
            return False
    return True


@beat_init.connect
def watch(sender: Any, **_: Any) -> None:
    """Beat begins."""
    Watch(sender.scheduler, leave_at_once).start()

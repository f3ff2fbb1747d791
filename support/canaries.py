"""Canaries: every ten seconds one command and one broadcast through every shard, one task through every queue.

A thread of each ASGI process (`begin`, called by `core.asgi`); one process per period sends. They leave one row per
shard and a few fields in Valkey, no history and no event, and nobody is shown them. The thread also watches this
process: when its sockets have heard none of the canaries that were announced for twenty seconds, it says so and ends,
so that it is started again. Must not raise, and must not wait for a broker that is away.
"""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Final

import redis
from django.conf import settings

from core import canaries, command_log, delays, dispatch, ids, leaving
from core.canaries import Arrival, Marks
from core.problems import Refused
from core.queues import PROMISES
from support.commands import SendCanary
from support.doorway import append
from support.sockets.canary_ear import ear

logger = logging.getLogger(__name__)
LOOK_SECONDS: Final = 2.0


@cache
def actor_for(shard: int) -> str:
    """An actor whose commands go into this shard."""
    number = 0
    while command_log.shard_of(f"system:canary-{number}") != shard:
        number += 1
    return f"system:canary-{number}"


def send(marks: Marks) -> list[str]:
    """Send what is due; the lanes."""
    now = time.time()
    shards = {canaries.lane_of(shard): shard for shard in range(settings.COMMAND_LOG_SHARDS)}
    tasks = [promise.name for promise in PROMISES if promise.family != "drain"]
    due = canaries.are_due(marks, [*shards, *tasks], now)
    canaries.note_sent(dict.fromkeys(due, now))
    for lane in due:
        was_taken = (
            _append(shards[lane], now) if lane in shards else dispatch.publish(f"{lane}.canary", sent_at=now)
        )
        if not was_taken:
            canaries.note_not_sent(lane)
    return due


def _append(shard: int, now: float) -> bool:
    command = SendCanary(
        id=ids.new_id(), actor=actor_for(shard), at=datetime.fromtimestamp(now, UTC), shard=shard
    )
    try:
        append(command, in_silence=True)
    except Refused as refused:
        logger.info("canaries: none through shard %d (%s)", shard, refused.code)
        return False
    return True


class Watch(threading.Thread):
    """Sends, looks how everything is, and whether this process hears."""

    def __init__(self, seconds: float) -> None:
        super().__init__(name="canaries", daemon=True)
        self.over = threading.Event()
        self._seconds = seconds
        self._who = f"{socket.gethostname()}:{os.getpid()}"
        self._was_deaf = False
        self._told: Arrival | None = None

    def run(self) -> None:
        while not self.over.wait(LOOK_SECONDS):
            try:
                self._look()
            except redis.RedisError as error:
                ear.excuse()
                logger.info("canaries: nothing is known just now (%s)", type(error).__name__)
            except Exception:  # a watch that ends would leave everything unwatched
                logger.exception("canaries: a look failed")

    def _look(self) -> None:
        marks = canaries.read()
        self._listen([marks.seen[lane] for lane in canaries.lanes_of("drain") if lane in marks.seen])
        delays.current()
        if canaries.my_turn(self._seconds) or ear.misses_one:
            send(marks)

    def _listen(self, announced: Sequence[Arrival]) -> None:
        """Say it, for operators to see, when broadcasts pass by this process; end it when that lasts."""
        heard, deaf_since = ear.heard, ear.deaf_since(max(announced, key=_sent_at, default=None))
        if heard is not None and heard is not self._told:
            canaries.note_heard(heard)
            self._told = heard
        if deaf_since is not None or self._was_deaf:
            canaries.say_deaf(self._who, deaf_since)
        self._was_deaf = deaf_since is not None
        if deaf_since is not None and ear.is_hopeless:
            why = f"canaries: the web process {self._who} has heard no broadcast for {ear.silence:.0f} s"
            leaving.leave(why, lambda: os.kill(os.getpid(), signal.SIGTERM), tuple)


def _sent_at(arrival: Arrival) -> float:
    return arrival.sent_at


@cache
def begin() -> Watch | None:
    """Once per process."""
    if not settings.CANARY_SECONDS:
        return None
    watch = Watch(settings.CANARY_SECONDS)
    watch.start()
    return watch

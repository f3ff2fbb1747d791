"""The writer: the one coroutine of a process that appends what sockets accept.

A consumer hands over commands and waits for its answer; one append is in flight, and what arrives meanwhile goes
with the next MULTI. A `redis.asyncio` call per consumer would open a connection each (MaxConnectionsError at 200
threads) and pay one fsync per message instead of one per batch. Made by the hub, one per event loop. It rings the
drain by the doorbell rule only, so that a flood costs few tasks.
"""

import asyncio
import logging
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from core import command_log, dispatch, tracing, trail
from core.command_log import Appended
from core.contracts import Command
from core.problems import Refused

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 500
STALE_RINGS_EVERY = 1.0

# What a consumer gets back: None when its commands are in the log, else why they are not known to be.
Answer = Refused | None
Append = Callable[[int, Sequence[Command]], Awaitable[Appended]]


@dataclass(slots=True, frozen=True)
class Handed:
    """Commands of one consumer, all of one shard, and where it waits for the answer."""

    shard: int
    commands: Sequence[Command]
    answer: "asyncio.Future[Answer]"


def ring_drain(shard: int) -> None:
    """Wake whoever drains the shard."""
    dispatch.ring("persistence.drain", shard=shard)


class Doorbell:
    """Says when an append has to wake the drain; a sweep rings anyway, every two seconds."""

    def __init__(
        self, ring: Callable[[int], None] = ring_drain, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ring = ring
        self._clock = clock
        self._stale_rung_at = float("-inf")
        self._after_error: set[int] = set()

    def failed(self, shard: int) -> None:
        """Whether that append went in is unknown: the next success must ring, whatever the length says."""
        self._after_error.add(shard)

    def heard(self, appended: Appended) -> None:
        """Ring, if this append found nobody at work."""
        nobody_works = (appended.was_empty and not appended.is_heard) or appended.is_held_back
        if nobody_works or appended.shard in self._after_error or self._is_stale(appended):
            self._after_error.discard(appended.shard)
            self._ring(appended.shard)

    def _is_stale(self, appended: Appended) -> bool:
        now = self._clock()
        if (
            appended.head_age <= command_log.STALE_HEAD_SECONDS
            or now - self._stale_rung_at < STALE_RINGS_EVERY
        ):
            return False
        self._stale_rung_at = now
        return True


class Writer:
    """Takes commands from consumers in order and appends them in batches."""

    def __init__(self, append: Append = command_log.append_async, doorbell: Doorbell | None = None) -> None:
        self._append = append
        self._doorbell = doorbell or Doorbell()
        self._handed: deque[Handed] = deque()
        self._task: asyncio.Task[None] | None = None

    def hand(self, commands: Sequence[Command]) -> "asyncio.Future[Answer]":
        """Queue commands of one aggregate, to be appended together; the answer comes when they are."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._handed.append(Handed(command_log.shard_of(commands[0].aggregate), commands, answer))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="writer")
        return answer

    async def _run(self) -> None:
        while self._handed:
            writes = [self._write(shard, batch) for shard, batch in self._take().items()]
            await (writes[0] if len(writes) == 1 else asyncio.gather(*writes))

    def _take(self) -> dict[int, list[Handed]]:
        batches: dict[int, list[Handed]] = defaultdict(list)
        room = MOST_AT_ONCE
        while self._handed and len(self._handed[0].commands) <= room:
            handed = self._handed.popleft()
            batches[handed.shard].append(handed)
            room -= len(handed.commands)
        return batches

    async def _write(self, shard: int, batch: list[Handed]) -> None:
        answer: Answer = None
        try:
            commands = [command for handed in batch for command in handed.commands]
            with tracing.span("accept", shard=shard, count=len(commands)):
                appended = await self._append(shard, commands)
            self._doorbell.heard(appended)
            trail.tell((command.id for command in commands), "accepted %d over sockets", len(commands))
        except Refused as refused:
            self._doorbell.failed(shard)
            answer = refused
        except Exception:  # whatever it was, the sockets that wait must hear that nothing is known
            logger.exception("writer: an append failed unexpectedly")
            self._doorbell.failed(shard)
            answer = Refused("log-unavailable")
        for handed in batch:
            if not handed.answer.done():
                handed.answer.set_result(answer)

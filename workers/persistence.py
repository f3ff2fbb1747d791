"""Persistence: the drain's tasks. Every task named after a command is a doorbell; all of them run the same drain.

The name lets Flower show one findable row per HTTP request (arguments shard and command id). A drain works and listens
for at most a second, then rings for itself, so that a solo worker never falls silent to Celery.
"""

import logging
import time
from collections import Counter

from core import command_log, dispatch, held_back, listening
from core.celery import app
from core.contracts import Command
from core.logs import about
from notifications.services import SERVICES as BY_NOTIFICATIONS
from support.commands import SendCanary
from support.doorway import task_of
from support.services import SERVICES
from workers import fanout
from workers.base import TRANSIENT, job
from workers.drain import Batch, drain_batch

logger = logging.getLogger(__name__)
MOST_SECONDS = 1.0


def drain(shard: int, *, listens: bool = False) -> dict[str, int]:
    """Apply what the shard holds; the counts of commands by kind. `listens`: and what comes in the moment after."""
    if not listening.holds_anything(command_log.key(shard), shard):
        return {}  # of doorbells that ring together the first drains what all were for
    counts: Counter[str] = Counter()
    ends = time.monotonic() + MOST_SECONDS
    while True:
        batch = drain_batch(shard, listens=listens)
        if batch is None:
            return dict(counts)
        counts += batch.counts
        # Counted after the lock was released: whoever appends now finds it free.
        if batch.left == 0 and not _hears_more(batch, ends):
            return dict(counts)
        if batch.taken.held_back and not batch.taken.entries:
            if held_back.say(shard):
                dispatch.publish("persistence.drain", shard=shard, countdown=held_back.AGAIN_SECONDS)
            return dict(counts)
        if time.monotonic() > ends:
            dispatch.publish("persistence.drain", shard=shard)
            return dict(counts)


def _hears_more(batch: Batch, ends: float) -> bool:
    """Nobody leaves an empty shard without this: a word that this batch did not say may stand from one before."""
    last = batch.taken.entries[-1].entry_id if batch.listens else ""
    seconds = ends - time.monotonic() if batch.listens else 0.0
    return listening.hears_more(command_log.key(batch.shard), batch.shard, last, seconds)


def _drain_task(shard: int, command_id: str = "-") -> dict[str, int]:
    """Apply what the shard holds. A failure from outside leaves the entries where they are; the sweep repeats."""
    with about(command_id):
        try:
            return drain(shard, listens=True)
        except TRANSIENT as error:
            logger.warning("drain: shard %d is left for the sweep (%s)", shard, error)
            return {}


_COMMANDS: tuple[type[Command], ...] = (*SERVICES, *BY_NOTIFICATIONS)
for _command in _COMMANDS:
    is_shown = _command is not SendCanary  # nobody wants to find those among the tasks of people
    app.task(name=task_of(_command), acks_late=True, send_events=is_shown)(_drain_task)
app.task(name="persistence.drain", acks_late=True)(_drain_task)


@job("persistence.sweep", send_events=False)
def sweep() -> list[int]:
    """Ring for every shard that holds anything: what a lost doorbell left, a killed drain, a database back again.

    Also for reactions, which the same may have left without their ring.
    """
    fanout.sweep()
    waiting = command_log.waiting_shards()
    for shard in waiting:
        dispatch.publish("persistence.drain", shard=shard, expires=10)
    return waiting

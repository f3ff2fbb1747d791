"""Notify: wakes the transports for deliveries that are due. The rows were planned in the drain's own transaction."""

import logging
import uuid
from datetime import UTC, datetime
from typing import Any

from core import dispatch, layer
from core.contracts import Event
from notifications import services
from notifications.transports.registry import TRANSPORTS
from support.frames import mailed_frame
from workers.base import job, reaction

logger = logging.getLogger(__name__)
# One connection and one task for this many mails: two to three times as many a second as one by one.
MOST_AT_ONCE = 50
# What the sweep rings for at once by each transport, and how long its rings are worth something: while a mail server
# hangs, its queue must not grow by more than it can try.
MOST_SWEPT, SWEPT_EXPIRES = 100, 30


@reaction("notify.release")
def release(batch: list[Event]) -> Any:
    """Ring for what the batch's events planned and what is due at once."""
    return _ring(services.planned_by([event.id for event in batch], datetime.now(UTC)))


@reaction("notify.release_due")
def release_due(_batch: list[Event]) -> Any:
    """A support admin let something go: ring for whatever is due."""
    return _ring(services.find_due(datetime.now(UTC)))


@reaction("notify.start_runs")
def start_runs(_batch: list[Event]) -> Any:
    """A support admin wants something done with many deliveries."""
    work_runs()


@job("notify.work_runs")
def work_runs() -> int:
    """The next step of every run that goes on, then ring for what it put back, and for the step after.

    For all of it: the sweep alone would let a thousand leave a hundred at a time, ten seconds apart.
    """
    now = datetime.now(UTC)
    steps = [services.step(run_id, now) for run_id in services.running()]
    if any(step.more for step in steps):
        dispatch.publish("notify.work_runs")
    _tell({ticket for step in steps for ticket in step.tickets})
    due = services.find_replayed(now)
    return _ring(due or services.find_due(now)) if steps else 0


@job("notify.sweep", send_events=False)
def sweep() -> int:
    """Ring for what is due and no task works on; call what was interrupted uncertain; go on with what stopped."""
    now = datetime.now(UTC)
    _tell(services.mark_uncertain(now))
    if services.running():
        dispatch.publish("notify.work_runs", expires=SWEPT_EXPIRES)
    return _ring(services.find_due(now, MOST_SWEPT), expires=SWEPT_EXPIRES)


def _tell(tickets: set[uuid.UUID]) -> None:
    """Open pages hear that what they say of these tickets' mails is not true any more."""
    if tickets:
        layer.send([mailed_frame(tickets)])


def _ring(due: dict[str, list[uuid.UUID]], expires: float | None = None) -> int:
    for transport, ids in due.items():
        if transport not in TRANSPORTS:
            logger.warning("notify: nobody speaks %s any more; %d deliveries wait", transport, len(ids))
            continue
        for start in range(0, len(ids), MOST_AT_ONCE):
            chunk = [str(delivery_id) for delivery_id in ids[start : start + MOST_AT_ONCE]]
            task = TRANSPORTS[transport].task
            dispatch.publish(task, expires=expires, transport=transport, deliveries=chunk)
    return sum(map(len, due.values()))

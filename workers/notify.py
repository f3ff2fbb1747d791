"""Notify: wakes the transports for deliveries that are due. The rows were planned in the drain's own transaction."""

import uuid
from datetime import UTC, datetime
from typing import Any

from core import dispatch
from core.contracts import Event
from notifications import services
from workers.base import job, reaction

# One connection and one task for this many mails: two to three times as many a second as one by one.
MOST_AT_ONCE = 50
# What the sweep rings for at once, and how long its rings are worth something: while a mail server hangs, its queue
# must not grow by more than it can try.
MOST_SWEPT, SWEPT_EXPIRES = 100, 30
# The task that speaks each transport.
TASKS = {"email": "email.deliver", "in_app": "push.deliver"}


@reaction("notify.release")
def release(batch: list[Event]) -> Any:
    """Ring for what the batch's events planned and what is due at once."""
    return _ring(services.planned_by([event.id for event in batch], datetime.now(UTC)))


@job("notify.sweep", send_events=False)
def sweep() -> int:
    """Ring for what is due and no task works on; call what was interrupted uncertain."""
    now = datetime.now(UTC)
    services.mark_uncertain(now)
    return _ring(services.find_due(now, MOST_SWEPT), expires=SWEPT_EXPIRES)


def _ring(due: dict[str, list[uuid.UUID]], expires: float | None = None) -> int:
    for transport, ids in due.items():
        for start in range(0, len(ids), MOST_AT_ONCE):
            chunk = [str(delivery_id) for delivery_id in ids[start : start + MOST_AT_ONCE]]
            dispatch.publish(TASKS[transport], expires=expires, deliveries=chunk)
    return sum(map(len, due.values()))

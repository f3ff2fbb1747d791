"""Notify: wakes the transports for deliveries that are due. The rows were planned in the drain's own transaction."""

from datetime import UTC, datetime
from typing import Any

from core import dispatch
from core.contracts import Event
from notifications import services
from workers.base import job, reaction

# One connection and one task for this many mails: two to three times as many a second as one by one.
MOST_AT_ONCE = 50
MOST_RUNG_FOR = 1000


@reaction("notify.release")
def release(batch: list[Event]) -> Any:
    """The batch planned deliveries: ring for what is due. Which rows those are, the ledger knows."""
    return _ring_for_due()


@job("notify.sweep", send_events=False)
def sweep() -> int:
    """Ring for what is due and no task works on; call what was interrupted uncertain."""
    services.mark_uncertain(datetime.now(UTC))
    return _ring_for_due()


def _ring_for_due() -> int:
    due = services.find_due(datetime.now(UTC), MOST_RUNG_FOR)
    for start in range(0, len(due), MOST_AT_ONCE):
        chunk = [str(delivery_id) for delivery_id in due[start : start + MOST_AT_ONCE]]
        dispatch.publish("email.deliver", deliveries=chunk)
    return len(due)

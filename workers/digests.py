"""Digests: the mails that come by the calendar are planned when their readers' mornings come; email sends them."""

from datetime import UTC, datetime

from core import dispatch
from notifications import services
from workers.base import job

MOST_AT_ONCE = 50


@job("digests.plan", send_events=False)
def plan() -> int:
    """One row per person and period; a ring that gets lost is found by the sweep of deliveries."""
    ids = [str(row_id) for row_id in services.plan_digests(datetime.now(UTC))]
    for start in range(0, len(ids), MOST_AT_ONCE):
        dispatch.publish("email.deliver", deliveries=ids[start : start + MOST_AT_ONCE])
    return len(ids)

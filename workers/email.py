"""E-mail: sends due deliveries. Claimed row by row, so that two tasks with the same ids send each mail once."""

import uuid

from core import dispatch
from notifications import services
from workers.base import job


@job("email.deliver")
def deliver(deliveries: list[str]) -> dict[str, int]:
    """Send these deliveries over one connection; what is left after ten seconds goes to a task of its own."""
    tally = services.deliver("email", [uuid.UUID(delivery_id) for delivery_id in deliveries])
    if tally.more:
        dispatch.publish("email.deliver", deliveries=deliveries)
    return dict(tally.counts)

"""E-mail, and every other transport that waits for somebody else's server: sends due deliveries.

Claimed row by row, so that two tasks with the same ids send each mail once.
"""

import uuid

from core import dispatch, layer
from notifications import services
from notifications.models import EMAIL
from support.frames import mailed_frame
from workers.base import job


@job("email.deliver")
def deliver(deliveries: list[str], transport: str = EMAIL) -> dict[str, int]:
    """Send these deliveries over one connection; what is left after five seconds goes to a task of its own."""
    tally = services.deliver(transport, [uuid.UUID(delivery_id) for delivery_id in deliveries])
    if tally.more:
        dispatch.publish("email.deliver", transport=transport, deliveries=deliveries)
    if tally.tickets:
        layer.send([mailed_frame(tally.tickets)])
    return dict(tally.counts)

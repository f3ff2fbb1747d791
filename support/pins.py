"""Pins: how long an agent who declares themselves online stays so without an open page. Pure.

Called by the faces that offer the choice; the command carries the moment, not the choice.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from support.workflow import Pin

_LENGTHS: Final = {
    Pin.HALF_HOUR: timedelta(minutes=30),
    Pin.HOUR: timedelta(hours=1),
    Pin.FOUR_HOURS: timedelta(hours=4),
}


def pinned_until(pin: str, now: datetime) -> datetime | None:
    """When a pin chosen now runs out; `now` in the agent's own zone, whose midnight ends the day."""
    if not pin:
        return None
    if pin == Pin.DAY:
        return (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (now.astimezone(UTC) + _LENGTHS[Pin(pin)]).astimezone(
        now.tzinfo
    )  # as time passes, not as clocks show it

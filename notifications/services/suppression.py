"""Suppression: an address that refused or sent back a mail gets no more of them until a support admin says so.

Called by the settling of a delivery, by tracking, and by the command that lifts one. Somebody may still ask for a
mail themselves (a reset, their transcript): what is asked for is tried.
"""

from datetime import datetime

from notifications.models import Delivery, SuppressedFor, Suppression


def suppress(
    address: str, reason: SuppressedFor, now: datetime, *, cause: str = "", delivery: Delivery | None = None
) -> bool:
    """No more mail to this address; False when that was so already."""
    values = {"reason": reason, "cause": cause[:500], "delivery": delivery, "since": now}
    return Suppression.objects.get_or_create(address=address.lower(), defaults=values)[1]


def lift(address: str) -> bool:
    """Mail to this address again; False when nothing kept it away."""
    return Suppression.objects.filter(address=address.lower()).delete()[0] > 0

"""What the desk shows of the agent's own presence: what they declared, what follows, why, and until when.

Called by support.views.desk_page. Reads the agent's row and their lease; without Valkey the row is all it says.
"""

from typing import Any, Final

import redis
from django.utils.timezone import now as current
from django.utils.translation import gettext_lazy as _

from core.models import User
from support import presence, reasons
from support.availability import Reason
from support.models import SupportUserStatus
from support.presence import Lease
from support.workflow import Availability, Pin

AVAILABILITY_WORDS: Final = {
    Availability.ONLINE: _("You’re online. New chats come to you."),
    Availability.AWAY: _("You’re away. New chats go to others."),
    Availability.OFFLINE: _("You’re offline. Nobody is sent to you."),
}


def own_presence(user: User) -> dict[str, Any]:
    """For templates/support/desk/presence.html and evidence.html."""
    row: SupportUserStatus | None = getattr(user, "support_status", None)
    now = current()
    until = row.pinned_until if row and row.reason == Reason.PINNED else None
    availability = Availability(row.availability if row else Availability.OFFLINE)
    return {
        "declared": row.declared if row else Availability.OFFLINE.value,
        "declared_words": AVAILABILITY_WORDS[availability],
        "own_availability": availability.value,
        "own_availability_label": availability.label,
        "availabilities": Availability.choices,
        "pins": Pin.choices,
        "pinned_until_words": reasons.pin_words(until, now) if until else "",
        "presence_reason": row.reason if row else "",
        "presence_reason_words": reasons.reason_words(row, _lease(user), now),
        "presence_is_coming": row is not None and row.wanted_since is not None,
    }


def _lease(user: User) -> Lease | None:
    try:
        return presence.leases([user.pk]).get(user.pk)
    except redis.RedisError:
        return None

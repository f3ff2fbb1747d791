"""Freshness: for how long a mail by the calendar is worth its wait. Called by the delivery of a claimed row.

What a support admin sends again, or releases, is late for nobody.
"""

from datetime import datetime, timedelta
from typing import Final

from notifications.models import Delivery, NoticeKind, Preference
from notifications.quiet import quiet_until
from notifications.services.digests import HOURS
from notifications.services.ledger import TRIES_FOR

# This morning's news is none in the afternoon, and the next morning has its own; the week's numbers stay what they are.
_GOOD_FOR: Final = {
    NoticeKind.DIGEST: timedelta(hours=HOURS),
    NoticeKind.UNREAD: timedelta(hours=HOURS),
    NoticeKind.SUMMARY: TRIES_FOR,
}


def is_late(row: Delivery, wishes: Preference | None, now: datetime) -> bool:
    """A mail by the calendar that could not leave for so long, its reader's quiet hours not counted."""
    if row.recipient is None or row.replayed_at or row.released:
        return False
    begun = row.created_at
    if wishes:
        begun = quiet_until(begun, row.recipient.timezone, wishes.quiet_from, wishes.quiet_until) or begun
    return now - begun >= _GOOD_FOR[NoticeKind(row.notice)]

"""Reasons: why an agent is what they are, in a line for the desk: "Offline: no page of yours is open."

Pure. Called by the desk; desk/reason.js says the same while the page is open, keep both in step.
"""

from datetime import datetime, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from support import times
from support.availability import Reason
from support.lengths import length_words
from support.models import SupportUserStatus
from support.presence import LEASE_SECONDS, Lease
from support.workflow import Availability


def reason_words(row: SupportUserStatus | None, lease: Lease | None, now: datetime) -> str:
    """What was declared, what is observed, and which of them decides."""
    if row is None or row.reason == Reason.DECLARED:
        away = row is not None and row.availability == Availability.AWAY
        return _("Away: set by hand.") if away else _("Offline: set by hand.")
    if row.reason == Reason.PINNED and row.pinned_until:
        return _("Online: pinned until {time}.").format(time=pin_words(row.pinned_until, now))
    if row.reason == Reason.GONE:
        return _("Offline: no page of yours is open.")
    return _observed(row, lease, now)


def pin_words(until: datetime, now: datetime) -> str:
    """4:30 pm, in the reader's zone; midnight is the end of the day."""
    here, today = localtime(until), localtime(now)
    midnight = here.time().isoformat() == "00:00:00" and here.date() - today.date() == timedelta(days=1)
    return _("the end of the day") if midnight else times.clock(here)


def _observed(row: SupportUserStatus, lease: Lease | None, now: datetime) -> str:
    if lease is None:
        return _("Waiting to hear from a page of yours.")
    heard = _length(timedelta(seconds=LEASE_SECONDS - lease.left))
    if lease.input_at is None:
        return _("Online: your page was last heard {heard} ago.").format(heard=heard)
    used = _length(now - lease.input_at)
    idle = row.reason == Reason.IDLE
    words = (
        _("Away: no activity for {used}, your page was last heard {heard} ago.")
        if idle
        else _("Online: last activity {used} ago, your page was last heard {heard} ago.")
    )
    return words.format(used=used, heard=heard)


def _length(length: timedelta) -> str:
    """Shorter than two looks of the page at its clock, nobody counts."""
    return _("a moment") if length < timedelta(seconds=10) else length_words(length)

"""Availability: what follows from what an agent declares and what is observed of them. Pure; time is an argument.

`effective` is the one place that decides it: the services store what it says, the presence worker compares with it,
the desk explains it. Called with rows (`SupportUserStatus`) and leases (`support.presence`), never reading either.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.conf import settings

from support.workflow import Availability

IDLE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Declared:
    """What the agent said, and until when they are online without an open page."""

    availability: str = Availability.OFFLINE
    pinned_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """Whether a page of theirs is open, and when a hand last touched one (None: no page has said)."""

    is_present: bool = False
    input_at: datetime | None = None


class Reason(StrEnum):
    """Why somebody is what they are."""

    DECLARED = "declared"
    PINNED = "pinned"
    ACTIVE = "active"
    IDLE = "idle"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Effective:
    """What others may count on, and why."""

    availability: str
    reason: Reason


def effective(declared: Declared, observed: Observed, now: datetime) -> Effective:
    """A manual away or offline always wins; online is pinned, or borne out by an open page that somebody uses."""
    if declared.availability != Availability.ONLINE:
        return Effective(declared.availability, Reason.DECLARED)
    if is_pinned(declared, now):
        return Effective(Availability.ONLINE, Reason.PINNED)
    if not observed.is_present:
        return Effective(Availability.OFFLINE, Reason.GONE)
    if is_idle(observed.input_at, now):
        return Effective(Availability.AWAY, Reason.IDLE)
    return Effective(Availability.ONLINE, Reason.ACTIVE)


def is_pinned(declared: Declared, now: datetime) -> bool:
    """Whether they said that they are online whatever their pages do."""
    return declared.pinned_until is not None and now < declared.pinned_until


def is_idle(input_at: datetime | None, now: datetime) -> bool:
    """Whether nobody has touched any of their pages for ten minutes."""
    return input_at is not None and now - input_at >= IDLE


def public(found: Effective, observed: Observed) -> str:
    """What the public may be told of it: nobody is "away for a moment" who has no page to come back to."""
    gone_home = found.availability == Availability.AWAY and not observed.is_present
    return Availability.OFFLINE.value if gone_home else str(found.availability)


def may_show(wanted: str, since: datetime, observed: Observed, now: datetime) -> bool:
    """Whether the public may see a change: after it has held for the debounce; at once that nobody is there."""
    if wanted == Availability.OFFLINE and not observed.is_present:
        return True
    return now - since >= timedelta(seconds=settings.PRESENCE_DEBOUNCE)

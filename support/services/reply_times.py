"""Reply times: what the first reply took of late, measured from the promises and kept in three rows.

Called by a beat once a minute, so that nobody who writes or reads computes it. Measuring twice writes the same.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from support.hours import Hours, business_hours
from support.models import ReplyPromise, ReplyTime
from support.promises import robust
from support.workflow import Availability, PromiseKind, PromiseOutcome

RECENT = 200
# A later message may be a thank-you that nobody answers; what opens a ticket or a chat is always a question.
FIRST = (PromiseKind.TICKET, PromiseKind.CHAT)
# Older answers say nothing about whoever works here now.
OLDEST = timedelta(days=90)


def measure(now: datetime) -> None:
    """The recent past of each availability, as three of four people met it."""
    hours = business_hours()
    for availability in Availability.values:
        figure = robust(_lengths(availability, now, hours))
        ReplyTime.objects.update_or_create(
            availability=availability,
            defaults={"seconds": figure.seconds, "sample": figure.sample, "measured_at": now},
        )


def _lengths(availability: str, now: datetime, hours: Hours) -> list[int]:
    """Those who still wait count as soon as they wait too long: leaving them out would flatter."""
    settled = Q(replied_at__isnull=False) | Q(outcome=PromiseOutcome.OPEN, due_at__lt=now)
    firsts = ReplyPromise.objects.filter(kind__in=FIRST, availability=availability)
    recent = firsts.filter(settled, made_at__gt=now - OLDEST)
    pairs = recent.order_by("-made_at").values_list("made_at", "replied_at")[:RECENT]
    return [_length(availability, made, replied or now, hours) for made, replied in pairs]


def _length(availability: str, made: datetime, replied: datetime, hours: Hours) -> int:
    """Offline, time passes only while support is staffed."""
    passed = hours.between(made, replied) if availability == Availability.OFFLINE else replied - made
    return max(0, round(passed.total_seconds()))

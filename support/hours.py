"""Business hours: when support is staffed by its own clock, and time that passes only then. Pure.

Called by `support.promises` and the measurement. Every day of the week opens and closes at the same time, or not at
all; single dates may be closed. The clock is the support's own zone, so days with a change of the clocks come out
right.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.conf import settings
from django.utils.timezone import get_default_timezone

# A calendar that is closed for longer than this is a mistake, and must not be searched for ever.
HORIZON = 400


@dataclass(frozen=True, kw_only=True)
class Hours:
    """`days` are weekdays, Monday 0; `closed` single dates."""

    days: frozenset[int]
    opens: time
    closes: time
    closed: frozenset[date]
    zone: tzinfo

    def shifts(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """From when to when support is open, what is left of today first."""
        first = since.astimezone(self.zone).date()
        for ahead in range(HORIZON):
            day = first + timedelta(days=ahead)
            if day.weekday() not in self.days or day in self.closed:
                continue
            opens = datetime.combine(day, self.opens, self.zone)
            closes = datetime.combine(day, self.closes, self.zone)
            if _utc(closes) > since:
                yield max(_utc(opens), since), _utc(closes)

    def next_opening(self, now: datetime) -> datetime:
        """When support opens; now, while it is open."""
        return next((opens for opens, _ in self.shifts(now)), now)

    def after(self, now: datetime, length: timedelta) -> datetime:
        """When so much staffed time has passed."""
        for opens, closes in self.shifts(now):
            if closes - opens >= length:
                return opens + length
            length -= closes - opens
        return now + length

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much staffed time lies between two moments."""
        passed = timedelta(0)
        for opens, closes in self.shifts(start):
            if opens >= end:
                break
            passed += min(closes, end) - opens
        return passed


def business_hours() -> Hours:
    """As the settings say."""
    return Hours(
        days=frozenset(settings.BUSINESS_DAYS),
        opens=settings.BUSINESS_OPENS,
        closes=settings.BUSINESS_CLOSES,
        closed=frozenset(settings.CLOSED_DATES),
        zone=get_default_timezone(),
    )


def _utc(at: datetime) -> datetime:
    """Differences across a change of the clocks are real only in a zone that has none."""
    return at.astimezone(UTC)

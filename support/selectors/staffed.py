"""Staffed hours: for how long, week by week, the public saw at least one agent online.

Called by the page of reports. One query of the history's public lines; the rest is arithmetic. Weeks begin on Monday in
the support's own zone.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from support.models import AvailabilityRecord
from support.selectors.reports import weeks_until
from support.workflow import Availability

# Nobody stays online for longer without a word: what was said before this is over by the first week.
LOOK_BACK = timedelta(days=7)

Span = tuple[datetime, datetime]
Said = tuple[datetime, uuid.UUID, str]


@dataclass(frozen=True, kw_only=True)
class StaffedWeek:
    """A week and how much of it was staffed."""

    week: date
    staffed: timedelta

    @property
    def hours(self) -> float:
        """To one decimal place."""
        return round(self.staffed / timedelta(hours=1), 1)


def staffed_weeks(now: datetime, weeks: int) -> list[StaffedWeek]:
    """The last so many weeks, this one first, back to the first in which anybody was online."""
    edges = weeks_until(now, weeks)
    lines = AvailabilityRecord.objects.filter(is_public=True, at__gte=edges[0] - LOOK_BACK)
    said = lines.order_by("at", "pk").values_list("at", "user_id", "availability")
    spans = list(staffed_spans(said, now))
    found = [
        StaffedWeek(week=begin.date(), staffed=_within(spans, begin.astimezone(UTC), end.astimezone(UTC)))
        for begin, end in pairwise(edges)
        if spans and end > spans[0][0]
    ]
    return found[::-1]


def staffed_spans(said: Iterable[Said], now: datetime) -> Iterator[Span]:
    """From when until when anybody was online; somebody who still is counts until now."""
    online: set[uuid.UUID] = set()
    since: datetime | None = None
    for at, user_id, availability in said:
        if availability == Availability.ONLINE:
            online.add(user_id)
        else:
            online.discard(user_id)
        if online and since is None:
            since = at
        elif not online and since is not None:
            yield since, at
            since = None
    if since is not None:
        yield since, max(since, now)


def _within(spans: Iterable[Span], begin: datetime, end: datetime) -> timedelta:
    shared = (min(until, end) - max(since, begin) for since, until in spans)
    return sum((length for length in shared if length > timedelta()), timedelta())

"""Promises: how soon support says it will reply, as numbers. Pure; `support.promise_words` says them.

A promise follows from whether support is there, from what first replies took of late (`Figure`, measured by a beat),
and from the clock. Rounded up to an honest word: never sooner than three of four people were answered. With too little
data it is the default of the interface guide, marked as such. Called by the selectors, the pages and the services.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from support.hours import Hours
from support.workflow import Availability

# Replies within 5 minutes online, an hour away, an hour after opening: what the interface guide says.
DEFAULTS: Final[Mapping[str, int]] = {
    Availability.ONLINE: 5 * 60,
    Availability.AWAY: 60 * 60,
    Availability.OFFLINE: 60 * 60,
}
DAY: Final = 24 * 60 * 60
STEPS: Final = (120, 300, 600, 900, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600, DAY)
LEAST_SAMPLE: Final = 20
HALF_HOUR: Final = 1800


@dataclass(frozen=True, slots=True)
class Figure:
    """What the first reply took for three of four, in seconds (offline: of staffed time), out of so many."""

    seconds: int
    sample: int


@dataclass(frozen=True, slots=True)
class Promise:
    """A reply by `due_at`, in words `seconds` from now (offline: the words name the moment)."""

    availability: str
    seconds: int
    due_at: datetime
    is_default: bool


def promise(availability: str, figure: Figure | None, now: datetime, hours: Hours) -> Promise:
    """What is promised now."""
    enough = figure is not None and figure.sample >= LEAST_SAMPLE
    measured = figure.seconds if figure and enough else DEFAULTS[availability]
    if availability == Availability.OFFLINE:
        due = half_hour_up(hours.after(now, timedelta(seconds=measured)))
    else:
        due = (now.astimezone(UTC) + timedelta(seconds=honest(measured))).astimezone(now.tzinfo)
    seconds = (due.astimezone(UTC) - now.astimezone(UTC)).total_seconds()
    return Promise(availability, round(seconds), due, not enough)


def honest(seconds: int) -> int:
    """Rounded up to what people say: 2, 5, 10, 15, 30 minutes; 1, 2, 4, 8 hours; whole days."""
    return next((step for step in STEPS if seconds <= step), -(-seconds // DAY) * DAY)


def half_hour_up(at: datetime) -> datetime:
    """The next full or half hour."""
    seconds = at.timestamp()
    return datetime.fromtimestamp(-(-seconds // HALF_HOUR) * HALF_HOUR, UTC)


def robust(lengths: list[int]) -> Figure:
    """The 75th percentile: one forgotten ticket does not move it, one quick answer does not either."""
    ordered = sorted(lengths)
    place = -(-3 * len(ordered) // 4) - 1
    return Figure(ordered[place] if ordered else 0, len(ordered))

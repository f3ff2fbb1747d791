"""Bars: how each part was in each of the last 24 hours and 90 days, by the clock of the active time zone. Pure.

A day of which less than half was checked is unknown, unless something was found: what nobody looked at did not work.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from support.uptime.parts import PARTS, UNKNOWN, WORKS, Check, worst

HOURS: Final = 24
DAYS: Final = 90
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Bar:
    """An hour or a day, and how it was."""

    begins: datetime
    state: str


def hours(checks: Sequence[Check], now: datetime, zone: tzinfo) -> dict[str, list[Bar]]:
    """By part, the oldest first; the last is the hour that it is."""
    here = now.astimezone(zone)
    last = (
        here - timedelta(minutes=here.minute, seconds=here.second, microseconds=here.microsecond)
    ).astimezone(UTC)
    first = last - (HOURS - 1) * _HOUR
    begins = [first + place * _HOUR for place in range(HOURS)]
    found = _collected(checks, lambda at: (at - first) // _HOUR)
    return {
        part: [
            Bar(at.astimezone(zone), worst(check.parts[part] for check in found[place]))
            for place, at in enumerate(begins)
        ]
        for part in PARTS
    }


def days(checks: Sequence[Check], now: datetime, zone: tzinfo) -> dict[str, list[Bar]]:
    """By part, the oldest first; the last is today."""
    today = now.astimezone(zone).date()
    found = _collected(checks, lambda at: DAYS - 1 - (today - at.astimezone(zone).date()).days)
    begins = [
        datetime.combine(today - timedelta(days=DAYS - 1 - place), datetime.min.time(), zone)
        for place in range(DAYS)
    ]
    ends = [*begins[1:], now]
    known = checks[0].at if checks else now
    lengths = [max(end - max(begin, known), timedelta()) for begin, end in zip(begins, ends, strict=True)]
    return {
        part: [Bar(at, _day(found[place], part, at, lengths[place])) for place, at in enumerate(begins)]
        for part in PARTS
    }


def _collected(checks: Iterable[Check], place_of: Callable[[datetime], int]) -> dict[int, list[Check]]:
    found = defaultdict(list)
    for check in checks:
        found[place_of(check.at)].append(check)
    return found


def _day(checks: Sequence[Check], part: str, begins: datetime, length: timedelta) -> str:
    state = worst(check.parts[part] for check in checks)
    if state != WORKS:
        return state
    looked = {(check.at - begins) // _HOUR for check in checks if check.parts[part] == WORKS}
    return state if 2 * len(looked) >= length // _HOUR else UNKNOWN

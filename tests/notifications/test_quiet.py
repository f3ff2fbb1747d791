"""Quiet hours: on the person's own clock, over midnight, over the change of the clocks."""

from datetime import UTC, datetime, time

import pytest

from notifications.quiet import quiet_until

MELBOURNE, BERLIN = "Australia/Melbourne", "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "start", "end", "until"),
    [
        # Melbourne is 11 hours ahead in March.
        ("2026-03-10 10:59", MELBOURNE, "22:00", "06:30", None),
        ("2026-03-10 11:00", MELBOURNE, "22:00", "06:30", "2026-03-10 19:30"),
        ("2026-03-10 19:29", MELBOURNE, "22:00", "06:30", "2026-03-10 19:30"),
        ("2026-03-10 19:30", MELBOURNE, "22:00", "06:30", None),
        # Within one day.
        ("2026-03-10 01:59", MELBOURNE, "13:00", "14:00", None),
        ("2026-03-10 02:00", MELBOURNE, "13:00", "14:00", "2026-03-10 03:00"),
        ("2026-03-10 03:00", MELBOURNE, "13:00", "14:00", None),
        # The same moment is night in one place and noon in another.
        ("2026-03-10 23:00", BERLIN, "22:00", "06:00", "2026-03-11 05:00"),
        ("2026-03-10 23:00", MELBOURNE, "22:00", "06:00", None),
        # The night in which clocks go forward is an hour shorter, the one in which they go back an hour longer.
        ("2026-03-28 22:00", BERLIN, "22:00", "06:00", "2026-03-29 04:00"),
        ("2026-10-24 21:00", BERLIN, "22:00", "06:00", "2026-10-25 05:00"),
        # An end that the change of the clocks skips.
        ("2026-03-28 22:00", BERLIN, "22:00", "02:30", "2026-03-29 01:30"),
    ],
)
def test_until_when_somebody_is_left_alone(
    now: str, zone: str, start: str, end: str, until: str | None
) -> None:
    found = quiet_until(at(now), zone, time.fromisoformat(start), time.fromisoformat(end))

    assert (found and found.astimezone(UTC)) == (until and at(until))


@pytest.mark.parametrize(("start", "end"), [(None, None), (time(22), None), (time(22), time(22))])
def test_without_both_ends_there_are_none(start: time | None, end: time | None) -> None:
    assert quiet_until(at("2026-03-10 12:00"), MELBOURNE, start, end) is None

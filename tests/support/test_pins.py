"""Pins end by the agent's own clock, also across a change of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from support.pins import pinned_until


@pytest.mark.parametrize(
    ("pin", "until"),
    [
        ("", None),
        ("30m", "2026-10-03T22:24:00+10:00"),
        ("1h", "2026-10-03T22:54:00+10:00"),
        ("4h", "2026-10-04T01:54:00+10:00"),
        ("day", "2026-10-04T00:00:00+10:00"),
    ],
)
def test_a_pin_runs_out_by_the_agents_own_clock(pin: str, until: str | None) -> None:
    evening = datetime(2026, 10, 3, 21, 54, tzinfo=ZoneInfo("Australia/Melbourne"))
    found = pinned_until(pin, evening)
    assert found == (datetime.fromisoformat(until) if until else None)


def test_four_hours_are_four_hours_in_the_night_that_the_clocks_change() -> None:
    before = datetime(2026, 10, 3, 23, 0, tzinfo=ZoneInfo("Australia/Melbourne"))
    found = pinned_until("4h", before)
    assert found
    assert (found.astimezone(UTC) - before.astimezone(UTC), found.hour) == (timedelta(hours=4), 4)

"""Hours and days by the reader's clock: how each part was, and grey where nobody looked."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from support.uptime import bars
from support.uptime.parts import Check
from tests.support.uptime.runs import check

NOW = datetime(2026, 3, 10, 0, 24, tzinfo=UTC)
MELBOURNE, ADELAIDE, BERLIN = (
    ZoneInfo(name) for name in ("Australia/Melbourne", "Australia/Adelaide", "Europe/Berlin")
)


def hourly(first: datetime, hours: int) -> list[Check]:
    """What is left of old runs: one that passed in each hour."""
    return [check(first + timedelta(hours=hour, minutes=2)) for hour in range(hours)]


@pytest.mark.parametrize(("zone", "begins"), [(MELBOURNE, "11:00"), (ADELAIDE, "10:00"), (BERLIN, "01:00")])
def test_hours_begin_by_the_readers_clock(zone: ZoneInfo, begins: str) -> None:
    row = bars.hours([], NOW, zone)["chat"]
    assert len(row) == 24
    assert f"{row[-1].begins:%H:%M}" == begins
    assert {bar.state for bar in row} == {"unknown"}


def test_an_hour_is_as_bad_as_its_worst_run() -> None:
    here = NOW.replace(minute=0)
    checks = [
        check(here - timedelta(hours=2), "mail"),
        check(here - timedelta(hours=2, minutes=-5)),
        check(here),
    ]
    found = bars.hours(checks, NOW, MELBOURNE)

    assert [bar.state for bar in found["email"][-3:]] == ["delayed", "unknown", "works"]
    assert [bar.state for bar in found["tickets"][-3:]] == ["works", "unknown", "works"]
    assert Counter(bar.state for bar in found["email"]) == {"unknown": 22, "delayed": 1, "works": 1}


@pytest.mark.parametrize("zone", [MELBOURNE, ADELAIDE, BERLIN])
def test_a_run_belongs_to_the_day_on_which_its_reader_was(zone: ZoneInfo) -> None:
    midnight = datetime(2026, 3, 10, tzinfo=zone).astimezone(UTC)
    checks = [check(midnight - timedelta(minutes=1), "store"), check(midnight)]
    row = bars.days(checks, midnight + timedelta(hours=1), zone)["tickets"]

    assert len(row) == 90
    assert [(bar.begins.day, bar.state) for bar in row[-2:]] == [(9, "delayed"), (10, "works")]


def test_ninety_days_of_one_passed_run_an_hour_are_well_across_the_change_of_clocks() -> None:
    now = datetime(2026, 4, 20, 2, 30, tzinfo=UTC)  # summer time ends in Melbourne on 5 April
    first = now - timedelta(days=91)
    for zone in (MELBOURNE, ADELAIDE):
        row = bars.days(hourly(first.replace(minute=0), 91 * 24), now, zone)["chat"]
        assert Counter(bar.state for bar in row) == {"works": 90}
        assert (row[0].begins.day, row[-1].begins.day) == (21, 20)


def test_a_day_of_which_most_was_not_checked_is_not_said_to_have_worked() -> None:
    yesterday = datetime(2026, 3, 9, tzinfo=MELBOURNE).astimezone(UTC)
    before = [check(yesterday - timedelta(days=3))]
    for hours, state in ((11, "unknown"), (12, "works")):
        row = bars.days([*before, *hourly(yesterday, hours)], NOW, MELBOURNE)["tickets"]
        assert row[-2].state == state
    found = bars.days([*before, check(yesterday, "store")], NOW, MELBOURNE)["tickets"]
    assert found[-2].state == "delayed"


def test_on_its_first_day_an_installation_is_judged_from_its_first_run() -> None:
    row = bars.days([check(NOW - timedelta(minutes=10))], NOW, MELBOURNE)["tickets"]
    assert [bar.state for bar in row[-2:]] == ["unknown", "works"]

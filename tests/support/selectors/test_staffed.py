"""Staffed hours: as the public saw it, agents side by side counted once, cut at the support's own Monday."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from core.models import User
from support import selectors
from support.models import AvailabilityRecord
from support.selectors.staffed import StaffedWeek

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)  # Wednesday evening in Melbourne
HOUR = timedelta(hours=1)


def said(user: User, at: datetime, availability: str, *, is_public: bool = True) -> None:
    AvailabilityRecord.objects.create(
        user=user, at=at, availability=availability, declared=availability, is_public=is_public
    )


def week(day: int, hours: float) -> StaffedWeek:
    return StaffedWeek(week=date(2026, 3, day), staffed=hours * HOUR)


def test_two_agents_at_once_are_one_staffed_hour_and_who_is_still_online_counts_until_now(
    ben: User, chen: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monday = datetime(2026, 3, 9, 0, 0, tzinfo=UTC)
    said(ben, monday, "online")
    said(chen, monday + HOUR, "online")
    said(ben, monday + 2 * HOUR, "away")
    said(chen, monday + 3 * HOUR, "offline")
    said(chen, monday + 5 * HOUR, "online", is_public=False)
    said(ben, NOW - HOUR / 2, "online")

    with django_assert_num_queries(1):
        found = selectors.staffed_weeks(NOW, 2)

    assert found == [week(9, 3.5)]
    assert found[0].hours == 3.5


def test_a_night_shift_is_cut_at_midnight_of_the_supports_own_zone(ben: User) -> None:
    said(ben, datetime(2026, 3, 8, 12, 0, tzinfo=UTC), "online")  # 11 pm on Sunday
    said(ben, datetime(2026, 3, 8, 15, 0, tzinfo=UTC), "offline")

    assert selectors.staffed_weeks(NOW, 2) == [week(9, 2), week(2, 1)]


def test_the_week_that_the_clocks_go_back_has_an_hour_more(ben: User) -> None:
    said(ben, datetime(2026, 3, 29, tzinfo=UTC), "online")

    found = selectors.staffed_weeks(datetime(2026, 4, 8, tzinfo=UTC), 2)

    assert found[1] == StaffedWeek(week=date(2026, 3, 30), staffed=169 * HOUR)


def test_a_week_of_nobody_is_a_zero_once_the_history_has_begun(ben: User) -> None:
    said(ben, datetime(2026, 2, 24, 0, 0, tzinfo=UTC), "online")
    said(ben, datetime(2026, 2, 24, 1, 0, tzinfo=UTC), "offline")

    assert [line.hours for line in selectors.staffed_weeks(NOW, 12)] == [0, 0, 1]


def test_nobody_ever_online_is_no_table_of_zeros(ben: User) -> None:
    said(ben, NOW - HOUR, "away")

    assert selectors.staffed_weeks(NOW, 12) == []

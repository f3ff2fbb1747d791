"""Times in words."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from support import times

MELBOURNE = ZoneInfo("Australia/Melbourne")
NOW = datetime(2026, 3, 10, 10, 24, tzinfo=MELBOURNE)  # a Tuesday
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (0, 5, "12:05 am"),
        (10, 24, "10:24 am"),
        (12, 0, "12:00 pm"),
        (15, 41, "3:41 pm"),
        (23, 59, "11:59 pm"),
    ],
)
def test_a_clock_time_is_said_as_people_say_it(hour: int, minute: int, words: str) -> None:
    assert times.clock(NOW.replace(hour=hour, minute=minute)) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 3, 10), "Today"),
        (date(2026, 3, 9), "Yesterday"),
        (date(2026, 3, 8), "Sunday 8 March"),
        (date(2025, 12, 31), "Wednesday 31 December 2025"),
    ],
)
def test_a_day_separator_says_today_yesterday_or_the_date(day: date, words: str) -> None:
    assert times.day_words(day, TODAY) == words


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(minutes=3), "10:21 am"),
        (timedelta(hours=11), "Yesterday"),
        (timedelta(days=2), "Sun"),
        (timedelta(days=6), "Wed"),
        (timedelta(days=7), "3 Mar"),
        (timedelta(days=90), "10 Dec 2025"),
    ],
)
def test_a_row_says_as_little_as_it_can(ago: timedelta, words: str) -> None:
    assert times.row_words(NOW - ago, NOW) == words


def test_inside_a_sentence_today_is_not_capitalised() -> None:
    assert times.moment_words(NOW, NOW) == "today at 10:24 am"
    assert times.moment_words(NOW - timedelta(days=3), NOW) == "Saturday 7 March at 10:24 am"


def test_a_line_of_history_carries_day_and_time() -> None:
    assert times.stamp_words(NOW, NOW) == "Today, 10:24 am"
    assert times.stamp_words(NOW - timedelta(days=3), NOW) == "Sat 7 March, 10:24 am"


@pytest.mark.parametrize(
    ("hour", "words"),
    [(0, "Good morning"), (11, "Good morning"), (12, "Good afternoon"), (18, "Good evening")],
)
def test_a_greeting_fits_the_hour(hour: int, words: str) -> None:
    assert times.greeting(NOW.replace(hour=hour)) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "10:24 am AEDT today"),
        (1, "10:24 am AEDT tomorrow"),
        (2, "10:24 am AEDT on Thursday"),
        (6, "10:24 am AEDT on Monday"),
        (7, "10:24 am AEDT on Tuesday 17 March"),
    ],
)
def test_a_moment_to_come_names_its_zone_and_day(days: int, words: str) -> None:
    assert times.by_words(NOW + timedelta(days=days), NOW) == words

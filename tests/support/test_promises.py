"""What is promised: rounded up honestly, by support's hours, in the reader's zone; a default until there is data."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.hours import Hours
from support.promise_words import sentence
from support.promises import DEFAULTS, Figure, honest, promise, robust

MELBOURNE, PERTH = ZoneInfo("Australia/Melbourne"), ZoneInfo("Australia/Perth")
HOURS = Hours(
    days=frozenset(range(5)),
    opens=time(9),
    closes=time(17),
    closed=frozenset({date(2026, 3, 9)}),
    zone=MELBOURNE,
)
TUESDAY_EVENING = datetime(2026, 3, 10, 20, 24, tzinfo=MELBOURNE)


def said(availability: str, figure: Figure | None = None, now: datetime = TUESDAY_EVENING) -> str:
    return sentence(promise(availability, figure, now, HOURS), now)


def test_without_data_the_words_are_those_of_the_interface_guide() -> None:
    assert said("online") == "Usually replies in about 5 minutes."
    assert said("away") == "We’ll reply here or by email, usually within 1 hour."
    assert said("offline") == "We’ll reply by email, usually by 10:00 am AEDT tomorrow."
    assert all(promise(availability, None, TUESDAY_EVENING, HOURS).is_default for availability in DEFAULTS)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "Usually replies in about 2 minutes."),
        (120, "Usually replies in about 2 minutes."),
        (121, "Usually replies in about 5 minutes."),
        (301, "Usually replies in about 10 minutes."),
        (1800, "Usually replies in about 30 minutes."),
        (1801, "Usually replies within 1 hour."),
        (3601, "Usually replies within 2 hours."),
        (8 * 3600 + 1, "Usually replies within 1 day."),
        (24 * 3600 + 1, "Usually replies within 2 days."),
    ],
)
def test_what_was_measured_is_rounded_up(seconds: int, words: str) -> None:
    assert said("online", Figure(seconds, 20)) == words
    assert promise("online", Figure(seconds, 20), TUESDAY_EVENING, HOURS).is_default is False


def test_nineteen_answers_are_too_few() -> None:
    assert said("online", Figure(30, 19)) == "Usually replies in about 5 minutes."


@pytest.mark.parametrize(
    ("local", "words"),
    [
        ("2026-03-10T08:00", "10:00 am AEDT today"),
        ("2026-03-10T09:10", "10:30 am AEDT today"),
        ("2026-03-10T16:50", "10:00 am AEDT tomorrow"),
        ("2026-03-10T17:00", "10:00 am AEDT tomorrow"),
        ("2026-03-13T18:00", "10:00 am AEDT on Monday"),
        ("2026-03-06T18:00", "10:00 am AEDT on Tuesday"),  # Monday the 9th is closed
        ("2026-04-03T18:00", "10:00 am AEST on Monday"),  # the clocks change on Sunday
    ],
)
def test_offline_counts_from_the_next_opening(local: str, words: str) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=MELBOURNE)
    assert said("offline", now=now) == f"We’ll reply by email, usually by {words}."


def test_the_moment_is_true_for_the_reader_wherever_they_are() -> None:
    now = TUESDAY_EVENING.astimezone(PERTH)
    assert said("offline", now=now) == "We’ll reply by email, usually by 7:00 am AWST tomorrow."
    london = TUESDAY_EVENING.astimezone(ZoneInfo("Europe/London"))
    assert said("offline", now=london) == "We’ll reply by email, usually by 11:00 pm GMT today."


def test_three_of_four_people_were_answered_by_then() -> None:
    assert robust([]) == Figure(0, 0)
    assert robust([7]) == Figure(7, 1)
    assert robust([60, 10, 30, 99_999]) == Figure(60, 4)


@given(st.integers(0, 10**6))
def test_no_promise_is_sooner_than_what_was_measured(seconds: int) -> None:
    assert seconds <= honest(seconds) <= max(120, seconds * 3, seconds + 86400)


moments = st.timedeltas(timedelta(0), timedelta(days=400)).map(
    lambda ago: datetime(2026, 1, 1, tzinfo=UTC) + ago
)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=5)))
def test_staffed_time_that_passes_is_the_time_that_has_passed(now: datetime, length: timedelta) -> None:
    end = HOURS.after(now, length)
    assert end >= now
    assert HOURS.between(now, end) == length


@given(moments)
def test_an_opening_is_never_in_the_past_and_always_in_hours(now: datetime) -> None:
    opens = HOURS.next_opening(now)
    local = opens.astimezone(MELBOURNE)
    assert opens >= now
    assert local.weekday() < 5
    assert time(9) <= local.time() < time(17)

"""What follows from declared and observed: every combination, and what holds for all of them."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.availability import Declared, Effective, Observed, effective, may_show, public

NOW = datetime(2026, 3, 10, 10, 24, tzinfo=UTC)
AGO = {"none": None, "fresh": NOW - timedelta(minutes=9, seconds=59), "idle": NOW - timedelta(minutes=10)}
PINS = {"none": None, "holds": NOW + timedelta(seconds=1), "over": NOW}
# declared, pin, present, input -> effective, reason. What is left out of the table is what it says for anything.
ONLINE = {
    ("holds", True, "none"): ("online", "pinned"),
    ("holds", True, "fresh"): ("online", "pinned"),
    ("holds", True, "idle"): ("online", "pinned"),
    ("holds", False, "none"): ("online", "pinned"),
    ("holds", False, "fresh"): ("online", "pinned"),
    ("holds", False, "idle"): ("online", "pinned"),
    **{
        (pin, present, touched): answer
        for pin in ("none", "over")
        for (present, touched), answer in {
            (True, "none"): ("online", "active"),
            (True, "fresh"): ("online", "active"),
            (True, "idle"): ("away", "idle"),
            (False, "none"): ("offline", "gone"),
            (False, "fresh"): ("offline", "gone"),
            (False, "idle"): ("offline", "gone"),
        }.items()
    },
}
EVERYTHING = list(product(("online", "away", "offline"), PINS, (True, False), AGO))


@pytest.mark.parametrize(("declared", "pin", "present", "touched"), EVERYTHING)
def test_every_combination(declared: str, pin: str, present: bool, touched: str) -> None:
    found = effective(Declared(declared, PINS[pin]), Observed(present, AGO[touched]), NOW)
    expected = ONLINE[pin, present, touched] if declared == "online" else (declared, "declared")
    assert (found.availability, found.reason) == expected


moments = st.timedeltas(timedelta(days=-1), timedelta(days=1)).map(lambda ago: NOW + ago)
declarations = st.builds(Declared, st.sampled_from(["online", "away", "offline"]), st.none() | moments)
observations = st.builds(Observed, st.booleans(), st.none() | moments)


@given(declarations, observations, moments)
def test_nobody_is_more_there_than_they_said_and_nobody_is_online_without_a_page_or_a_pin(
    declared: Declared, observed: Observed, now: datetime
) -> None:
    found = effective(declared, observed, now)
    rank = {"offline": 0, "away": 1, "online": 2}
    assert rank[found.availability] <= rank[declared.availability]
    if declared.availability != "online":
        assert found.availability == declared.availability
    if found.availability == "online":
        pinned = declared.pinned_until is not None and now < declared.pinned_until
        assert observed.is_present or pinned
    assert public(found, observed) in {found.availability, "offline"}
    assert public(found, observed) != "away" or observed.is_present


@given(declarations, observations, moments, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_left_alone_it_only_ever_sinks(
    declared: Declared, observed: Observed, now: datetime, later: timedelta
) -> None:
    rank = {"offline": 0, "away": 1, "online": 2}
    before, after = effective(declared, observed, now), effective(declared, observed, now + later)
    assert rank[after.availability] <= rank[before.availability]


@given(declarations, observations, moments)
def test_the_same_question_has_one_answer_in_any_zone(
    declared: Declared, observed: Observed, now: datetime
) -> None:
    elsewhere = now.astimezone(ZoneInfo("Australia/Perth"))
    assert effective(declared, observed, elsewhere) == effective(declared, observed, now)


@pytest.mark.parametrize(
    ("wanted", "present", "seconds", "shown"),
    [
        ("online", True, 14.9, False),
        ("online", True, 15, True),
        ("away", True, 14.9, False),
        ("away", True, 15, True),
        ("offline", True, 14.9, False),
        ("offline", True, 15, True),
        ("offline", False, 0, True),
        ("online", False, 0, False),
    ],
)
def test_the_public_sees_a_change_after_the_debounce_and_at_once_that_nobody_is_there(
    wanted: str, present: bool, seconds: float, shown: bool, settings: object
) -> None:
    settings.PRESENCE_DEBOUNCE = 15  # type: ignore[attr-defined]
    now = NOW + timedelta(seconds=seconds)
    assert may_show(wanted, NOW, Observed(present), now) is shown


def test_away_without_a_page_is_offline_to_the_public_and_away_to_colleagues() -> None:
    found = effective(Declared("away"), Observed(is_present=False), NOW)
    assert (found.availability, public(found, Observed(is_present=False))) == ("away", "offline")
    assert isinstance(found, Effective)

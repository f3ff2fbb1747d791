"""The goals: what reaches one, what reaches its stretch, and that nothing is reached by not being measured."""

import pytest

from tests.benchmarks.book import FLOOR, INLINE, P50, PRODUCT, RATE, Book, quantity
from tests.benchmarks.goals import GOALS, HOP, IDLE, ROOMS_1, ROOMS_50, Goal, Verdict, table

AT_MOST = Goal(words="time", what="time", other=INLINE, reach=3, stretch=1.8)
AT_LEAST = Goal(words="speed", what="speed", other=INLINE, reach=2.5, stretch=5, more=True)
WITHOUT_STRETCH = Goal(words="cost", what="cost", other=INLINE, reach=1.1)


@pytest.mark.parametrize(
    ("goal", "value", "words"),
    [
        (AT_MOST, 3.01, "**not reached**"),
        (AT_MOST, 3.0, "reached"),
        (AT_MOST, 1.8, "reached, stretch too"),
        (AT_LEAST, 2.49, "**not reached**"),
        (AT_LEAST, 2.5, "reached"),
        (AT_LEAST, 5.0, "reached, stretch too"),
        (WITHOUT_STRETCH, 1.1, "reached"),
        (WITHOUT_STRETCH, 0.1, "reached"),
        (AT_MOST, None, "not measured"),
        (AT_LEAST, None, "not measured"),
    ],
)
def test_a_verdict_follows_from_the_value(goal: Goal, value: float | None, words: str) -> None:
    assert Verdict(goal, value).words == words


def test_a_row_says_the_marks_and_the_value() -> None:
    assert Verdict(AT_LEAST, 2.0).row() == "| speed | ≥ 2.5 | ≥ 5 | 2.00 | **not reached** |"
    assert Verdict(WITHOUT_STRETCH, None).row() == "| cost | ≤ 1.1 |  | – | not measured |"


def test_goals_take_their_values_from_the_book() -> None:
    book = Book()
    book.note(quantity(ROOMS_50, RATE), PRODUCT, 1500)
    book.note(quantity(ROOMS_50, RATE), INLINE, 500)
    book.note(quantity(ROOMS_1, P50), PRODUCT, 6.0)
    book.note(HOP, FLOOR, 2.0)
    book.note(IDLE, PRODUCT, 48.0)
    values = {goal.words: goal.value(book) for goal in GOALS if goal.value(book) is not None}
    assert values == {
        "throughput, 50 rooms / inline": 3.0,
        "RTT p50, 1 room / physical floor (echo + fsynced append + commit + publish)": 3.0,
        "memory per idle socket, KB": 48.0,
    }


def test_every_goal_has_a_row_whatever_was_measured() -> None:
    rows = table(Book())[2:]
    assert len(rows) == len(GOALS) == 22
    assert all(row.endswith("| – | not measured |") for row in rows)

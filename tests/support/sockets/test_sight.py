"""Sight: what counts as seen is the word of somebody else's page, and only where the page's own pause is not in it."""

import time
import uuid
from collections.abc import Callable

import pytest

from core import measured, measures
from support.sockets.sight import Sight

AMIRA, BEN = uuid.uuid4(), uuid.uuid4()


class Page:
    """Amira's page, at a moment that the test sets."""

    def __init__(self) -> None:
        self.now = 100.0
        self.sight = Sight(lambda: self.now)

    def hears(self, sequence: int, *, by: uuid.UUID = BEN, ago: float = 0.0, staff: bool = False) -> None:
        said = [time.time() - ago, sequence, sequence + 40, str(by)]
        self.sight.forwarded(said, str(AMIRA), staff=staff)


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def seen() -> Callable[[], int]:
    def count() -> int:
        measures.tally().write()
        return measured.since_the_beginning()[measures.SEEN].count

    return count


def test_the_time_is_that_from_acceptance_to_the_pages_word(page: Page, seen: Callable[[], int]) -> None:
    page.hears(1, ago=3.0)
    page.sight.reached(1)

    assert seen() == 1
    assert measured.since_the_beginning()[measures.SEEN].seconds == pytest.approx(3.0, abs=1.0)


def test_staff_count_in_their_own_stream(page: Page, seen: Callable[[], int]) -> None:
    page.hears(1, staff=True)
    page.sight.reached(40)
    assert seen() == 0
    page.sight.reached(41)

    assert seen() == 1


def test_the_authors_own_page_has_nothing_to_say(page: Page, seen: Callable[[], int]) -> None:
    page.hears(1, by=AMIRA)
    page.sight.reached(1)

    assert seen() == 0


def test_a_note_is_not_awaited_from_a_requester(page: Page, seen: Callable[[], int]) -> None:
    page.hears(0)
    page.sight.reached(7)

    assert seen() == 0


def test_one_word_for_many_counts_the_first(page: Page, seen: Callable[[], int]) -> None:
    page.hears(1)
    page.hears(2)
    page.sight.reached(2)

    assert seen() == 1


@pytest.mark.parametrize(("silence", "counted"), [(1.0, 1), (1.3, 2)])
def test_what_waits_for_the_pages_pause_is_not_timed(
    page: Page, seen: Callable[[], int], silence: float, counted: int
) -> None:
    page.hears(1)
    page.sight.reached(1)
    page.now += silence
    page.hears(2)
    page.sight.reached(2)

    assert seen() == counted


def test_having_read_is_within_the_same_pause(page: Page, seen: Callable[[], int]) -> None:
    page.sight.spoke()
    page.hears(1)
    page.sight.reached(1)

    assert seen() == 0


def test_what_is_announced_again_is_known(page: Page, seen: Callable[[], int]) -> None:
    page.hears(2)
    page.sight.reached(2)
    page.now += 60
    page.hears(2, ago=60.0)
    page.sight.reached(3)

    assert seen() == 1


def test_a_page_that_sleeps_is_not_counted_and_the_next_message_is_awaited(
    page: Page, seen: Callable[[], int]
) -> None:
    page.hears(1)
    page.now += 11
    page.sight.reached(1)
    assert seen() == 0
    page.now += 2
    page.hears(2)
    page.now += 11
    page.hears(3)
    page.sight.reached(3)

    assert seen() == 1

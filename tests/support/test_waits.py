"""What waiting usually takes, and a place in the queue in words."""

import pytest

from support.models.sessions import Place
from support.waits import place_words, queue_words, usual_wait


@pytest.mark.parametrize(
    ("served", "unserved", "seconds"),
    [
        ([], [], None),
        ([10, 20], [900], None),
        ([10, 20, 30], [], 120),
        ([10, 20, 130], [], 300),
        ([40, 60, 80, 3000], [], 120),
        ([40, 60, 80], [5, 10, 20], 120),
        ([40, 60, 80], [700, 800], 900),
        ([3000, 3600, 4000], [], 7200),
    ],
    ids=[
        "nobody",
        "too few",
        "three",
        "rounded up",
        "one outlier",
        "who has just come flatters nobody",
        "who waits long counts",
        "hours",
    ],
)
def test_the_usual_wait_is_what_three_of_four_met(
    served: list[int], unserved: list[int], seconds: int | None
) -> None:
    assert usual_wait(served, unserved) == seconds


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(1, 120), "You’re next. Usually about 2 minutes."),
        (Place(1, None), "You’re next."),
        (Place(2, 300), "1 person is ahead of you. Usually about 5 minutes."),
        (Place(3, None), "2 people are ahead of you."),
        (Place(4, 7200), "3 people are ahead of you. Usually about 2 hours."),
    ],
)
def test_a_place_in_words(place: Place, words: str) -> None:
    assert place_words(place) == words


@pytest.mark.parametrize(
    ("availability", "words"),
    [
        ("online", "You’re next. Usually about 2 minutes."),
        ("away", "You’re next. Usually about 2 minutes. Support is away for a moment."),
        ("offline", "Everybody has left for now, and your message is safe. We’ll reply by email."),
    ],
)
def test_a_place_is_worth_what_those_who_are_there_make_of_it(availability: str, words: str) -> None:
    assert queue_words(Place(1, 120), availability, "We’ll reply by email.") == words

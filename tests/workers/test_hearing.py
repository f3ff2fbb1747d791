"""Hearing: deaf is who could have taken what waited, for twenty seconds, and did not. Nobody else ever is."""

from dataclasses import replace

import pytest

from workers.hearing import Hearing, Look

MAIL = frozenset({"email"})
LOOK = Look(at=0.0, waiting=MAIL, received={}, free=True, connected=True, connection=0)


def judged(*looks: Look) -> list[tuple[str, float] | None]:
    hearing = Hearing()
    return [hearing.deaf_to(look) for look in looks]


def every_two_seconds(until: int, **changes: object) -> list[Look]:
    return [replace(LOOK, at=float(at), **changes) for at in range(0, until + 1, 2)]  # type: ignore[arg-type]


def test_who_takes_nothing_for_twenty_seconds_is_deaf_not_a_look_earlier() -> None:
    assert judged(*every_two_seconds(20)) == [None] * 10 + [("email", 20.0)]


@pytest.mark.parametrize(
    ("why", "change"),
    [
        ("the queue was empty once", {"waiting": frozenset()}),
        ("the broker did not answer once", {"waiting": None}),
        ("one was received", {"received": {"email": 1}}),
        ("it was connected anew", {"connection": 1}),
    ],
)
def test_the_clock_begins_again_when(why: str, change: dict[str, object]) -> None:
    """One look at ten seconds; what it changed for good (a count, a connection) stays changed afterwards."""
    lasting = {} if "waiting" in change else change
    before = [look for look in every_two_seconds(20) if look.at < 10]
    after = [replace(look, **lasting) for look in every_two_seconds(60) if look.at > 10]  # type: ignore[arg-type]
    looks = [*before, replace(LOOK, at=10.0, **change), *after]  # type: ignore[arg-type]
    first = next(look.at for look, deaf in zip(looks, judged(*looks), strict=True) if deaf)

    assert first in {30.0, 32.0}, why


def test_a_process_that_was_stopped_for_an_hour_saw_nothing() -> None:
    looks = [LOOK, replace(LOOK, at=2.0), replace(LOOK, at=3600.0), replace(LOOK, at=3602.0)]

    assert judged(*looks) == [None] * 4


def test_who_is_always_busy_or_always_without_a_broker_is_never_deaf() -> None:
    assert not any(judged(*every_two_seconds(600, free=False)))
    assert not any(judged(*every_two_seconds(600, waiting=None)))


def test_being_busy_now_and_then_is_no_excuse_and_being_free_now_and_then_no_proof() -> None:
    often = [replace(look, free=look.at % 4 == 0) for look in every_two_seconds(20)]
    seldom = [replace(look, free=look.at % 20 == 0) for look in every_two_seconds(80)]

    assert judged(*often)[-1] == ("email", 20.0)
    assert not any(judged(*seldom))


def test_who_takes_from_one_queue_may_be_deaf_to_another() -> None:
    looks = [
        replace(LOOK, at=float(at), waiting=frozenset({"email", "inbound"}), received={"email": at})
        for at in range(0, 22, 2)
    ]

    assert judged(*looks)[-1] == ("inbound", 20.0)


def test_who_says_that_it_connects_has_celerys_longest_sleep_more() -> None:
    answers = judged(*every_two_seconds(50, connected=False))

    assert answers == [None] * 25 + [("email", 50.0)]

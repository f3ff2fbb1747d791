"""Buckets: exactly what they hold, and what they remember."""

from uuid import uuid4

from pytest_django import Settings

from support.sockets.limits import Bucket, Patience, PostLimits


class Clock:
    """Time that passes when told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = Bucket(rate=2.0, burst=3.0)
    assert [bucket.take(100.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert [bucket.take(101.0) for _ in range(3)] == [0.0, 0.0, 0.5]


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    bucket = Bucket(rate=100.0, burst=2.0)
    bucket.take(100.0)
    assert [bucket.take(1000.0) for _ in range(3)] == [0.0, 0.0, 0.01]


def test_one_person_has_one_bucket_whatever_the_number_of_sockets(settings: Settings) -> None:
    settings.CHAT_POSTS_AT_ONCE, settings.CHAT_POSTS_PER_SECOND = 2, 0.5
    limits, amira, dora = PostLimits(Clock()), uuid4(), uuid4()
    assert [limits.wait(amira) for _ in range(3)] == [0, 0, 2]
    assert limits.wait(dora) == 0


def test_a_bucket_is_kept_until_it_is_full_again(settings: Settings) -> None:
    settings.CHAT_POSTS_AT_ONCE, settings.CHAT_POSTS_PER_SECOND = 2, 1.0
    clock = Clock()
    limits, amira = PostLimits(clock), uuid4()
    limits.wait(amira)
    limits.forget()
    assert len(limits) == 1
    clock.now += 1
    limits.forget()
    assert len(limits) == 0


def test_a_socket_may_say_three_frames_per_message(settings: Settings) -> None:
    settings.CHAT_POSTS_AT_ONCE, settings.CHAT_POSTS_PER_SECOND = 2, 0.001
    patience = Patience()
    assert [patience.wait() > 0 for _ in range(7)] == [False] * 6 + [True]


def test_patience_ends_after_sixty_refusals_in_a_row() -> None:
    patience = Patience()
    assert [patience.is_exhausted() for _ in range(61)] == [False] * 60 + [True]

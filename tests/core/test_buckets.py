"""Token buckets: atomic, shared, forgiving when nobody can count."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core import buckets, valkey
from core.buckets import Bucket

FEW = Bucket(name="few", burst=3, rate=0.01)


def test_the_burst_then_a_wait() -> None:
    waits = [buckets.take(FEW) for _ in range(4)]

    assert waits[:3] == [0.0, 0.0, 0.0]
    assert waits[3] == pytest.approx(100, abs=1)


def test_tokens_come_back_with_time() -> None:
    quick = Bucket(name="quick", burst=1, rate=200)
    assert buckets.take(quick) == 0.0
    wait = buckets.take(quick)
    assert 0 < wait < 0.005
    ready = time.monotonic() + 2 * wait
    while time.monotonic() < ready:
        pass

    assert buckets.take(quick) == 0.0


def test_waiting_takes_nothing_from_anybody() -> None:
    other = Bucket(name="other", burst=5, rate=0.01)
    for _ in range(3):
        assert buckets.take(FEW, other) == 0.0
    for _ in range(10):
        assert buckets.take(FEW, other) > 0.0

    assert [buckets.take(other) == 0.0 for _ in range(3)] == [True, True, False]


def test_fifty_at_once_get_exactly_the_burst() -> None:
    with ThreadPoolExecutor(10) as pool:
        waits = list(pool.map(lambda _: buckets.take(FEW), range(50)))

    assert sum(wait == 0.0 for wait in waits) == 3


def test_a_bucket_that_is_full_again_is_forgotten() -> None:
    buckets.take(Bucket(name="brief", burst=2, rate=1))

    assert 0 < valkey.ephemeral().ttl("bucket:brief") <= 3


def test_nobody_is_turned_away_when_nobody_can_count(settings: Any) -> None:
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock"

    assert [buckets.take(FEW) for _ in range(10)] == [0.0] * 10


def test_what_is_asked_for_again_has_its_token_already() -> None:
    assert [buckets.take(FEW, once="one") for _ in range(5)] == [0.0] * 5
    assert [buckets.take(FEW, once=what) == 0.0 for what in ("two", "", "three", "one")] == [
        True,
        True,
        False,
        True,
    ]
    assert buckets.take(FEW, once="three") > 0.0, "what was refused has none"

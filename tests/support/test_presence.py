"""Leases: begun, renewed, lapsed; and what their absence proves."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from core import valkey
from support import presence
from support.availability import Observed

BEN, CHEN = uuid4(), uuid4()
NOW = datetime(2026, 3, 10, 10, 24, tzinfo=UTC)


def time_left(user_id: object) -> int:
    return valkey.ephemeral().ttl(f"lease:{user_id}")


def test_a_lease_is_for_a_minute_and_says_whether_there_was_one() -> None:
    assert [presence.renew(who).began for who in (BEN, BEN, CHEN)] == [True, False, True]
    assert 55 < time_left(BEN) <= 60


def test_sockets_renew_the_same_lease() -> None:
    async def renew_twice() -> list[presence.Renewed]:
        answers = [await presence.renew_async(BEN), await presence.renew_async(BEN, input_age=600)]
        await valkey.async_ephemeral().aclose()
        return answers

    assert [renewed.began for renewed in asyncio.run(renew_twice())] == [True, False]
    assert presence.renew(BEN).began is False


def test_a_lease_says_how_long_it_lasts_and_when_somebody_touched_a_page() -> None:
    with time_machine.travel(NOW, tick=False):
        presence.renew(BEN, 40)
        found = presence.leases([BEN, CHEN])
    assert list(found) == [BEN]
    assert 59 < found[BEN].left <= 60
    assert found[BEN].input_at == NOW - timedelta(seconds=40)
    assert found[BEN].observed == Observed(is_present=True, input_at=NOW - timedelta(seconds=40))
    assert presence.leases([]) == {}
    valkey.ephemeral().delete(presence.lease_key(BEN))
    assert presence.leases([BEN, CHEN]) == {}


def test_several_pages_are_one_person_and_the_latest_input_counts() -> None:
    with time_machine.travel(NOW, tick=False):
        for age in (900, 5, 700, None):
            presence.renew(BEN, age)
        assert presence.leases([BEN])[BEN].input_at == NOW - timedelta(seconds=5)


def test_a_page_that_has_not_said_proves_presence_and_no_input() -> None:
    presence.renew(BEN, None)
    assert presence.leases([BEN])[BEN].input_at is None


def test_pages_left_alone_for_ten_minutes_wake_with_the_first_touch() -> None:
    with time_machine.travel(NOW, tick=False):
        ages = (601, None, 601, 3, 3)
        assert [presence.renew(BEN, age).woke for age in ages] == [False, False, False, True, False]


@pytest.mark.parametrize(("before", "after"), [(60, 25), (10, 10)])
def test_a_parting_page_shortens_a_lease_and_never_extends_it(before: int, after: int) -> None:
    presence.renew(BEN)
    valkey.ephemeral().expire(f"lease:{BEN}", before)

    async def part() -> None:
        await presence.part_async(BEN)
        await valkey.async_ephemeral().aclose()

    asyncio.run(part())
    assert after - 2 <= time_left(BEN) <= after


def test_a_parting_page_makes_no_lease() -> None:
    async def part() -> None:
        await presence.part_async(BEN)
        await valkey.async_ephemeral().aclose()

    asyncio.run(part())
    assert presence.leases([BEN]) == {}


def test_absence_proves_nothing_for_one_lease_after_a_flush() -> None:
    assert [presence.absence_counts(), presence.absence_counts()] == [False, False]
    began = float(valkey.ephemeral().get(presence.EPOCH_KEY))  # type: ignore[arg-type]
    valkey.ephemeral().set(presence.EPOCH_KEY, str(began - presence.LEASE_SECONDS + 5))
    assert presence.absence_counts() is False
    valkey.ephemeral().set(presence.EPOCH_KEY, str(began - presence.LEASE_SECONDS - 5))
    assert presence.absence_counts() is True
    valkey.ephemeral().flushdb()
    assert presence.absence_counts() is False

"""Leases: begun, renewed, lapsed; and what their absence proves."""

import asyncio
from uuid import uuid4

import pytest

from core import valkey
from support import presence

BEN, CHEN = uuid4(), uuid4()


def time_left(user_id: object) -> int:
    return valkey.ephemeral().ttl(f"lease:{user_id}")


def test_a_lease_is_for_a_minute_and_says_whether_there_was_one() -> None:
    assert [presence.renew(BEN), presence.renew(BEN), presence.renew(CHEN)] == [False, True, False]
    assert 55 < time_left(BEN) <= 60


def test_sockets_renew_the_same_lease() -> None:
    async def renew_twice() -> list[bool]:
        answers = [await presence.renew_async(BEN), await presence.renew_async(BEN, input_age=600)]
        await valkey.async_ephemeral().aclose()
        return answers

    assert asyncio.run(renew_twice()) == [False, True]
    assert presence.renew(BEN) is True


def test_alive_are_those_who_hold_a_lease() -> None:
    presence.renew(BEN)
    assert presence.alive([BEN, CHEN]) == {BEN}
    assert presence.alive([]) == set()
    presence.release(BEN)
    assert presence.alive([BEN, CHEN]) == set()


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
    assert presence.alive([BEN]) == set()


def test_absence_proves_nothing_for_one_lease_after_a_flush() -> None:
    assert [presence.absence_counts(), presence.absence_counts()] == [False, False]
    began = float(valkey.ephemeral().get(presence.EPOCH_KEY))  # type: ignore[arg-type]
    valkey.ephemeral().set(presence.EPOCH_KEY, str(began - presence.LEASE_SECONDS + 5))
    assert presence.absence_counts() is False
    valkey.ephemeral().set(presence.EPOCH_KEY, str(began - presence.LEASE_SECONDS - 5))
    assert presence.absence_counts() is True
    valkey.ephemeral().flushdb()
    assert presence.absence_counts() is False

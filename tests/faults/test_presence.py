"""S4 and S5 with real processes and the public's debounce: presence that flaps, and a machine that vanishes."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise

import pytest
import redis

from support import presence
from tests.faults.oracle import all_zero
from tests.faults.table import measured
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.faults
DEBOUNCE = 15
FLAPPING = 3 * DEBOUNCE


@pytest.fixture(scope="module")
def calm() -> Iterator[System]:
    """A system of its own, in which the public is told calmly as in production."""
    system = System(PRESENCE_DEBOUNCE=str(DEBOUNCE))
    try:
        system.start()
        yield system
    finally:
        system.stop()


@pytest.fixture(scope="module")
def chen(calm: System) -> Iterator[Person]:
    with Person(calm, "chen") as person:
        yield person


@pytest.fixture(autouse=True)
def judged(calm: System) -> Iterator[None]:
    """All-zero, whatever a test did."""
    with all_zero(calm):
        yield


def public_changes(system: System) -> list[tuple[str, float]]:
    """What everybody saw of Chen, and when."""
    return system.rows(
        "SELECT record.availability, extract(epoch FROM record.at)::float FROM support_availabilityrecord record"
        " JOIN core_user person ON person.id = record.user_id"
        " WHERE person.username = 'chen' AND record.is_public ORDER BY record.at"
    )


def is_online(person: Person) -> bool:
    return bool(person.get("chat/online-status/").json()["is_online"])


def connected(chen: Person, times: int, *, a_second: int) -> None:
    """A page that comes and goes."""
    began, connects = time.monotonic(), 0

    def flap() -> bool:
        nonlocal connects
        if connects < a_second * (time.monotonic() - began):
            with chen.page() as page:
                page.next("presence")
            connects += 1
        return connects >= times

    until(flap, 60, what=f"{times} connects")


def declared(chen: Person, *, for_seconds: float) -> int:
    """Away, online, as fast as the product takes it, and online in the end; how often."""
    began, flaps = time.monotonic(), 0

    def toggle() -> bool:
        nonlocal flaps
        flaps += 1
        chen.declare("away" if flaps % 2 else "online")
        return time.monotonic() - began > for_seconds

    until(toggle, 2 * for_seconds, what="a while of it")
    chen.declare("online")
    return flaps


def test_s4_ten_connects_a_second_and_five_tabs_are_one_public_change_in_fifteen_seconds(
    calm: System, chen: Person
) -> None:
    assert chen.post("status/toggle/", {"is_online": True}, Prefer="wait=10").status_code == 200
    with ExitStack() as tabs:
        for _ in range(5):
            tabs.enter_context(chen.page())
        connected(chen, 100, a_second=10)
        until(lambda: is_online(chen), 30, what="right within 30 s")
        flaps = declared(chen, for_seconds=FLAPPING)
        assert flaps >= 10
        last = time.time()
        until(lambda: is_online(chen), 30, what="right within 30 s after the last change")
        right = time.time() - last
        assert right <= 30

    moments = [at for _, at in public_changes(calm)]
    assert public_changes(calm)[0][0] == "online"
    assert all(after - before >= DEBOUNCE for before, after in pairwise(moments))
    measured(
        "S4",
        f"{len(moments)} public changes for 100 connects and {flaps} declarations; right {right:.0f} s after",
    )


def test_s5_a_machine_vanishes_with_the_ephemeral_valkey_and_is_offline_within_75_seconds(
    calm: System, chen: Person
) -> None:
    chen.post("status/toggle/", {"is_online": True}, Prefer="wait=10")
    until(lambda: is_online(chen), 30, what="Chen is there")
    client = redis.Redis.from_url(calm.fleet.urls.redis)
    assert list(client.scan_iter("lease:*")), "nobody holds a lease"
    client.flushdb()
    vanished = time.time()

    until(lambda: not is_online(chen), 90, what="offline")

    state, at = public_changes(calm)[-1]
    assert state == "offline"
    assert presence.LEASE_SECONDS <= at - vanished <= 75
    assert calm.rows("SELECT count(*) FROM support_deadletter") == [(0,)]
    words = "the waiting chat is handed on once and an active one flagged in `tests/faults/test_chats.py`"
    measured("S5", f"offline {at - vanished:.0f} s after; {words}")

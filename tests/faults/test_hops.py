"""Each hop that is made late is named within fifteen seconds, to machines and on the page of operations, with since
when; a system that is well is never amber."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import redis

from tests.faults.hops import late, shown_as_late, until_well
from tests.faults.oracle import all_zero
from tests.faults.table import measured
from tests.system import machine
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.faults
NAMED_SECONDS = 15
# All that the channel layer does not use: the broker's own channels and those of receipts. Who subscribes to a pattern
# needs the same words: without them a worker and Flower would be refused, and the worker would start over all the time.
OTHER_CHANNELS = ("&/*", "&/0.celery.pidbox", "&/0.celeryev/*", "&receipts*")


@pytest.fixture(autouse=True)
def judged(healed: System) -> Iterator[None]:
    """All-zero, whatever a test did."""
    with all_zero(healed):
        yield


def is_named(hop: str, system: System) -> bool:
    return hop in late(system)


def is_shown(hop: str, admin: Person) -> bool:
    return hop in shown_as_late(admin)


def end(name: str) -> tuple[Callable[[System], Any], Callable[[System], Any]]:
    return (lambda system: system.kill(name)), (lambda system: system.run(name))


def end_server(name: str) -> tuple[Callable[[System], Any], Callable[[System], Any]]:
    return (
        lambda system: getattr(system.fleet, name).kill(),
        lambda system: getattr(system.fleet, name).start(),
    )


def withhold_broadcasts(system: System) -> None:
    """Nobody may have the channel layer's channels any more: broadcasts reach nobody, everything else goes on."""
    client = redis.Redis.from_url(system.fleet.urls.redis)
    client.execute_command("ACL", "SETUSER", "default", "resetchannels", *OTHER_CHANNELS)


FAULTS = {
    "drains": end("drain"),
    "quick workers": end("quick"),
    "patient workers": end("patient"),
    "beat": end("beat"),
    "database": end_server("postgres"),
    "command log": end_server("durable"),
    "ephemeral valkey": end_server("ephemeral"),
}


@pytest.mark.alone
def test_k2_every_late_hop_is_named_and_a_healthy_system_never_is(
    healed: System, ben: Person, admin: Person
) -> None:
    slowed = machine.slowness()
    until_well(healed, slowed)
    named: dict[str, float] = {}
    with ben.page() as page:
        page.next("presence")
        calm_until = time.monotonic() + 25
        until(lambda: late(healed) or time.monotonic() > calm_until, 40, every=0.5)
        assert late(healed) == {}
        assert shown_as_late(admin) == set()
        for hop, (break_it, mend_it) in FAULTS.items():
            break_it(healed)
            began = time.monotonic()
            try:
                seconds = NAMED_SECONDS * slowed
                until(partial(is_named, hop, healed), seconds, what=hop, every=0.2)
                until(partial(is_shown, hop, admin), seconds, what=f"{hop} on the page", every=0.2)
                named[hop] = time.monotonic() - began
            finally:
                mend_it(healed)
            until_well(healed, slowed)

    words = ", ".join(f"{hop} {seconds:.1f} s" for hop, seconds in named.items())
    measured("K2", f"named, on the page too, after: {words}; well for 25 s before and after each", slowed)


def test_k2_a_web_process_that_hears_no_broadcast_is_named_says_so_and_ends(
    healed: System, ben: Person
) -> None:
    slowed = machine.slowness()
    until_well(healed, slowed)
    web = healed.processes["web"]
    with ben.page() as page:
        page.next("presence")
        withhold_broadcasts(healed)
        until(lambda: "live updates" in late(healed), NAMED_SECONDS * slowed, what="live updates", every=0.2)
        until(lambda: "has heard no broadcast for" in healed.log("web"), 40 * slowed, what="it says so")
        until(lambda: web.poll() is not None, 20 * slowed, what="it ended")
    redis.Redis.from_url(healed.fleet.urls.redis).execute_command("ACL", "SETUSER", "default", "allchannels")
    healed.run("web")
    healed.wait_until_ready()
    until_well(healed, slowed)

    assert web.returncode != 0

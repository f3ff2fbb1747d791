"""C1, C2 and C6: the web process, the groups' server and the lines themselves go away; every page comes back whole."""

import asyncio
import time
from bisect import bisect_right

import pytest

from tests.faults.load import Load
from tests.faults.oracle import Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
HEARTBEAT = 15.0


def most_within(moments: list[float], seconds: float) -> int:
    """The largest number of moments that lie within so many seconds."""
    moments = sorted(moments)
    return max(bisect_right(moments, at + seconds) - number for number, at in enumerate(moments))


@pytest.mark.short
async def test_c1_two_hundred_pages_come_back_from_a_killed_web_process(
    healed: System, amira: Person, ben: Person
) -> None:
    oracle, slowed = Oracle(healed), slowness()
    async with Load(amira, ben, tickets=50, tabs=2) as load:
        async with load.flowing():
            await load.more(100)
            killed = time.monotonic()
            await asyncio.to_thread(healed.kill, "web")
            await asyncio.to_thread(healed.run, "web")
            await eventually(
                lambda: all(each.connections == 2 for each in load.clients), 120, what="all are back"
            )
            slowed = max(slowed, slowness())
            back = [each.ledger.opened[1] - killed for each in load.clients]
            await load.caught_up()
            t_recover = time.monotonic() - killed
            await load.more(100)
        verdict = await oracle.judge(load.pages)

    assert verdict == Verdict()
    assert len(back) == 200
    assert max(back) < 15 * slowed
    busiest = most_within(back, 0.25)
    assert busiest <= 100, "more than half of the pages came back within a quarter of a second"
    measured(
        "C1",
        f"200 back within {max(back):.1f} s, {busiest} in the busiest 250 ms; t_recover {t_recover:.1f} s",
        slowed,
    )


@pytest.mark.short
async def test_c2_every_page_notices_within_a_heartbeat_what_it_missed_without_the_ephemeral_valkey(
    healed: System, amira: Person, ben: Person
) -> None:
    oracle, slowed = Oracle(healed), slowness()
    async with Load(amira, ben) as load:
        async with load.flowing():
            await load.more(100)
            await asyncio.to_thread(healed.fleet.ephemeral.kill)
            gone = time.monotonic()
            await eventually(lambda: time.monotonic() - gone >= 3, what="three seconds without it")
            missed = len(load.posted)
            await asyncio.to_thread(healed.fleet.ephemeral.start)
            back = time.monotonic()
            await load.caught_up()
            t_recover = time.monotonic() - back
            await load.more(100)
        verdict = await oracle.judge(load.pages)

    assert verdict == Verdict()
    assert missed > 100
    assert t_recover <= HEARTBEAT + slowed
    assert [each.connections for each in load.clients] == [1] * 40, "a page lost its line"
    asked = sum(each.ledger.resynced for each in load.clients)
    measured(
        "C2", f"every view right {t_recover:.1f} s after it was back, {asked} questions by 40 pages", slowed
    )


async def test_c6_five_hundred_pages_cut_at_once_come_back_with_one_question_each(
    healed: System, amira: Person, ben: Person
) -> None:
    oracle, slowed = Oracle(healed), slowness()
    async with Load(amira, ben, tickets=50, tabs=5) as load:
        async with load.flowing():
            await load.more(100)
            asked_before = sum(each.ledger.resynced for each in load.clients)
            cut = time.monotonic()
            for each in load.clients:
                each.cut()
            await eventually(
                lambda: all(each.connections == 2 for each in load.clients), 240, what="all are back"
            )
            slowed = max(slowed, slowness())
            back = [each.ledger.opened[1] - cut for each in load.clients]
            await load.caught_up()
            t_recover = time.monotonic() - cut
            await load.more(100)
        verdict = await oracle.judge(load.pages)

    assert verdict == Verdict()
    assert len(back) == 500
    assert max(back) < 60 * slowed
    asked = sum(each.ledger.resynced for each in load.clients) - asked_before
    assert asked == 0, "the first history of a page that comes back is its one question"
    assert [each.connections for each in load.clients] == [2] * 500
    measured(
        "C6",
        f"500 back within {max(back):.1f} s, {500 + asked} histories for 500 pages, no 5xx;"
        f" t_recover {t_recover:.1f} s",
        slowed,
    )

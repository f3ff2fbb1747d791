"""N1 to N3: two web hosts, two worker hosts, and one with the servers; one of each is cut off amid a chat.

Run by `test_hosts.py` in a network of its own. Every ticket's two pages are at different web hosts: what one writes
reaches the other through both of them, and through whichever worker host has the shard.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from statistics import quantiles

import pytest

from tests.faults.keeper import Keeper
from tests.faults.load import Load
from tests.faults.oracle import LIMIT, Oracle, Verdict
from tests.faults.table import measured
from tests.system.balanced import Page, Visitor
from tests.system.hosts import WEBS, WORKERS, Hosts
from tests.system.machine import slowness
from tests.system.waiting import eventually, until

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
CUT = 25.0
# A task that was cut off with its host waits for one answer after another, until its time is up and its process ends.
LIMITED = "Task handler raised error: TimeLimitExceeded"
# Thirteen processes share two cores here, and most of what they do is done twice, once for each host.
TICKETS, RATE = 10, 20.0


@pytest.fixture(scope="module")
def hosts() -> Iterator[Hosts]:
    running = Hosts()
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def unmailed(hosts: Hosts) -> Iterator[Hosts]:
    """Nobody is mailed about messages: mail about a ticket is enough to see that it leaves."""
    hosts.mail_nobody()
    yield hosts
    hosts.execute("DELETE FROM notifications_preference")


@pytest.fixture(scope="module")
def amira(hosts: Hosts) -> Iterator[Visitor]:
    with Visitor(hosts, "amira", "web1") as person:
        yield person


@pytest.fixture(scope="module")
def ben(hosts: Hosts) -> Iterator[Visitor]:
    with Visitor(hosts, "ben", "web2") as person:
        yield person


def pages_of(load: Load) -> list[Page]:
    """All of them, as what they are here."""
    return [page for page in load.clients if isinstance(page, Page)]


async def until_since(moment: float, seconds: float) -> None:
    """So long after that moment."""
    await eventually(
        lambda: time.monotonic() - moment >= seconds, seconds + 5, what=f"{seconds} s have passed"
    )


async def done(action: Callable[[], None]) -> float:
    """The moment when it was."""
    await asyncio.to_thread(action)
    return time.monotonic()


async def first_broadcast(page: Page, seconds: float) -> float:
    """When the page was told something by its host that it did not ask for."""
    await eventually(lambda: page.broadcasts, seconds, what="the host hears broadcasts again")
    return page.broadcasts[0]


async def is_mailed(hosts: Hosts, person: Visitor, seconds: float) -> None:
    """A new ticket is stored, planned and mailed by whichever worker host."""
    ticket = await asyncio.to_thread(person.open_ticket, "Between hosts")
    await eventually(lambda: hosts.mails_about(ticket["reference"]), seconds, what="it is mailed")


# --- N1 ---


def seconds_to_the_other(load: Load) -> list[float]:
    """From a writer's *accepted* until the page of the other side, at the other web host, shows it."""
    found = []
    for one, other in load.pages.values():
        for writer, reader in ((one, other), (other, one)):
            common = writer.ledger.accepted.keys() & reader.ledger.told.keys()
            found += [reader.ledger.told[each] - writer.ledger.accepted[each] for each in common]
    return found


async def both_take_turns(hosts: Hosts) -> bool:
    """Each worker host is seen with the shard."""
    seen: set[str] = set()

    def look() -> bool:
        seen.add(hosts.lock_holder())
        return seen >= WORKERS.keys()

    await asyncio.to_thread(until, look, 60, what="both worker hosts take turns")
    return True


async def test_n1_a_chat_between_sockets_at_different_web_hosts(
    unmailed: Hosts, amira: Visitor, ben: Visitor
) -> None:
    oracle, slowed = Oracle(unmailed), slowness()
    async with Load(amira, ben, tickets=TICKETS) as load:
        async with load.flowing(RATE):
            assert await both_take_turns(unmailed)
            await load.more(200)
            await is_mailed(unmailed, amira, 60 * slowed)
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)

    assert verdict == Verdict()
    assert {(page.address, page.connections) for page in pages_of(load)} == {(at, 1) for at in WEBS.values()}
    taken = seconds_to_the_other(load)
    assert len(taken) >= 200
    middle, p95 = (quantiles(taken, n=20)[place] * 1000 for place in (9, 18))
    measured(
        "N1",
        f"{len(taken)} messages, each from one web host to the other: {middle:.0f} ms from accepted to seen (p50),"
        f" {p95:.0f} ms (p95); both worker hosts took turns",
        slowed,
    )


# --- N2 ---


async def test_n2_pages_of_a_web_host_that_is_cut_off_go_on_at_the_other_one(
    unmailed: Hosts, amira: Visitor, ben: Visitor
) -> None:
    oracle, slowed, host = Oracle(unmailed), slowness(), unmailed.hosts["web1"]
    async with (
        AsyncExitStack() as opened,
        Load(amira, ben, tickets=TICKETS) as load,
        Keeper(unmailed, *unmailed.on("web1")) as keeper,
    ):
        hers = [page for page in pages_of(load) if page.address == host.address]
        async with load.flowing(RATE):
            await load.more(100)
            cut = await done(host.cut)
            await eventually(lambda: all(page.connections == 2 for page in hers), 60, what="all are back")
            back = max(page.ledger.opened[1] for page in hers) - cut
            await load.caught_up()
            t_recover = time.monotonic() - cut
            await eventually(
                lambda: not unmailed.sessions("web1"), CUT, what="PostgreSQL gave its sessions up"
            )
            freed = time.monotonic() - cut
            await until_since(cut, CUT)
            joined = await done(host.join)
            ticket, pages = next(iter(load.pages.items()))
            again = await opened.enter_async_context(amira.page_at(ticket, host.address))
            hears = await first_broadcast(again, 60 * slowed) - joined
            await load.more(100)
        verdict = await oracle.judge({**load.pages, ticket: [*pages, again]}, seconds=LIMIT * slowed)

    assert verdict == Verdict()
    assert len(hers) == TICKETS
    assert [page.connections for page in load.clients] == [2, 1] * TICKETS, "another page lost its line"
    assert (back < 20 * slowed, t_recover < 25 * slowed, hears < 15 * slowed) == (True, True, True)
    measured(
        "N2",
        f"{TICKETS} pages back at the other host within {back:.1f} s, the other {TICKETS} kept their lines;"
        f" t_recover {t_recover:.1f} s; PostgreSQL gave the host's sessions up after {freed:.1f} s; joined again"
        f" after {CUT:.0f} s it heard broadcasts {hears:.1f} s later, {keeper.count} of its processes started anew",
        slowed,
    )


# --- N3 ---


async def cut_amid_a_batch(hosts: Hosts, load: Load) -> float:
    """The moment when worker1 was cut off holding the shard; a cut that met it between two batches is taken back."""
    while True:
        load.burst(3)
        await asyncio.to_thread(hosts.hosts["worker1"].cut)
        cut = time.monotonic()
        if all(hosts.lock_holder() == "worker1" for _ in range(5)):
            return cut
        await asyncio.to_thread(hosts.hosts["worker1"].join)
        await load.more(50)


async def test_n3_a_worker_host_that_is_cut_off_amid_a_batch_loses_the_shard_to_the_other_one(
    unmailed: Hosts, amira: Visitor, ben: Visitor
) -> None:
    oracle, slowed = Oracle(unmailed, forgiven=LIMITED), slowness()
    async with Load(amira, ben, tickets=TICKETS) as load, Keeper(unmailed, *unmailed.on("worker1")) as keeper:
        async with load.flowing(RATE):
            await load.more(100)
            cut = await cut_amid_a_batch(unmailed, load)
            await eventually(lambda: unmailed.lock_holder() != "worker1", 60, what="the shard is free")
            freed = time.monotonic() - cut
            await load.caught_up()
            t_recover = time.monotonic() - cut
            await is_mailed(unmailed, ben, 60 * slowed)
            await eventually(
                lambda: not unmailed.sessions("worker1"), CUT, what="PostgreSQL gave its sessions up"
            )
            sessions = time.monotonic() - cut
            await until_since(cut, CUT)
            await asyncio.to_thread(unmailed.hosts["worker1"].join)
            joined, at = time.monotonic(), time.time()
            await eventually(
                lambda: unmailed.heard_of("worker1", at), 90 * slowed, what="its workers are well"
            )
            await eventually(
                lambda: unmailed.lock_holder() == "worker1", 90 * slowed, what="it has the shard"
            )
            again = time.monotonic() - joined
            await load.more(100)
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)

    assert verdict == Verdict()
    assert [page.connections for page in load.clients] == [1] * 2 * TICKETS, "a page lost its line"
    assert (freed < 5 * slowed, t_recover < 10 * slowed, again < 30 * slowed) == (True, True, True)
    measured(
        "N3",
        f"the shard was free after {freed:.1f} s; t_recover {t_recover:.1f} s; PostgreSQL gave the host's sessions"
        f" up after {sessions:.1f} s; joined again after {CUT:.0f} s it had the shard {again:.1f} s later,"
        f" {keeper.count} of its processes started anew; nothing applied twice",
        slowed,
    )

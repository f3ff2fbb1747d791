"""P1 to P4: PostgreSQL restarts under load, is away for half a minute, has a row that somebody holds, and is frozen."""

import asyncio
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import psutil
import psycopg
import pytest

from core.embedded import Server
from tests.benchmarks.rooms import rooms
from tests.faults.asking import posting, reading
from tests.faults.load import Load
from tests.faults.oracle import LIMIT, Oracle, Verdict
from tests.faults.pace import slices
from tests.faults.table import measured
from tests.system.leftovers import Leftovers
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
AWAY, FROZEN = 30.0, 20.0
LOCKED, WAITING, RATE = 20.0, 300, 20.0
# What a process says that finds its connection dead.
DEAD = re.compile(
    r"OperationalError|InterfaceError|connection (?:is|was) (?:closed|lost)|terminating connection"
)
PAGES = ("/support-tickets", "/support/api/tickets/", "/")


def stop_at_once(server: Server) -> None:
    """PostgreSQL's immediate shutdown: sessions are cut, the next start recovers."""
    assert server.process
    server.process.send_signal(signal.SIGQUIT)
    server.process.wait(10)


def complaints(system: System, written: dict[str, int]) -> list[str]:
    """What was logged about dead connections since so much had been written."""
    return [
        f"{name}: {found[0]}"
        for name in system.logs
        for found in DEAD.finditer(system.log(name)[written.get(name, 0) :])
    ]


@pytest.mark.short
async def test_p1_after_three_immediate_restarts_no_process_works_on_a_dead_connection(
    unmailed: System, amira: Person, ben: Person, dora: Person
) -> None:
    oracle, slowed, postgres = Oracle(unmailed), slowness(), unmailed.fleet.postgres
    ticket, t_recover = (await asyncio.to_thread(dora.open_ticket))["id"], []
    async with Load(amira, ben) as load:
        async with load.flowing(), posting(dora, ticket) as asked:
            for _ in range(3):
                await load.more(100)
                await asyncio.to_thread(stop_at_once, postgres)
                await asyncio.to_thread(postgres.start)
                back = time.monotonic()
                await load.caught_up()
                t_recover.append(time.monotonic() - back)
            written = {name: len(unmailed.log(name)) for name in unmailed.logs}
            await load.more(200)
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)

    assert verdict == Verdict()
    assert asked.missing(unmailed) == 0
    assert {each.status for each in asked.answers} <= {201, 202, 503}
    assert complaints(unmailed, written) == []
    assert max(t_recover) < 15 * slowed
    measured(
        "P1",
        f"t_recover {', '.join(f'{each:.1f}' for each in t_recover)} s; no complaint in 200 messages after it",
        slowed,
    )


async def test_p2_half_a_minute_without_postgres_costs_no_socket_and_no_message(
    unmailed: System, amira: Person, ben: Person, dora: Person
) -> None:
    oracle, slowed, postgres = Oracle(unmailed), slowness(), unmailed.fleet.postgres
    async with Load(amira, ben) as load:
        async with load.flowing(), reading(dora, *PAGES) as asked:
            await load.more(100)
            await asyncio.to_thread(stop_at_once, postgres)
            gone = time.monotonic()
            await eventually(
                lambda: time.monotonic() - gone >= AWAY, AWAY + 5, what="half a minute without it"
            )
            ending = time.monotonic()
            await asyncio.to_thread(postgres.start)
            back = time.monotonic()
            await load.caught_up()
            t_recover = time.monotonic() - back
            await load.more(100)
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)
        answers = asked.between(gone, ending)
        accepted = [at for each in load.writers for at in each.ledger.accepted.values() if gone < at < ending]

    assert verdict == Verdict()
    assert [each.connections for each in load.clients] == [1] * 40, "a page lost its line"
    assert len(accepted) > 0.9 * AWAY * 50 / slowed
    assert max(accepted) > ending - 1 * slowed
    assert {each.status for each in answers} == {503}
    assert {each.status for each in asked.answers} <= {200, 503}
    assert t_recover < 30 * slowed
    measured(
        "P2",
        f"{len(accepted)} accepted meanwhile on 40 lines that stayed; {len(answers)} pages answered 503;"
        f" t_recover {t_recover:.1f} s",
        slowed,
    )


# --- P3 ---


@contextmanager
def locked(system: System, ticket_id: str) -> Iterator[None]:
    """Somebody else holds the row of this ticket."""
    with psycopg.connect(system.fleet.urls.database) as session:
        session.execute("SELECT 1 FROM support_supportticket WHERE id = %s FOR UPDATE", [ticket_id])
        yield


@pytest.mark.alone
async def test_p3_a_locked_ticket_with_three_hundred_entries_at_the_head_delays_no_other(
    unmailed: System, amira: Person, ben: Person
) -> None:
    oracle, slowed = Oracle(unmailed), slowness()
    tickets = [(await asyncio.to_thread(amira.open_ticket))["id"] for _ in range(4)]
    async with (
        Load(amira, ben, tickets=1, tabs=5) as load,
        rooms(unmailed.url, (amira, ben), tickets) as chat,
    ):
        calm = median(await slices(chat, RATE))
        with locked(unmailed, next(iter(load.pages))):
            since = time.monotonic()
            for number in range(WAITING):
                load.clients[number % len(load.clients)].post(f"message {number}")
            await eventually(lambda: accepted(load) == WAITING, 60, what="they wait in the log")
            busy = median(await slices(chat, RATE))
            await eventually(lambda: time.monotonic() - since >= LOCKED, LOCKED + 5, what="twenty seconds")
            assert Leftovers(unmailed).count()["log_entries"] >= WAITING
            assert [each.view.reached for each in load.clients] == [0] * 10
        free = time.monotonic()
        await load.caught_up()
        t_recover = time.monotonic() - free
        slowed = max(slowed, slowness())
        calm = max(calm, median(await slices(chat, RATE)))
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)

    assert verdict == Verdict()
    assert busy < 2 * calm
    measured(
        "P3",
        f"others' p95 {1000 * busy:.0f} ms, calm {1000 * calm:.0f} ms, behind {WAITING} entries;"
        f" t_recover {t_recover:.1f} s",
        slowed,
    )


def accepted(load: Load) -> int:
    return sum(len(each.ledger.accepted) for each in load.clients)


# --- Frozen, not dead ---


@contextmanager
def frozen(server: Server) -> Iterator[None]:
    """Every process of it is stopped: lines stay, new ones are taken, and nothing is answered."""
    everybody = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
    for process in everybody:
        process.suspend()
    try:
        yield
    finally:
        for process in everybody:
            process.resume()


async def test_p4_a_frozen_postgres_costs_no_socket_and_pages_wait_for_the_thaw(
    unmailed: System, amira: Person, ben: Person, dora: Person
) -> None:
    oracle, slowed = Oracle(unmailed), slowness()
    dora.http.timeout = 3 * FROZEN
    async with Load(amira, ben) as load:
        async with load.flowing(), reading(dora, *PAGES) as asked:
            await load.more(100)
            with frozen(unmailed.fleet.postgres):
                since = time.monotonic()
                await eventually(lambda: time.monotonic() - since >= FROZEN, FROZEN + 5, what="it is frozen")
                thawed = time.monotonic()
            await load.caught_up()
            t_recover = time.monotonic() - thawed
            await load.more(100)
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)
        meanwhile = [each for each in asked.answers if each.at < thawed < each.at + each.seconds]
        during = sum(since < at < thawed for each in load.writers for at in each.ledger.accepted.values())

    assert verdict == Verdict()
    assert [each.connections for each in load.clients] == [1] * 40, "a page lost its line"
    assert {each.status for each in asked.answers} <= {200, 503}
    assert max((each.at + each.seconds for each in meanwhile), default=0.0) < thawed + 5 * slowed
    assert during > 0.9 * FROZEN * 50 / slowed
    assert t_recover < 30 * slowed
    measured(
        "P4",
        f"{during} accepted meanwhile on 40 lines that stayed; pages wait for the thaw; t_recover {t_recover:.1f} s",
        slowed,
    )

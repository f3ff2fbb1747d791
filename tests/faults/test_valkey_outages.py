"""B1 to B3: a Valkey dies, hangs, dies again; nobody waits in vain, and afterwards everything goes on by itself."""

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from core.embedded import Server
from tests.faults.asking import posting
from tests.faults.load import Load
from tests.faults.oracle import LIMIT, Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
HUNG, RESTARTS = 20.0, 10
LONGEST_PAUSE = 15.0  # of a page between two attempts, and between two heartbeats
# Without the log nothing is accepted; without the other one nobody hears in time that it was stored.
SERVERS = [("durable", {503}), ("ephemeral", {202})]
_found: dict[tuple[str, str], str] = {}


def note(experiment: str, which: str, words: str, slowed: float) -> None:
    """One row for both Valkeys."""
    _found[experiment, which] = words
    both = [
        f"{server}: {_found[experiment, server]}" for server, _ in SERVERS if (experiment, server) in _found
    ]
    measured(experiment, ". ".join(both), slowed)


def pids(system: System) -> dict[str, int]:
    """Every process that lives."""
    return {name: process.pid for name, process in system.processes.items() if process.poll() is None}


@pytest.mark.short
@pytest.mark.parametrize(("which", "meanwhile"), SERVERS)
async def test_b1_while_a_valkey_is_away_writes_are_answered_and_afterwards_workers_go_on(
    which: str, meanwhile: set[int], unmailed: System, amira: Person, ben: Person, dora: Person
) -> None:
    oracle, slowed, server = Oracle(unmailed), slowness(), getattr(unmailed.fleet, which)
    ticket, living = (await asyncio.to_thread(dora.open_ticket))["id"], pids(unmailed)
    async with Load(amira, ben) as load:
        async with load.flowing(), posting(dora, ticket) as asked:
            await load.more(100)
            await asyncio.to_thread(server.kill)
            gone = time.monotonic()
            await eventually(lambda: time.monotonic() - gone >= 5, what="five seconds without it")
            ending = time.monotonic()
            await asyncio.to_thread(server.start)
            back = time.monotonic()
            await load.caught_up()
            t_recover = time.monotonic() - back
            await load.more(100)
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)
        answers = asked.between(gone, ending)

    assert verdict == Verdict()
    assert asked.missing(unmailed) == 0
    assert {each.status for each in answers} == meanwhile
    slowest = max(each.seconds for each in answers)
    assert slowest < 3 * slowed
    assert t_recover < 15 * slowed
    assert pids(unmailed) == living, "a process did not live through it"
    note(
        "B1",
        which,
        f"{len(answers)} answers meanwhile, each within {slowest:.2f} s; t_recover {t_recover:.1f} s",
        slowed,
    )


@contextmanager
def hanging(server: Server) -> Iterator[None]:
    """Stopped: it takes connections and answers nobody."""
    assert server.process
    server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize(("which", "meanwhile"), SERVERS)
async def test_b2_a_valkey_that_hangs_for_twenty_seconds_leaves_no_thread_of_the_web_stuck(
    which: str, meanwhile: set[int], unmailed: System, amira: Person, ben: Person, dora: Person
) -> None:
    oracle, slowed, living = Oracle(unmailed), slowness(), pids(unmailed)
    ticket, web = (await asyncio.to_thread(dora.open_ticket))["id"], psutil.Process(living["web"])
    async with Load(amira, ben) as load:
        async with load.flowing(), posting(dora, ticket) as asked:
            busy = await most_threads(web, load)
            with hanging(getattr(unmailed.fleet, which)):
                hung = time.monotonic()
                await eventually(lambda: time.monotonic() - hung >= HUNG, HUNG + 5, what="twenty seconds")
                ending, before = time.monotonic(), stored(unmailed, ticket)
            await eventually(lambda: stored(unmailed, ticket) > before, 60, what="she is served again")
            t_recover = time.monotonic() - ending
            await load.caught_up()
            t_pages = time.monotonic() - ending
            await eventually(lambda: web.num_threads() <= busy, 10, what="no thread is stuck")
            await load.more(100)
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)
        answers = asked.between(hung, ending)

    assert verdict == Verdict()
    assert asked.missing(unmailed) == 0
    assert {each.status for each in answers} == meanwhile
    slowest = max(each.seconds for each in answers)
    assert slowest < 3 * slowed
    assert t_recover < 5 * slowed
    assert t_pages < LONGEST_PAUSE + 5 * slowed
    assert pids(unmailed) == living, "a process did not live through it"
    note(
        "B2",
        which,
        f"{len(answers)} answers meanwhile, each within {slowest:.1f} s; served again after {t_recover:.1f} s,"
        f" every page whole after {t_pages:.1f} s; no thread more than the {busy} before",
        slowed,
    )


def stored(system: System, ticket_id: str) -> int:
    """How many messages this thread has."""
    return int(system.rows("SELECT count(*) FROM support_chatmessage WHERE ticket_id = %s", ticket_id)[0][0])


async def most_threads(web: psutil.Process, load: Load) -> int:
    """What the web needs while nothing is wrong."""
    found: list[int] = []
    for _ in range(20):
        await load.more(10)
        found.append(web.num_threads())
    return max(found, default=0)


@pytest.mark.parametrize("which", [which for which, _ in SERVERS])
async def test_b3_after_ten_restarts_in_a_row_every_worker_consumes_again(
    which: str, unmailed: System, amira: Person, ben: Person
) -> None:
    oracle, slowed, living = Oracle(unmailed), slowness(), pids(unmailed)
    server = getattr(unmailed.fleet, which)
    async with Load(amira, ben) as load:
        async with load.flowing():
            for _ in range(RESTARTS):
                await load.more(20)
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            back = time.monotonic()
            await load.caught_up()
            t_recover = time.monotonic() - back
        # Stored by the drain, planned by a quick worker, mailed by a patient one.
        ticket = await asyncio.to_thread(amira.open_ticket, "After all that")
        await eventually(lambda: unmailed.mails_about(ticket["reference"]), 60 * slowed, what="it is mailed")
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)

    assert verdict == Verdict()
    assert pids(unmailed) == living, "a process did not live through it"
    note("B3", which, f"all consume, nobody was restarted; t_recover {t_recover:.1f} s", slowed)

"""B1: a Valkey dies and is away for five seconds; nobody waits in vain, and the workers go on by themselves."""

import asyncio
import time

import pytest

from tests.faults.asking import posting
from tests.faults.load import Load
from tests.faults.oracle import LIMIT, Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
# Without the log nothing is accepted; without the other one nobody hears in time that it was stored.
SERVERS = [("durable", {503}), ("ephemeral", {202})]


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
    measured(
        "B1",
        f"{which}: {len(answers)} answers meanwhile, each within {slowest:.2f} s; t_recover {t_recover:.1f} s",
        slowed,
    )

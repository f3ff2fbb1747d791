"""P1: PostgreSQL restarts in the middle of everything."""

import asyncio
import re
import signal
import time

import pytest

from core.embedded import Server
from tests.faults.asking import posting
from tests.faults.load import Load
from tests.faults.oracle import LIMIT, Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
# What a process says that finds its connection dead.
DEAD = re.compile(
    r"OperationalError|InterfaceError|connection (?:is|was) (?:closed|lost)|terminating connection"
)


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

"""kill -9 of any process under load: all-zero for the oracle, and no command was given up."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest

from tests.faults.load import Load
from tests.faults.oracle import Oracle, Verdict
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]


def _process(name: str) -> Callable[[System], None]:
    def kill(system: System) -> None:
        system.kill(name)
        system.run(name)

    return kill


def _server(name: str) -> Callable[[System], None]:
    def kill(system: System) -> None:
        server = getattr(system.fleet, name)
        server.kill()
        server.start()

    return kill


VICTIMS: dict[str, Callable[[System], None]] = {
    **{name: _process(name) for name in ("drain", "quick", "patient", "beat", "web")},
    **{name: _server(name) for name in ("durable", "ephemeral", "postgres")},
}


# A delivery whose worker was killed is uncertain after forty seconds: the oracle waits for that.
SHORT = ("drain", "web", "durable", "postgres")
VICTIM_PARAMS = [pytest.param(name, marks=pytest.mark.short if name in SHORT else ()) for name in VICTIMS]


@pytest.mark.parametrize("victim", VICTIM_PARAMS)
async def test_nothing_accepted_is_lost_doubled_or_reordered(
    victim: str, healed: System, amira: Person, ben: Person
) -> None:
    oracle = Oracle(healed)
    async with Load(amira, ben, tickets=2) as load:
        async with load.flowing():
            for _ in range(2):
                await load.more(40)
                await asyncio.to_thread(VICTIMS[victim], healed)
            await load.caught_up()
            await load.more(40)
        verdict = await oracle.judge(load.pages)

    assert verdict == Verdict()
    assert healed.rows("SELECT count(*) FROM support_deadletter") == [(0,)]


async def test_two_drains_race_on_one_shard(healed: System, amira: Person) -> None:
    oracle = Oracle(healed)
    healed.run("drain", alias="drain2")
    until(lambda: " ready." in healed.log("drain2"), 60, what="the second drain is ready")
    tickets = [amira.open_ticket(f"Race {number}")["id"] for number in range(10)]
    async with AsyncExitStack() as stack:
        pages = {ticket: [await stack.enter_async_context(amira.client(ticket))] for ticket in tickets}
        for [page] in pages.values():
            for number in range(300):
                page.post(f"message {number}")
        verdict = await oracle.judge(pages)
    healed.kill("drain2", signal.SIGTERM)

    assert verdict == Verdict()
    assert [page.view.reached for [page] in pages.values()] == [300] * 10


async def test_a_worker_asked_to_stop_finishes_within_ten_seconds(
    healed: System, amira: Person, ben: Person
) -> None:
    oracle = Oracle(healed)
    async with Load(amira, ben, tickets=2) as load:
        async with load.flowing():
            for name in ("drain", "quick", "patient", "beat"):
                process = healed.processes[name]
                await asyncio.to_thread(healed.kill, name, signal.SIGTERM)
                assert process.returncode == 0, healed.log(name)[-2000:]
                healed.run(name)
            await load.more(40)
        verdict = await oracle.judge(load.pages)

    assert verdict == Verdict()

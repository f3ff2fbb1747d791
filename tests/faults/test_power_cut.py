"""B4: the power fails. Every process is gone at once, and of the command log only what was synced is left.

`tests.faults.power` watches the log's server and knows what was. PostgreSQL is killed too; that it keeps what it has
committed is its own promise.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.load import RATE, Load
from tests.faults.oracle import LIMIT, Oracle, Verdict
from tests.faults.power import cut, watched
from tests.faults.table import measured
from tests.system.leftovers import Leftovers
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually, until

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
GROWING = 5.0
_lost: dict[str, str] = {}


@contextmanager
def watched_system(appendfsync: str) -> Iterator[tuple[System, Path]]:
    """A system whose command log is watched, and the notes about it."""
    system = System()
    durable, notes = system.fleet.durable, system.home / "synced"
    durable.appendfsync, command = appendfsync, durable.command
    durable.command = lambda: watched(command(), notes)  # type: ignore[method-assign]
    try:
        system.start()
        system.mail_nobody()
        yield system, notes
    finally:
        system.stop()


def fail_power(system: System, notes: Path) -> int:
    """Everything is gone; how many bytes of the log were never synced."""
    servers = system.fleet.servers
    for server in servers:
        server.kill()
    for name in list(system.processes):
        system.kill(name)
    until(lambda: not system.fleet.durable.answers(), what="the log's server is gone as well")
    return cut(notes, system.home / "durable")


def restore_power(system: System) -> None:
    for server in system.fleet.servers:
        server.start()
    for name in system.commands:
        system.run(name)
    system.wait_until_ready()


@pytest.mark.parametrize(("appendfsync", "seconds"), [("always", 0.0), ("everysec", 2.0)])
async def test_b4_after_a_power_cut_what_was_accepted_is_there(appendfsync: str, seconds: float) -> None:
    with watched_system(appendfsync) as (system, notes):
        with Person(system, "amira") as amira, Person(system, "ben") as ben:
            oracle, slowed = Oracle(system), slowness()
            async with Load(amira, ben) as load, load.flowing():
                await load.more(100)
                await asyncio.to_thread(system.kill, "drain")  # what is accepted now is in the log alone
                since = time.monotonic()
                await eventually(lambda: time.monotonic() - since >= GROWING, what="the log grows")
                unsynced = await asyncio.to_thread(fail_power, system, notes)
            accepted = sum(at > since for each in load.writers for at in each.ledger.accepted.values())
        back = time.monotonic()
        await asyncio.to_thread(restore_power, system)
        await eventually(Leftovers(system).are_gone, LIMIT, what="all of the log is stored")
        t_recover = time.monotonic() - back
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)

    assert accepted > GROWING * RATE / 2 / slowed
    assert replace(verdict, lost_accepted=0) == Verdict()
    assert verdict.lost_accepted <= seconds * RATE
    _lost[appendfsync] = (
        f"{appendfsync}: {verdict.lost_accepted} of {accepted} lost, {unsynced} bytes never synced,"
        f" t_recover {t_recover:.1f} s"
    )
    measured("B4", "; ".join(_lost.values()), slowed)

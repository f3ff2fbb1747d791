"""The soak: fifty messages a second for ten minutes, and every twenty seconds something else dies or freezes.

Twice: with deaths of our own processes (Z1), and without (Z3), so that each lives for long enough to have a slope.
"""

import asyncio
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest

from tests.faults.keeper import Keeper
from tests.faults.load import Load
from tests.faults.memory import MOST_GROWTH, SERVERS, Growth, Memory, everybody, words
from tests.faults.opening import LEAST, Opening
from tests.faults.oracle import LIMIT, Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.soak, pytest.mark.asyncio]
MINUTES = float(os.environ.get("MINUTES", "10"))
EVERY = 20.0
FROZEN = 3.0

Fault = Callable[[System], Awaitable[None]]


def death(name: str) -> Fault:
    """kill -9 of a process; the keeper starts it again."""

    async def die(system: System) -> None:
        if not system.has_died(name):
            system.kill(name, wait=False)

    return die


def outage(name: str) -> Fault:
    """kill -9 of a server, back at once."""

    async def restart(system: System) -> None:
        server = getattr(system.fleet, name)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)

    return restart


def freeze(name: str) -> Fault:
    """A process that stops for some seconds and goes on."""

    async def stand_still(system: System) -> None:
        process = system.processes[name]
        process.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        await eventually(
            lambda: time.monotonic() - began >= FROZEN, what="it has stood still for long enough"
        )
        process.send_signal(signal.SIGCONT)

    return stand_still


DEATHS: dict[str, Fault] = {
    f"kill {name}": death(name) for name in ("drain", "quick", "patient", "beat", "web")
}
AWAY: dict[str, Fault] = {
    **{f"restart {name}": outage(name) for name in ("durable", "ephemeral", "postgres")},
    **{f"freeze {name}": freeze(name) for name in ("drain", "quick", "web")},
}


@dataclass(frozen=True)
class Soak:
    """What came of it: the growth by name, and all of it in words for the table."""

    growth: dict[str, Growth]
    told: str
    slowed: float


def shuffled(names: Sequence[str]) -> Iterator[str]:
    """For ever: all of them in a random order, then all of them in another."""
    while True:
        yield from random.sample(names, len(names))


async def soak(system: System, people: Sequence[Person], faults: dict[str, Fault]) -> Soak:
    """The load, and one of `faults` every twenty seconds. Every count is zero, or it raises AssertionError."""
    amira, ben, dora = people
    oracle, slowed = Oracle(system), slowness()
    ends = time.monotonic() + MINUTES * 60
    done: list[str] = []
    order = shuffled(list(faults))
    async with (
        Load(amira, ben, tickets=10) as load,
        Keeper(system, *system.commands) as keeper,
        Memory(system) as memory,
    ):
        async with load.flowing(), Opening(dora) as opening:
            while time.monotonic() < ends:
                due = time.monotonic() + EVERY
                done.append(next(order))
                await faults[done[-1]](system)
                await eventually(lambda due=due: time.monotonic() >= due, EVERY + 1, what="the next is due")  # type: ignore[misc]
            await load.caught_up(LIMIT)
        slowed = max(slowed, slowness())
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)

    assert (verdict, opening.missing(system)) == (Verdict(), 0), done
    assert len(opening.accepted) >= LEAST * MINUTES
    growth = memory.growth
    told = (
        f"{len(load.posted)} messages, {len(opening.accepted)} tickets, {len(done)} faults, {keeper.count} deaths;"
        f" {words(system, growth)}"
    )
    return Soak(growth, told, slowed)


async def test_z1_a_long_load_with_a_fault_every_twenty_seconds(
    flower_with_little_memory: System, amira: Person, ben: Person, dora: Person
) -> None:
    soaked = await soak(flower_with_little_memory, (amira, ben, dora), DEATHS | AWAY)
    measured("Z1", soaked.told, soaked.slowed)


async def test_z3_a_long_load_that_nobody_dies_of(
    flower_with_little_memory: System, amira: Person, ben: Person, dora: Person
) -> None:
    system = flower_with_little_memory
    soaked = await soak(system, (amira, ben, dora), AWAY)
    assert soaked.growth.keys() >= everybody(system, MINUTES * 60) - set(SERVERS)
    assert {name: each for name, each in soaked.growth.items() if each.megabytes > MOST_GROWTH} == {}
    measured("Z3", soaked.told, soaked.slowed)

"""The calm: fifty messages a second for ten minutes and nothing that fails; no hop is ever called late."""

import asyncio
import os
import time

import pytest

from tests.faults.hops import late, shown_as_late, until_well
from tests.faults.load import Load
from tests.faults.memory import MOST_GROWTH, Memory, everybody, words
from tests.faults.opening import LEAST, Opening
from tests.faults.oracle import LIMIT, Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.soak, pytest.mark.asyncio]
MINUTES = float(os.environ.get("MINUTES", "10"))
EVERY = 5.0


async def look(system: System, admin: Person) -> set[str]:
    """The hops that are called late now, by name."""
    told, shown = await asyncio.gather(
        asyncio.to_thread(late, system), asyncio.to_thread(shown_as_late, admin)
    )
    return set(told) | shown


async def test_z2_a_long_load_without_a_fault_is_never_amber(
    flower_with_little_memory: System, amira: Person, ben: Person, dora: Person, admin: Person
) -> None:
    system = flower_with_little_memory
    await asyncio.to_thread(until_well, system, slowness())
    oracle, slowed = Oracle(system), slowness()
    looks: list[set[str]] = []
    async with Load(amira, ben, tickets=10) as load, Memory(system) as memory:
        ends = time.monotonic() + MINUTES * 60
        async with load.flowing(), Opening(dora) as opening:
            while time.monotonic() < ends:
                due = time.monotonic() + EVERY
                looks.append(await look(system, admin))
                await eventually(lambda due=due: time.monotonic() >= due, EVERY + 1, what="the next is due")  # type: ignore[misc]
            await load.caught_up(LIMIT)
        slowed = max(slowed, slowness())
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)

    assert (verdict, opening.missing(system)) == (Verdict(), 0)
    assert len(opening.accepted) >= LEAST * MINUTES
    assert [hops for hops in looks if hops] == []
    growth = memory.growth
    assert growth.keys() >= everybody(system, MINUTES * 60)
    assert {name: each for name, each in growth.items() if each.megabytes > MOST_GROWTH} == {}
    measured(
        "Z2",
        f"{len(load.posted)} messages, {len(opening.accepted)} tickets, asked {len(looks)} times, never late;"
        f" {words(system, growth)}",
        slowed,
    )

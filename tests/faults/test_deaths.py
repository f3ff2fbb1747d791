"""W5: drains are ended two hundred times around their commits; every committed row is planned, nothing is given up."""

import asyncio
import os
import random
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.faults.load import Load
from tests.faults.oracle import LIMIT, Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually, until

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
DEATHS = 200
NURSERIES = ("nursery1", "nursery2")  # while one is born, the other drains
SIGNS = {"kill": signal.SIGKILL, "quit": signal.SIGQUIT}
# None is from outside, at whatever moment that is.
MOMENTS = (
    None,
    "take.after",
    "apply.after",
    "commit.before",
    "commit.after",
    "announce.after",
    "acknowledge.before",
    "acknowledge.after",
)


@pytest.fixture
def nurseries(unmailed: System) -> Iterator[System]:
    """Drains that are followed by others at once, in place of the one."""
    unmailed.kill("drain", signal.SIGTERM)
    words = unmailed.commands["drain"].words(unmailed.environment)
    for name in NURSERIES:
        command = [sys.executable, "-m", "tests.faults.nursery", *words]
        unmailed.run("drain", alias=name, command=command)
    for name in NURSERIES:
        until(lambda name=name: " ready." in unmailed.log(name), 60, what=f"{name}: {unmailed.log(name)}")  # type: ignore[misc]
    yield unmailed
    for name in NURSERIES:
        unmailed.kill(name, signal.SIGTERM)


def deaths(system: System) -> int:
    return sum(len(re.findall(r"^ended ", system.log(name), re.MULTILINE)) for name in NURSERIES)


def at_work(system: System) -> list[int]:
    """The drains that are ready, by pid."""
    newest = [system.log(name).rpartition("born ")[2] for name in NURSERIES]
    return [int(life.split()[0]) for life in newest if " ready." in life and "\nended " not in life]


async def one_dies(system: System, load: Load, chance: random.Random) -> tuple[str, str | None]:
    """A drain that has got something done ends: a command that takes three down while it is alone is given up.

    Which is why the first to reach a moment is spared.
    """
    action, moment = chance.choice(list(SIGNS)), chance.choice(MOMENTS)
    ended, stored = deaths(system), load.stored
    if moment:
        about = 0 if moment == "apply.after" else ""
        system.fail_points.arm(moment, action, turn=chance.randint(2, 5), about=about)
    else:
        await eventually(lambda: load.stored > stored and at_work(system), 60, what="something is stored")
        await asyncio.sleep(chance.random() / 10)
        os.kill(chance.choice(at_work(system)), SIGNS[action])
    await eventually(lambda: deaths(system) > ended, 60, what=f"{action} at {moment}")
    return action, moment


async def test_w5_two_hundred_deaths_around_a_commit(nurseries: System, amira: Person, ben: Person) -> None:
    oracle, slowed, chance = Oracle(nurseries), slowness(), random.Random()
    async with Load(amira, ben, tickets=5) as load:
        # Whoever has three under way writes no more: what waits shall be deaths old, not minutes.
        async with load.flowing(waiting=3):
            await load.more(20)
            ends = Counter([await one_dies(nurseries, load, chance) for _ in range(DEATHS)])
            nurseries.fail_points.disarm()
            died = time.monotonic()
            await load.caught_up()
            t_recover = time.monotonic() - died
        slowed = max(slowed, slowness())
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)

    assert verdict == Verdict()
    signs = Counter(action for action, _ in ends.elements())
    outside = sum(count for (_, moment), count in ends.items() if moment is None)
    measured(
        "W5",
        f"{DEATHS} deaths ({signs['kill']} SIGKILL, {signs['quit']} SIGQUIT; {outside} from outside, the others at"
        f" {len(MOMENTS) - 1} fail points) amid {len(load.posted)} messages; last t_recover {t_recover:.1f} s",
        slowed,
    )

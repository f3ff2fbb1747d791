"""W6: a command that kills whoever applies it, and one that always fails. They are set apart, and nobody else is."""

import time

import pytest

from tests.client.client import Client
from tests.faults.keeper import Keeper, second_drain
from tests.faults.load import Load
from tests.faults.oracle import Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
LONE_ATTEMPTS = 3


def letters(system: System) -> list[tuple[str, str]]:
    """What was given up, and why."""
    return system.rows("SELECT id::text, error FROM support_deadletter ORDER BY created_at")


async def held(page: Client, message_id: str) -> float:
    """When its writer was told that it is kept for somebody to look at."""
    await page.until(lambda: message_id in page.refused, 180)
    assert page.refused[message_id]["code"] == "held"
    return time.monotonic()


async def test_w6_a_command_that_aborts_its_process_is_quarantined_after_three_lone_attempts(
    unmailed: System, amira: Person, ben: Person
) -> None:
    oracle, slowed = Oracle(unmailed), slowness()
    async with (
        Load(amira, ben) as load,
        second_drain(unmailed),
        Keeper(unmailed, "drain", "drain2") as keeper,
    ):
        async with load.flowing():
            await load.more(100)
            writer = load.writers[0]
            poison = writer.post("aborts whoever applies it")
            unmailed.fail_points.arm("apply.before", "abort", turn=0, about=poison)
            died = await keeper.death()
            quarantined = await held(writer, poison) - died
            await load.caught_up()
            delayed = time.monotonic() - died
            await load.more(100)
        slowed = max(slowed, slowness())
        verdict = await oracle.judge(load.pages)

    assert verdict == Verdict(dead_letters=1)
    assert letters(unmailed) == [(poison, f"killed its worker {LONE_ATTEMPTS} times")]
    # Once with its batch, then alone.
    assert keeper.count == unmailed.fail_points.reached("apply.before") == 1 + LONE_ATTEMPTS
    assert delayed < 10 * slowed
    measured(
        "W6",
        f"quarantined after 1 + {LONE_ATTEMPTS} deaths in {quarantined:.1f} s, neighbours delayed {delayed:.1f} s",
        slowed,
    )


async def test_w6_a_command_that_always_fails_is_quarantined_at_once(
    unmailed: System, amira: Person, ben: Person
) -> None:
    oracle, slowed = Oracle(unmailed), slowness()
    before = len(letters(unmailed))
    async with Load(amira, ben) as load, Keeper(unmailed, "drain") as keeper:
        async with load.flowing():
            await load.more(100)
            poison = load.writers[0].post("always fails")
            unmailed.fail_points.arm("apply.before", "raise", turn=0, about=poison)
            began = time.monotonic()
            await held(load.writers[0], poison)
            await load.caught_up()
            delayed = time.monotonic() - began
            await load.more(100)
        slowed = max(slowed, slowness())
        verdict = await oracle.judge(load.pages)

    # What happened is in the log twice: as its batch failed, and as it failed alone.
    assert verdict == Verdict(dead_letters=1, errors_logged=2)
    assert letters(unmailed)[before:] == [(poison, "Failed: ")]
    assert unmailed.fail_points.reached("apply.before") == 2
    assert keeper.count == 0
    assert delayed < 10 * slowed

"""C5: ten thousand messages at once; all are stored and told to everybody."""

import time
from statistics import quantiles

import pytest

from tests.faults.load import Load
from tests.faults.oracle import Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
TICKETS, MESSAGES, SECONDS = 50, 10_000, 10.0


@pytest.mark.alone
async def test_c5_ten_thousand_messages_over_fifty_tickets_are_stored_and_delivered(
    unmailed: System, amira: Person, ben: Person
) -> None:
    oracle, slowed = Oracle(unmailed), slowness()
    async with Load(amira, ben, tickets=TICKETS) as load:
        began = time.monotonic()
        for number in range(MESSAGES):
            load.writers[number % len(load.writers)].post(f"message {number}")
        await eventually(
            lambda: sum(len(each.ledger.accepted) for each in load.writers) >= MESSAGES,
            300,
            what="all are accepted",
        )
        accepted_in = time.monotonic() - began
        await load.caught_up(300)
        drained_in = time.monotonic() - began
        slowed = max(slowed, slowness())
        verdict = await oracle.judge(load.pages)
        waits = delays(load)

    assert verdict == Verdict()
    assert len(waits) == 2 * MESSAGES
    assert accepted_in < SECONDS * slowed
    measured(
        "C5",
        f"accepted in {accepted_in:.1f} s, drained {drained_in - accepted_in:.1f} s later;"
        f" accepted to told p99 {quantiles(waits, n=100)[98]:.1f} s",
        slowed,
    )


def delays(load: Load) -> list[float]:
    """From being accepted until each page of the ticket was told."""
    return [
        page.ledger.told[message_id] - at
        for pages in load.pages.values()
        for writer in pages
        for message_id, at in writer.ledger.accepted.items()
        for page in pages
    ]

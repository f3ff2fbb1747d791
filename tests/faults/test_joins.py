"""C13: a thousand pages open while messages are written as fast as they are taken; each shows each message once."""

import asyncio
import itertools
import time
from collections.abc import Iterator

import pytest

from tests.client.client import Client
from tests.faults.load import Load
from tests.faults.oracle import Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
JOINS = 1000
AT_ONCE = 25


async def test_c13_a_message_written_while_a_page_joins_is_shown_once(
    unmailed: System, amira: Person, ben: Person
) -> None:
    oracle, slowed = Oracle(unmailed), slowness()
    guests: dict[str, list[Client]] = {}
    async with Load(amira, ben, tickets=5) as load:
        began = time.monotonic()
        async with load.flowing(rate=1000):
            visits = itertools.cycle([(person, ticket) for ticket in load.pages for person in (amira, ben)])
            turns = iter([next(visits) for _ in range(JOINS)])
            await asyncio.gather(*(visit_in_turn(turns, guests) for _ in range(AT_ONCE)))
        written, seconds = len(load.posted), time.monotonic() - began
        pages = {ticket: [*load.pages[ticket], *guests[ticket]] for ticket in load.pages}
        verdict = await oracle.judge(pages)

    joined = [guest for each in guests.values() for guest in each]
    assert verdict == Verdict()
    assert len(joined) == JOINS
    assert [guest.connections for guest in joined] == [1] * JOINS
    measured(
        "C13",
        f"{JOINS} joins while {written} messages were written, one every {1000 * seconds / written:.1f} ms",
        slowed,
    )


async def visit_in_turn(turns: Iterator[tuple[Person, str]], guests: dict[str, list[Client]]) -> None:
    """Open the thread, stay until something was written that was not there, leave."""
    for person, ticket in turns:
        async with person.client(ticket) as guest:
            await guest.until(lambda guest=guest: guest.is_connected)  # type: ignore[misc]
            first = guest.view.reached
            await guest.until(lambda guest=guest, first=first: guest.view.reached > first)  # type: ignore[misc]
        guests.setdefault(ticket, []).append(guest)

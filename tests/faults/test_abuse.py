"""C7: whatever is thrown at a socket, the right word comes back and nothing of it reaches the command log."""

import asyncio
import random
from collections.abc import Awaitable
from itertools import islice
from typing import TypeVar

import pytest
from websockets.protocol import State

from tests.faults import wire
from tests.faults.appends import Appends
from tests.faults.ears import Ear
from tests.faults.oracle import Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
SEED = 4711
JUNK = 60
LINES_AT_ONCE = 10
Found = TypeVar("Found")
PROTOCOL = {1002, 1007, 1009}


async def ended(person: Person, path: str, data: bytes) -> tuple[int | None, list[str]]:
    """How a line ends on which these bytes are sent. Nothing follows them: TCP forgets the last word to who goes on."""
    async with Ear(person, path) as ear:
        await ear.opened()
        ear.socket.transport.write(data)
        await eventually(lambda: ear.end, what="the end")
        return ear.end and ear.end[0], ear.codes


async def thrown(person: Person, path: str, data: bytes) -> tuple[int | None, list[str]]:
    """How a line ends on which these bytes are sent, and the codes of the errors before; None: it stays open."""
    async with Ear(person, path) as ear:
        await ear.opened()
        ear.socket.transport.write(data)
        await ear.say(type="ping")
        before = ear.count("heartbeat")
        await eventually(lambda: ear.end or ear.count("heartbeat") > before, what="an answer or the end")
        return ear.end and ear.end[0], ear.codes


async def drowned(person: Person, path: str, data: bytes) -> tuple[int | None, list[str]]:
    """The same for bytes that may be the beginning of anything: nonsense follows until the line has ended."""
    async with Ear(person, path) as ear:
        await ear.opened()
        ear.socket.transport.write(data)

        def is_over() -> bool:
            if ear.socket.state is State.OPEN:
                ear.socket.transport.write(wire.NONSENSE)
            return ear.end is not None

        await eventually(is_over, what="nonsense ends the line")
        assert ear.end
        return ear.end[0], ear.codes


async def all_of(ways: dict[str, Awaitable[Found]]) -> dict[str, Found]:
    """Ten lines at once."""
    found: dict[str, Found] = {}
    names = iter(ways)
    while some := list(islice(names, LINES_AT_ONCE)):
        found |= zip(some, await asyncio.gather(*(ways[why] for why in some)), strict=True)
    return found


@pytest.mark.short
async def test_c7_whatever_is_thrown_at_a_socket_is_answered_as_documented_and_never_logged(
    system: System, amira: Person
) -> None:
    oracle, chance, slowed = Oracle(system), random.Random(SEED), slowness()
    ticket = (await asyncio.to_thread(amira.open_ticket, "Under abuse"))["id"]
    path = f"/ws/chat/{ticket}/"
    async with amira.client(ticket) as page:
        await page.until(lambda: page.is_connected)
        with Appends(system) as appends:
            broken = await all_of({why: ended(amira, path, data) for why, (data, _) in wire.BROKEN.items()})
            refused = await all_of(
                {why: thrown(amira, path, data) for why, (data, _) in wire.REFUSED.items()}
            )
            large = await all_of({why: thrown(amira, path, data) for why, data in wire.TOO_LARGE.items()})
            junk = await all_of(
                {str(number): drowned(amira, path, wire.junk(chance)) for number in range(JUNK)}
            )
            assert appends.of(amira) == []
            page.post("and this is sound")
            await page.until(lambda: page.view.reached == 1)
            assert len(appends.of(amira)) >= 1
        verdict = await oracle.judge({ticket: [page]})

    assert broken == {why: (code, []) for why, (_, code) in wire.BROKEN.items()}
    assert refused == {why: (None, [code]) for why, (_, code) in wire.REFUSED.items()}
    assert large == dict.fromkeys(wire.TOO_LARGE, (4413, ["too-large"]))
    assert {end for end, _ in junk.values()} <= PROTOCOL
    assert {code for _, codes in junk.values() for code in codes} <= {"malformed"}
    assert verdict == Verdict()
    count = len(broken) + len(refused) + len(large)
    measured(
        "C7", f"{count} kinds and {len(junk)} of junk, each with its code; none in the command log", slowed
    )

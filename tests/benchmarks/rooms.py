"""Rooms: two pages on one thread, and how long a message takes from one to the other. The same for every design.

A room speaks a public protocol: it sends `message`, and a message has been seen when the other page is told it. Closed
loop: the next message when the one before was seen. Open loop: at fixed moments, whatever became of the ones before,
timed from the moment it was due. What was never seen, seen twice or seen out of turn is counted.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

from tests.benchmarks.dialects import PLAIN, READY, Dialect
from tests.benchmarks.wire import Line, dial
from tests.system.people import Person

PATIENCE = 30.0
CONNECTED_AT_ONCE = 10
See = Callable[[str], None]
GRAIN = 0.002  # an event loop's timer is so late by itself; that is nobody's answer time


class Room:
    """`writer` says, `reader` sees. `taken`: seconds of each message seen; `lost`, `doubled`, `reordered`: counts."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._awaited: dict[str, float] = {}  # in the order of saying
        self._end = 0.0
        self._is_quiet = asyncio.Event()
        self.writer: Line
        self.taken: list[float] = []
        self.lost = self.doubled = self.reordered = 0

    def begin(self, end: float = 0.0) -> None:
        """Forget what was taken; until `end` each message seen is followed by the next."""
        self.taken, self._end = [], end
        self._is_quiet.set()

    def say(self, since: float | None = None) -> None:
        message_id = str(uuid4())
        self._is_quiet.clear()
        self._awaited[message_id] = since or time.perf_counter()
        self.writer.send(self._dialect.say(message_id))

    def see(self, message_id: str) -> None:
        """The reader was told a message."""
        now = time.perf_counter()
        if message_id not in self._awaited:
            self.doubled += 1
            return
        self.reordered += next(iter(self._awaited)) != message_id
        self.taken.append(now - self._awaited.pop(message_id))
        if now < self._end:
            self.say()
        elif not self._awaited:
            self._is_quiet.set()

    async def quiet(self, patience: float = PATIENCE) -> None:
        """Everything said was seen; TimeoutError, and it counts as lost, when it was not in time."""
        try:
            async with asyncio.timeout(patience):
                await self._is_quiet.wait()
        except TimeoutError:
            self.lost += len(self._awaited)
            self._awaited.clear()
            raise


@asynccontextmanager
async def rooms(
    url: str, people: tuple[Person, Person], tickets: Sequence[str], dialect: Dialect = PLAIN
) -> AsyncIterator[list[Room]]:
    """One room per ticket, both pages open and past their first history."""
    turn = asyncio.Semaphore(CONNECTED_AT_ONCE)
    lines: list[Line] = []

    async def open_one(person: Person, ticket: str, see: See | None = None) -> Line:
        async with turn:
            line = await page(url, person, ticket, dialect, see)
            lines.append(line)
            return line

    async def room(ticket: str) -> Room:
        made = Room(dialect)
        made.writer, _ = await asyncio.gather(
            open_one(people[0], ticket), open_one(people[1], ticket, made.see)
        )
        return made

    try:
        yield list(await asyncio.gather(*map(room, tickets)))
    finally:
        for line in lines:
            line.abort()


async def page(url: str, person: Person, ticket: str, dialect: Dialect, see: See | None = None) -> Line:
    """A socket past its first history; `see` is told the id of each message it brings."""
    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def hear(line: Line, payload: bytes) -> None:
        if reply := dialect.answer(payload):
            line.send(reply)
        if see is None and ready.done():
            return
        found = dialect.heard(payload)
        if found == READY and not ready.done():
            ready.set_result(None)
        elif found and see is not None and found != READY:
            see(found)

    line = await dial(url + dialect.path(ticket), person.system.url, person.cookie, hear)
    async with asyncio.timeout(PATIENCE):
        await ready
    return line


async def closed_loop(chosen: Sequence[Room], seconds: float) -> list[float]:
    """All rooms talk as fast as they see."""
    end = time.perf_counter() + seconds
    for room in chosen:
        room.begin(end)
    for room in chosen:
        room.say()
    return await _seen(chosen, seconds + PATIENCE)


async def open_loop(chosen: Sequence[Room], seconds: float, rate: float) -> list[float]:
    """So many messages a second, the rooms in turn."""
    for room in chosen:
        room.begin()
    began = time.perf_counter()
    for number, room in zip(range(int(rate * seconds)), itertools.cycle(chosen), strict=False):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        now = time.perf_counter()
        room.say(since=due if now - due > GRAIN else now)
    return await _seen(chosen, PATIENCE)


async def _seen(chosen: Sequence[Room], patience: float) -> list[float]:
    await asyncio.gather(*(room.quiet(patience) for room in chosen))
    return list(itertools.chain.from_iterable(room.taken for room in chosen))

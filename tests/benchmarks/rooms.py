"""Rooms: two pages on one thread, and how long a message takes from one to the other. The same for every design.

A room speaks the public protocol as far as both designs know it: it sends `message`, and a message has been seen when
the other page is told it. Closed loop: the next message when the one before was seen. Open loop: at fixed moments,
whatever became of the ones before, timed from the moment it was due.
"""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from tests.system.people import Person

PATIENCE = 30.0
CONNECTED_AT_ONCE = 10


class Room:
    """`writer` says, `reader` sees."""

    def __init__(self, writer: ClientConnection, reader: ClientConnection) -> None:
        self._writer, self._reader = writer, reader
        self._awaited: dict[str, asyncio.Future[float]] = {}

    async def hear(self, page: ClientConnection) -> None:
        """Take all that a page is told; what the reader sees ends the wait for it."""
        async for text in page:
            frame = json.loads(text)
            if page is self._reader and frame["type"] == "message":
                waiting = self._awaited.pop(frame["message"]["id"], None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(time.perf_counter())

    async def say(self, since: float | None = None) -> float:
        """Seconds from saying (or from `since`) until it was seen."""
        message_id = str(uuid4())
        seen: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._awaited[message_id] = seen
        began = since or time.perf_counter()
        frame = {"type": "message", "id": message_id, "message": "How do I log supervision hours?"}
        await self._writer.send(json.dumps(frame))
        async with asyncio.timeout(PATIENCE):
            return await seen - began


@asynccontextmanager
async def rooms(url: str, people: tuple[Person, Person], tickets: Sequence[str]) -> AsyncIterator[list[Room]]:
    """One room per ticket, both pages open and past their first history."""
    turn = asyncio.Semaphore(CONNECTED_AT_ONCE)
    async with AsyncExitStack() as stack:

        async def page(person: Person, ticket: str) -> ClientConnection:
            async with turn:
                socket: ClientConnection = await stack.enter_async_context(_line(url, person, ticket))
                while json.loads(await socket.recv())["type"] != "chat_history":
                    pass
                return socket

        async def room(ticket: str) -> Room:
            writer, reader = await asyncio.gather(*(page(person, ticket) for person in people))
            return Room(writer, reader)

        found = await asyncio.gather(*(room(ticket) for ticket in tickets))
        ears = [
            asyncio.create_task(room.hear(page)) for room in found for page in (room._writer, room._reader)
        ]
        try:
            yield list(found)
        finally:
            for ear in ears:
                ear.cancel()


def _line(url: str, person: Person, ticket: str) -> Any:
    return connect(
        f"{url.replace('http', 'ws', 1)}/ws/chat/{ticket}/",
        origin=Origin(person.system.url),
        additional_headers={"Cookie": person.cookie},
        compression=None,
    )


async def closed_loop(chosen: Sequence[Room], seconds: float) -> list[float]:
    """All rooms talk as fast as they see."""
    end = time.perf_counter() + seconds

    async def talk(room: Room) -> list[float]:
        taken = []
        while time.perf_counter() < end:
            taken.append(await room.say())
        return taken

    return list(itertools.chain(*await asyncio.gather(*map(talk, chosen))))


async def open_loop(chosen: Sequence[Room], seconds: float, rate: float) -> list[float]:
    """So many messages a second, the rooms in turn."""
    began = time.perf_counter()
    said = []
    for number, room in zip(range(int(rate * seconds)), itertools.cycle(chosen), strict=False):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        said.append(asyncio.create_task(room.say(since=due)))
    return list(await asyncio.gather(*said))

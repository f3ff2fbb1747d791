"""The load of an experiment: tickets, pages on both sides of each, and a steady rate of messages. No fault in here.

Promises: every message is unlike every other; one page of each side of a ticket writes, the others read; all pages
live in one event loop, so hundreds cost one process. Called by the experiments; `pages` go to the oracle.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from tests.client.client import Client
from tests.system.people import Person
from tests.system.waiting import eventually

RATE = 50.0
TICKETS = 20
OPENED_AT_ONCE = 8
MOST_WAITING = 1000


class Load:
    """`pages` by ticket; `tabs` of them for each of the two people, the first of each writes.

    `webs`: the addresses of several, among which each person's pages and each ticket's are divided.
    """

    def __init__(
        self,
        requester: Person,
        agent: Person,
        *,
        tickets: int = TICKETS,
        tabs: int = 1,
        kind: type[Client] = Client,
        webs: Sequence[str] = (),
    ) -> None:
        self._people = (requester, agent)
        self._count, self._tabs, self._kind, self._webs = tickets, tabs, kind, webs
        self._stack = AsyncExitStack()
        self.pages: dict[str, list[Client]] = {}
        self.writers: list[Client] = []
        self.posted: list[str] = []
        self._numbers = itertools.count(1)

    @property
    def clients(self) -> list[Client]:
        return [client for pages in self.pages.values() for client in pages]

    async def __aenter__(self) -> "Load":
        requester = self._people[0]
        with ThreadPoolExecutor(OPENED_AT_ONCE) as threads:
            subjects = [f"Experiment {number}" for number in range(self._count)]
            opened = await asyncio.to_thread(lambda: list(threads.map(requester.open_ticket, subjects)))
        for ticket in opened:
            sides = [
                [person.client(ticket["id"], self._kind) for _ in range(self._tabs)]
                for person in self._people
            ]
            self.pages[ticket["id"]] = [client for side in sides for client in side]
            self.writers += [side[0] for side in sides]
        self._divide()
        for client in self.clients:
            await self._stack.enter_async_context(client)
        await self.connected()
        return self

    def _divide(self) -> None:
        for number, pages in enumerate(self.pages.values()):
            for place, page in enumerate(pages):
                page.at = self._webs[(number + place) % len(self._webs)] if self._webs else page.at

    async def __aexit__(self, *problem: object) -> None:
        await self._stack.aclose()

    async def connected(self, seconds: float = 60.0) -> None:
        """Every page holds a line and has its first history."""
        await eventually(
            lambda: all(client.is_connected for client in self.clients), seconds, what="all are connected"
        )

    @asynccontextmanager
    async def flowing(self, rate: float = RATE, *, waiting: int = MOST_WAITING) -> AsyncIterator[None]:
        """So many messages a second, the writers in turn, until the block ends.

        A writer with more than `waiting` in its outbox is passed over: a load is not a test of memory.
        """
        flow = asyncio.create_task(self._flow(rate, waiting))
        try:
            yield
        finally:
            flow.cancel()
            with suppress(asyncio.CancelledError):
                await flow

    async def _flow(self, rate: float, waiting: int) -> None:
        clock = asyncio.get_running_loop().time
        due = clock()
        for writer in itertools.cycle(self.writers):
            if len(writer.outbox) <= waiting:
                self.posted.append(writer.post(f"message {next(self._numbers)}"))
            due += 1 / rate
            await asyncio.sleep(due - clock())

    def burst(self, each: int) -> None:
        """So many messages of every writer at once: what the web takes together, the drain takes together."""
        for _ in range(each):
            self.posted += [writer.post(f"message {next(self._numbers)}") for writer in self.writers]

    async def more(self, count: int, seconds: float = 60.0) -> None:
        """So many more messages have been written and seen stored by their writers."""
        goal = len(self.posted) + count
        await eventually(lambda: self.stored >= goal, seconds, what=f"{count} more messages are stored")

    @property
    def stored(self) -> int:
        """How many were seen stored by who wrote them."""
        return sum(len(writer.ledger.attempts) - len(writer.outbox) for writer in self.writers)

    async def caught_up(self, seconds: float = 60.0) -> None:
        """Whatever had been written when this was asked, and was not refused, is in every view of its ticket."""
        ends = [
            (pages, next(each for each in reversed(page.ledger.attempts) if each not in page.refused))
            for pages in self.pages.values()
            for page in pages
            if page.ledger.attempts.keys() - page.refused.keys()
        ]
        await eventually(
            lambda: all(last in page.ledger.seen for pages, last in ends for page in pages),
            seconds,
            what="every page has what was written before",
        )

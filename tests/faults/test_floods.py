"""C4: somebody writes as fast as they can; they are given what their bucket holds, and nobody else feels it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from statistics import median
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed

from tests.benchmarks.rooms import rooms
from tests.faults.ears import Ear
from tests.faults.oracle import Oracle, Verdict
from tests.faults.pace import slices
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
POSTS_AT_ONCE, POSTS_PER_SECOND = 100, 10
WRITES_AT_ONCE, WRITES_PER_SECOND = 30, 2
TOO_FAST = 4429
BURST, SUSTAINED = 300, 60.0  # frames at once; then so many a second
RATE = 8.0  # what the others write


@pytest.fixture(scope="module")
def limited() -> Iterator[System]:
    """A system of its own, in which people may write as fast as in production."""
    system = System(
        CHAT_POSTS_AT_ONCE=str(POSTS_AT_ONCE),
        CHAT_POSTS_PER_SECOND=str(POSTS_PER_SECOND),
        WRITES_AT_ONCE=str(WRITES_AT_ONCE),
        WRITES_PER_SECOND=str(WRITES_PER_SECOND),
    )
    try:
        system.start()
        system.mail_nobody()
        yield system
    finally:
        system.stop()


@pytest.fixture
def amira(limited: System) -> Iterator[Person]:
    with Person(limited, "amira") as person:
        yield person


@pytest.fixture
def ben(limited: System) -> Iterator[Person]:
    with Person(limited, "ben") as person:
        yield person


@pytest.fixture
def dora(limited: System) -> Iterator[Person]:
    with Person(limited, "dora") as person:
        yield person


class Flood:
    """One person's frames, a burst and then a steady stream; a line that is closed is opened again at once."""

    def __init__(self, person: Person, ticket_id: str) -> None:
        self._person, self._path = person, f"/ws/chat/{ticket_id}/"
        self.ears: list[Ear] = []
        self.said = 0
        self.ebbs = False

    @property
    def accepted(self) -> list[float]:
        """The moments at which messages were accepted."""
        return [at for ear in self.ears for at, text in ear.heard if json.loads(text)["type"] == "accepted"]

    async def rise(self) -> None:
        """Until it ebbs."""
        while not self.ebbs:
            async with Ear(self._person, self._path) as ear:
                self.ears.append(ear)
                await self._pour(ear)

    async def _pour(self, ear: Ear) -> None:
        """Until it ebbs and the last word was answered, or the line is closed."""
        last, due = "", time.monotonic()
        with suppress(ConnectionClosed):
            while not self.ebbs:
                at_once = BURST if self.said == 0 else 1
                for _ in range(at_once):
                    last = str(uuid4())
                    await ear.say(type="message", id=last, message=f"flood {self.said}")
                    self.said += 1
                due = max(due + at_once / SUSTAINED, time.monotonic())
                await asyncio.sleep(due - time.monotonic())
        await eventually(lambda: ear.end or last in ear.text, what="the last word is answered")


@asynccontextmanager
async def flooding(person: Person, ticket_id: str) -> AsyncIterator[Flood]:
    flood = Flood(person, ticket_id)
    async with asyncio.TaskGroup() as group:
        group.create_task(flood.rise())
        yield flood
        flood.ebbs = True


@pytest.mark.alone
async def test_c4_a_flood_is_given_its_bucket_and_others_do_not_feel_it(
    limited: System, amira: Person, ben: Person, dora: Person
) -> None:
    oracle, slowed = Oracle(limited), slowness()
    hers = (await asyncio.to_thread(dora.open_ticket))["id"]
    tickets = [(await asyncio.to_thread(amira.open_ticket))["id"] for _ in range(4)]
    async with rooms(limited.url, (amira, ben), tickets) as chat:
        calm = median(await slices(chat, RATE))
        slowed = max(slowed, slowness())
        began = time.monotonic()
        async with flooding(dora, hers) as flood:
            busy = median(await slices(chat, RATE))
        ended = time.monotonic()
        await flooded(limited, hers, len(flood.accepted))
        t_recover = time.monotonic() - ended
        calm = max(calm, median(await slices(chat, RATE)))
    accepted = flood.accepted
    verdict = await oracle.judge({})
    await flooded(limited, hers, len(accepted))

    least = POSTS_AT_ONCE + POSTS_PER_SECOND * (max(accepted) - min(accepted))
    most = POSTS_AT_ONCE + POSTS_PER_SECOND * (ended - began)
    assert least - 2 <= len(accepted) <= most
    assert {ear.end[0] for ear in flood.ears if ear.end} >= {TOO_FAST}
    assert busy < 2 * calm
    assert verdict == Verdict()
    measured(
        "C4",
        f"{len(accepted)} of {flood.said} frames accepted in {ended - began:.1f} s (bucket: {least:.0f} to {most:.0f});"
        f" others' p95 {1000 * busy:.0f} ms, calm {1000 * calm:.0f} ms; t_recover {t_recover:.1f} s",
        slowed,
    )


async def flooded(system: System, ticket_id: str, count: int) -> None:
    """So many messages of the ticket are stored, and not one more."""
    stored = "SELECT count(*) FROM support_chatmessage WHERE ticket_id = %s"
    await eventually(lambda: system.rows(stored, ticket_id)[0][0] >= count, 60, what="all are stored")
    assert system.rows(stored, ticket_id)[0][0] == count


async def test_c4_over_http_a_flood_is_given_its_bucket_too(limited: System, dora: Person) -> None:
    oracle, ticket = Oracle(limited), (await asyncio.to_thread(dora.open_ticket))["id"]
    began = time.monotonic()
    answers: list[tuple[float, int]] = []
    for number in range(4 * WRITES_AT_ONCE):
        answer = await asyncio.to_thread(
            dora.post, f"tickets/{ticket}/message/", {"message": f"flood {number}"}, Prefer="respond-async"
        )
        answers.append((time.monotonic(), answer.status_code))
    accepted = [at for at, status in answers if status in {201, 202}]  # 201: stored by the time of the answer

    assert {status for _, status in answers} - {201} == {202, 429}
    most = WRITES_AT_ONCE + WRITES_PER_SECOND * (answers[-1][0] - began)
    assert most - 3 <= len(accepted) <= most
    assert await oracle.judge({}) == Verdict()

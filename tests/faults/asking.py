"""Somebody who asks over HTTP the whole time, one question after the other: what was answered, and how soon.

Called by the experiments beside their load. The person's rows are in no view of the load; what was accepted is asked
for by `missing`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple
from uuid import uuid4

import httpx

from tests.system.people import Person
from tests.system.processes import System

PAUSE = 0.05
ACCEPTED = {200, 201, 202}


class Answer(NamedTuple):
    """The moment it was asked, the status, the seconds it took, and the id of the message that was posted."""

    at: float
    status: int
    seconds: float
    message_id: str


class Asking:
    """`answers` in the order of asking."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []

    def between(self, began: float, ended: float) -> list[Answer]:
        """Asked and answered between two moments."""
        return [each for each in self.answers if began < each.at and each.at + each.seconds < ended]

    def missing(self, system: System) -> int:
        """How many were accepted and are not in the database."""
        accepted = [each.message_id for each in self.answers if each.message_id and each.status in ACCEPTED]
        query = "SELECT count(*) FROM support_chatmessage WHERE id = ANY(%s::uuid[])"
        return len(accepted) - int(system.rows(query, accepted)[0][0])


@asynccontextmanager
async def posting(person: Person, ticket_id: str) -> AsyncIterator[Asking]:
    """Writes one message after the other and waits for none to be stored."""

    def post() -> tuple[httpx.Response, str]:
        message_id = str(uuid4())
        body = {"id": message_id, "message": f"Over HTTP: {message_id}"}
        return person.post(f"tickets/{ticket_id}/message/", body, Prefer="respond-async"), message_id

    async with _asking(post) as asking:
        yield asking


@asynccontextmanager
async def reading(person: Person, *paths: str) -> AsyncIterator[Asking]:
    """Opens one page after the other."""
    turns = [paths[0]]

    def get() -> tuple[httpx.Response, str]:
        turns.append(paths[len(turns) % len(paths)])
        return person.http.get(turns[-1]), ""

    async with _asking(get) as asking:
        yield asking


@asynccontextmanager
async def _asking(ask: Callable[[], tuple[httpx.Response, str]]) -> AsyncIterator[Asking]:
    asking = Asking()

    def once() -> None:
        began = time.monotonic()
        answer, message_id = ask()
        asking.answers.append(Answer(began, answer.status_code, time.monotonic() - began, message_id))

    async def ask_on() -> None:
        while True:
            await asyncio.to_thread(once)
            await asyncio.sleep(PAUSE)

    task = asyncio.create_task(ask_on())
    try:
        yield asking
        assert not task.done() or task.result() is None  # what ended it early is told
    finally:
        task.cancel()
        await asyncio.wait({task})

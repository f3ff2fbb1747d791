"""Somebody who opens a ticket every few seconds, whatever has just failed: agents are mailed about each.

Called by the soaks, so that mail is sent all the while, and by every child of a worker from the beginning: the first
tickets come at once. What was answered with an id must be a row in the end.
"""

import asyncio
from itertools import count

import httpx

from tests.faults.asking import ACCEPTED
from tests.faults.beside import Beside
from tests.system.people import Person
from tests.system.processes import System

EVERY = 4.0
AT_ONCE = 10
NOT_YET = 202
LEAST = 3  # accepted in a minute, whatever fails


class Opening(Beside):
    """`accepted`: the ids that were answered. A web process that is away answers nothing, and is asked again later."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self.accepted: list[str] = []

    def missing(self, system: System) -> int:
        """How many were accepted and are not in the database."""
        query = "SELECT count(*) FROM support_supportticket WHERE id = ANY(%s::uuid[])"
        return len(self.accepted) - int(system.rows(query, self.accepted)[0][0])

    async def _go_on(self) -> None:
        for number in count(1):
            await asyncio.to_thread(self._open, f"Meanwhile {number}")
            await asyncio.sleep(EVERY if number > AT_ONCE else 0.0)

    def _open(self, subject: str) -> None:
        try:
            answer = self._person.ask_for_ticket(subject)
        except httpx.TransportError:
            return
        if answer.status_code in ACCEPTED:
            body = answer.json()
            self.accepted.append(body["ticket_id"] if answer.status_code == NOT_YET else body["id"])

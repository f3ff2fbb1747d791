"""Threads to talk in: opened over the API by the one who asks, before anything is measured."""

from typing import Any

from tests.system.leftovers import Leftovers
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

TICKET: dict[str, Any] = {
    "subject": "Logbook export is missing week 14",
    "description": "Week 14 shows no hours.",
    "priority": "HIGH",
    "ticket_type": "BUG",
    "tags": ["logbook"],
}
WITHIN = 300.0


def open_tickets(system: System, person: Person, count: int) -> list[str]:
    """The ids of so many; everybody was told of them."""
    answers = [person.post("tickets/create/", TICKET, Prefer="respond-async") for _ in range(count)]
    assert {answer.status_code for answer in answers} <= {201, 202}, [answer.text for answer in answers]
    until(Leftovers(system).are_gone, WITHIN, what="everybody was told of the rooms", every=0.1)
    # A ticket that was stored by then is shown itself.
    return [answer.json()["id" if answer.status_code == 201 else "ticket_id"] for answer in answers]

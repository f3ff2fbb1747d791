"""Every address that reads asks the database as often as its line in queries.txt says, however many rows there are.

One that answers 200 to any of these people, by the table of permissions, and has no number for them fails here. To
write a line, put 0 into its places, read what the failure shows and decide whether it is right. What regions of the
desk and sockets ask has tests of its own, next to theirs; the admin's pages are Django's, webhooks anymail's.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from core import valkey
from core.models import User
from support import commands
from support.uptime import board
from tests.security import table
from tests.security.cast import KINDS, Cast, make_cast
from tests.security.routes import filled
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("queries.txt")
PEOPLE = ("nobody", "guest", "amira", "agent", "admin")
# Of a test's own transaction, not of the product.
_OURS = re.compile("^(?:RELEASE )?SAVEPOINT")
NOT_ASKED = "-"
Cells = dict[str, str]


@pytest.fixture
def cast(desk: Desk, amira: User, dora: User, ben: User, admin: User, settings: Settings) -> Cast:
    settings.OPS_ADDRESSES = []
    return make_cast(desk, amira, dora, ben, admin)


def expected() -> dict[str, Cells]:
    """By address, a cell for each of PEOPLE."""
    found: dict[str, Cells] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            address, *cells = line.split()
            assert address not in found, line
            found[address] = dict(zip(PEOPLE, cells, strict=True))
    return found


def asked(cast: Cast, kind: str, address: str) -> str:
    """How many queries an answer took; what is no 200 stands as it is."""
    path = filled(address.removeprefix("home"), cast.values_for(kind, address))
    board.forget()  # what a process remembers for half a minute
    with CaptureQueriesContext(connection) as queries:
        status = _status(cast.browsers[kind], path)
    return (
        str(sum(not _OURS.match(query["sql"]) for query in queries)) if status == 200 else f"answer {status}"
    )


def _status(browser: Client, path: str) -> int:
    """Of an answer that was read to its end."""
    answer: Any = browser.get(path)
    if answer.streaming:
        answer.getvalue()
    return int(answer.status_code)


def unlike(cast: Cast, known: dict[str, Cells]) -> str:
    """The lines that are not as they should be, as they would have to be."""
    valkey.ephemeral().flushdb()  # nothing is too fast
    now = {
        address: {
            kind: cell if cell == NOT_ASKED else asked(cast, kind, address) for kind, cell in cells.items()
        }
        for address, cells in known.items()
    }
    return "".join(
        f"\n{address:<58} " + " ".join(f"{cell:<6}" for cell in cells.values()).rstrip()
        for address, cells in now.items()
        if cells != known[address]
    )


def once_of_staff(known: dict[str, Cells]) -> dict[str, Cells]:
    """What an agent and an admin are both told is asked by one of them."""
    return {
        address: cells | ({"admin": NOT_ASKED} if cells["admin"] == cells["agent"] else {})
        for address, cells in known.items()
    }


def test_every_address_asks_as_often_as_its_line_says(
    cast: Cast, desk: Desk, amira: User, ben: User, dora: User
) -> None:
    known = expected()
    desk.ask(dora, "What every filter finds", tags=("logbook",))  # what finds nothing asks no further
    for address in ("home", "support/", "accounts/email/"):  # what is asked once, by a process or of a person
        for kind in PEOPLE:
            asked(cast, kind, address)
    assert unlike(cast, known) == ""
    more_of_everything(cast, desk, amira, ben)
    assert unlike(cast, once_of_staff(known)) == "", "more rows, more queries"


def more_of_everything(cast: Cast, desk: Desk, amira: User, ben: User) -> None:
    """Tickets, messages, notes, moves, notices, mails and people, on the asked-about ticket and beside it."""
    hers = amira.tickets.get()
    for number in range(4):
        colleague = User.objects.create_user(f"agent{number}", f"agent{number}@example.com", is_staff=True)
        desk.declare(colleague, "online")
        for ticket in (hers, desk.ask(amira, f"Ticket {number}", tags=("logbook", f"tag{number}"))):
            desk.give(ben, ticket, colleague)
            desk.say(amira, ticket, f"line {number}")
            desk.say(colleague, ticket, f"answer {number}")
            desk.say(colleague, ticket, f"note {number}", audience="staff")
            desk.do(amira, commands.MarkRead, ticket_id=ticket.pk, sequence=1)
        desk.say(cast.guests_ticket.requester, cast.guests_ticket, f"line {number}")
        desk.say(ben, cast.guests_ticket, f"answer {number}")


def test_whatever_anybody_may_read_has_its_number() -> None:
    """Who is answered 200 is what the table of permissions says, which is held to the URL conf."""
    may_read = {
        name: {kind: cells[kind] == "200" for kind in PEOPLE}
        for (name, method), cells in table.read(table.ROUTES).items()
        if method == "GET" and not name.startswith(("admin/", "anymail/"))
    }
    have_numbers = {
        address: {kind: cell != NOT_ASKED for kind, cell in cells.items()}
        for address, cells in expected().items()
        if "?" not in address
    }
    assert have_numbers == {name: kinds for name, kinds in may_read.items() if any(kinds.values())}
    assert set(PEOPLE) <= set(KINDS)

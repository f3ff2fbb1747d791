"""D1: whatever is handed over arrives three times, and everything is there once."""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.appends import Appends
from tests.faults.load import Load
from tests.faults.oracle import Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
TIMES = 3
MESSAGES = 60
ROLES = {"web": "asgi", "drain": "worker", "quick": "worker", "patient": "worker", "beat": "worker"}


SENT = "SELECT message_id_header FROM notifications_delivery WHERE transport = 'email' AND state = 'sent'"
THREAD = (
    "SELECT u.username, m.body, m.public_sequence, m.staff_sequence FROM support_chatmessage m"
    " JOIN core_user u ON u.id = m.author_id WHERE m.ticket_id = %s ORDER BY m.staff_sequence"
)
CHANGES = "SELECT kind, count(*) FROM support_change WHERE ticket_id = %s GROUP BY kind ORDER BY kind"
NOTICES = (
    "SELECT u.username, d.transport, d.notice, count(*) FROM notifications_delivery d"
    " JOIN core_user u ON u.id = d.recipient_id WHERE d.ticket_id = %s GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
)
# All there is of the ticket of `changed()` and of the chat of `chatted()`; the notices are those of docs/notices.md.
CHANGED = (
    [("ben", "Which week is it?", 1, 1), ("ben", "Only for us.", None, 2), ("amira", "Week 14.", 2, 3)],
    [("AssignTicket", 1), ("ChangePriority", 1), ("ChangeStatus", 2), ("ChangeTags", 1), ("OpenTicket", 1)],
    [
        ("admin", "email", "new_ticket", 1),
        ("admin", "in_app", "new_ticket", 1),
        ("amira", "email", "ticket_reply", 2),
        ("amira", "email", "ticket_update", 3),
        ("amira", "in_app", "ticket_reply", 2),
        ("amira", "in_app", "ticket_update", 3),
        ("ben", "email", "new_ticket", 1),
        ("ben", "email", "ticket_reply", 1),
        ("ben", "email", "ticket_update", 1),
        ("ben", "in_app", "internal_note", 1),
        ("ben", "in_app", "new_ticket", 1),
        ("ben", "in_app", "ticket_reply", 1),
        ("ben", "in_app", "ticket_update", 1),
        ("chen", "email", "new_ticket", 1),
        ("chen", "in_app", "new_ticket", 1),
    ],
)
CHATTED = (
    [("amira", "Is anybody there?", 1, 1)],
    [("AcceptChat", 1), ("EndChat", 1), ("RateChat", 1), ("SendTranscript", 1), ("StartChat", 1)],
    [
        ("admin", "email", "new_ticket", 1),
        ("admin", "in_app", "chat_waiting", 1),
        ("amira", "email", "chat_transcript", 1),
        ("amira", "email", "ticket_update", 1),
        ("amira", "in_app", "ticket_update", 1),
        ("ben", "email", "new_ticket", 1),
        ("ben", "email", "ticket_update", 1),
        ("ben", "in_app", "chat_waiting", 1),
        ("ben", "in_app", "ticket_update", 1),
        ("chen", "email", "new_ticket", 1),
        ("chen", "in_app", "chat_waiting", 1),
    ],
)


class Thrice(System):
    """Every process that appends or publishes does so three times."""

    def run(self, name: str, **options: Any) -> None:
        if name in ROLES:
            words = self.commands[name].words(self.environment)
            options["command"] = [sys.executable, "-m", "tests.faults.thrice", *words]
            options["environment"] = {
                "PROCESS_ROLE": ROLES[name],
                "DJANGO_SETTINGS_MODULE": "core.settings",
            }
        super().run(name, **options)


@pytest.fixture(scope="module")
def thrice() -> Iterator[System]:
    system = Thrice()
    try:
        system.start()
        yield system
    finally:
        system.stop()


@pytest.fixture
def people(thrice: System) -> Iterator[tuple[Person, Person]]:
    """Amira and Ben."""
    with Person(thrice, "amira") as amira, Person(thrice, "ben") as ben:
        yield amira, ben


def changed(amira: Person, ben: Person) -> str:
    """One ticket on which everything happens once over HTTP; its id."""
    ticket = amira.open_ticket("Thrice")["id"]
    steps: list[tuple[Person, str, dict[str, Any]]] = [
        (ben, "assign/", {"assigned_to": ben.id}),
        (ben, "message/", {"message": "Which week is it?"}),
        (ben, "message/", {"message": "Only for us.", "audience": "staff"}),
        (amira, "message/", {"message": "Week 14."}),
        (ben, "priority/", {"priority": "URGENT"}),
        (ben, "tags/", {"tags": ["logbook", "export"]}),
        (amira, "read/", {"sequence": 2}),
        (ben, "status/", {"status": "WAITING_USER", "expected": "OPEN"}),
        (ben, "status/", {"status": "RESOLVED", "expected": "WAITING_USER"}),
    ]
    for person, path, body in steps:
        answer = person.post(f"tickets/{ticket}/{path}", body, Prefer="wait=10")
        assert answer.status_code in {200, 201}, (path, answer.text)
    return str(ticket)


def chatted(amira: Person, ben: Person) -> str:
    """A live chat from its first word to its mailed transcript; its ticket."""
    begun = amira.post("chat/message/", {"message": "Is anybody there?"}, Prefer="wait=10")
    ticket = begun.json()["ticket_id"]
    steps: list[tuple[Person, str, dict[str, Any]]] = [
        (ben, "chat/accept/", {}),
        (amira, "chat/end/", {}),
        (amira, "chat/rating/", {"score": 5}),
        (amira, "chat/transcript/", {}),
    ]
    for person, path, body in steps:
        answer = person.post(f"tickets/{ticket}/{path}", body, Prefer="wait=10")
        assert answer.status_code == 200, (path, answer.text)
    return str(ticket)


def happened(amira: Person, ben: Person) -> tuple[str, str]:
    """A ticket and a live chat, each with all that can happen to it."""
    return changed(amira, ben), chatted(amira, ben)


@pytest.mark.short
async def test_d1_everything_delivered_three_times_happens_once(
    thrice: System, people: tuple[Person, Person]
) -> None:
    oracle, slowed = Oracle(thrice), slowness()
    with Appends(thrice) as appends:
        async with Load(*people, tickets=2) as load:
            async with load.flowing(20):
                await load.more(MESSAGES)
            found = await asyncio.to_thread(happened, *people)
            verdict = await oracle.judge(load.pages)
        appended = [command_of(each) for person in people for each in appends.of(person)]
    mailed = Counter(str(mail["Message-ID"]).strip() for mail in thrice.sink.messages)
    sent = [row[0] for row in thrice.rows(SENT)]

    assert verdict == Verdict()
    assert {count % TIMES for count in Counter(appended).values()} == {0}
    assert [seen(thrice, ticket) for ticket in found] == [CHANGED, CHATTED]
    assert mailed == Counter(sent)
    assert set(mailed.values()) == {1}
    assert thrice.rows("SELECT count(*) FROM support_deadletter") == [(0,)]
    commands = len(appended) // TIMES
    measured(
        "D1",
        f"{commands} commands, each three times in the log: rows, numbers and {len(sent)} mails once",
        slowed,
    )


def command_of(said: str) -> str:
    """The id under which a command was appended."""
    return said.split(" i ", 1)[1].split(" ", 1)[0]


def seen(system: System, ticket: str) -> tuple[Any, ...]:
    """All there is of a ticket: who said what under which numbers, how often it changed how, who is told what.

    Whether a mail is sent or read before it was, is a matter of moments; that what was sent was sent once, is not.
    """
    return system.rows(THREAD, ticket), system.rows(CHANGES, ticket), system.rows(NOTICES, ticket)

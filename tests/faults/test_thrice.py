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
    thrice: System, people: tuple[Person, Person], system: System, amira: Person, ben: Person
) -> None:
    oracle, slowed = Oracle(thrice), slowness()
    with Appends(thrice) as appends:
        async with Load(*people, tickets=2) as load:
            async with load.flowing(20):
                await load.more(MESSAGES)
            found = await asyncio.to_thread(happened, *people)
            verdict = await oracle.judge(load.pages)
        appended = [command_of(each) for person in people for each in appends.of(person)]
    # Nobody has declared anything, as in the other one.
    system.execute("DELETE FROM support_supportuserstatus")
    plain = Oracle(system)
    expected = await asyncio.to_thread(happened, amira, ben)
    assert await plain.judge({}) == Verdict()
    mailed = Counter(str(mail["Message-ID"]).strip() for mail in thrice.sink.messages)
    sent = [row[0] for row in thrice.rows(SENT)]

    assert verdict == Verdict()
    assert {count % TIMES for count in Counter(appended).values()} == {0}
    assert [seen(thrice, ticket) for ticket in found] == [seen(system, ticket) for ticket in expected]
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

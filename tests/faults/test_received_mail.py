"""Mail under kill -9: what came in is in its thread once, what the calendar owes is sent once."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.faults.table import measured
from tests.system.imap import Mailbox
from tests.system.machine import slowness
from tests.system.mailed import AMIRA, asked_back, by_mailgun, mailed_system, reply_to
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.faults
MAILS = 30
PUBLISH = """
from core import dispatch
dispatch.publish("digests.plan")
"""


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[System, Mailbox]]:
    """Its mornings begin now, whatever o'clock it is."""
    hour = min(20, datetime.now(ZoneInfo("Australia/Melbourne")).hour)
    with mailed_system(DIGEST_HOUR=str(hour)) as running:
        yield running


def test_each_mail_once_whoever_is_killed_while_it_comes_in(post: tuple[System, Mailbox]) -> None:
    """Thirty answers, half by IMAP, half by webhook; the watcher, the workers and the drain die on the way."""
    system, mailbox = post
    with Person(system, "amira") as amira, Person(system, "ben") as ben:
        ticket, mail = asked_back(system, amira, ben)
        for number in range(MAILS):
            raw = reply_to(mail, AMIRA, f"Answer {number}.")
            if number % 2:
                mailbox.put(raw)
            else:
                assert by_mailgun(system, raw, str(mail["Reply-To"])).status_code == 200
            if number % 10 == 5:
                for victim in ("patient", "drain", "watch"):
                    command = system.processes[victim].args if victim == "watch" else None
                    system.kill(victim)
                    system.run(victim, command=command)  # type: ignore[arg-type]

        bodies = until(lambda: _all_of(system, ticket["id"]), seconds=150, what="every answer is stored")
        outcomes = system.rows("SELECT outcome, count(*) FROM notifications_incomingmail GROUP BY outcome")

    assert bodies == Counter({f"Answer {number}.": 1 for number in range(MAILS)})
    assert outcomes == [("token", MAILS)]
    measured("E7", f"{MAILS} of {MAILS} mails once, nine processes killed on the way", slowness())


def _all_of(system: System, ticket: str) -> Counter[str] | None:
    """What Amira's mails say in the thread, when every row of the ledger is final."""
    waiting = system.rows("SELECT count(*) FROM notifications_incomingmail WHERE outcome = 'waiting'")[0][0]
    rows = system.rows(
        "SELECT body FROM support_chatmessage WHERE ticket_id = %s AND source = 'email'", ticket
    )
    return Counter(str(body) for (body,) in rows) if len(rows) >= MAILS and not waiting else None


def test_s2_a_digest_that_runs_five_times_and_is_killed_is_sent_once(post: tuple[System, Mailbox]) -> None:
    system, _mailbox = post
    with Person(system, "dora") as dora, Person(system, "ben") as ben:
        tickets = [dora.open_ticket(f"Asked {number}") for number in range(3)]
        for ticket in tickets:
            ben.post(f"tickets/{ticket['id']}/message/", {"message": "Answered."})
        until(lambda: _answered(system) == 3, what="three answers are stored")
        system.execute("UPDATE core_user SET timezone = 'Australia/Melbourne'")
        system.execute("UPDATE support_chatmessage SET created_at = created_at - interval '26 hours'")
        for run in range(5):
            system.manage("shell", "--verbosity", "0", "-c", PUBLISH)
            if run == 2:
                system.kill("patient")
                system.run("patient")
        until(lambda: _settled(system), seconds=120, what="what the calendar owed is settled")

        due = (
            "SELECT address, notice, facts->>'day', count(*) FROM notifications_delivery"
            " WHERE event_kind = 'Calendar' AND notice = 'unread' GROUP BY 1, 2, 3"
        )
        rows = [row for row in system.rows(due) if row[0] == "dora@example.com"]
        reminders = [
            each
            for each in system.sink.messages
            if each["X-Rcpt-To"] == "dora@example.com" and "unread" in each["Subject"]
        ]

    assert [(address, notice, count) for address, notice, _day, count in rows] == [
        ("dora@example.com", "unread", 1)
    ]
    assert len(reminders) <= 1
    found = f"{len(rows)} row and {len(reminders)} mail for one person and day after five runs and a kill"
    measured("S2", found, slowness())


def _answered(system: System) -> int:
    rows = system.rows("SELECT count(*) FROM support_chatmessage WHERE body = 'Answered.'")
    return int(rows[0][0])


def _settled(system: System) -> bool:
    """There is a reminder, and none waits or is being sent."""
    rows = system.rows(
        "SELECT state FROM notifications_delivery WHERE event_kind = 'Calendar' AND notice = 'unread'"
    )
    return bool(rows) and not {state for (state,) in rows} & {"planned", "queued", "sending"}

"""What is owed by the clock: once, however many beats ring, whoever is killed, and whatever the clock does at night."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from pytest_django import Settings

from core.models import User
from notifications import services
from notifications.services.deliver import deliver
from tests.faults.balance import unbalanced
from tests.faults.hurried import RUNG, TIMES
from tests.faults.oracle import all_zero
from tests.faults.table import measured
from tests.notifications import clocks
from tests.notifications.conftest import sink
from tests.notifications.sink import Sink
from tests.support.conftest import Desk, desk
from tests.system.leftovers import Leftovers
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

__all__ = ["desk", "sink"]
pytestmark = pytest.mark.faults
MELBOURNE = ZoneInfo("Australia/Melbourne")
HURRIED = ["celery", "--quiet", "-A", "tests.faults.hurried", "beat", "--schedule"]
PERIODS = 120  # seconds of the table as it is
PUBLISH = """
from core import dispatch
dispatch.publish("digests.plan")
"""


@pytest.fixture(scope="module")
def running() -> Iterator[System]:
    """Its mornings begin now, whatever o'clock it is. A mail about a message waits a moment; nobody rings then."""
    hour = min(20, datetime.now(MELBOURNE).hour)
    system = System(DIGEST_HOUR=str(hour), REPLY_MAIL_GRACE="3")
    try:
        system.start()
        yield system
    finally:
        system.stop()


@pytest.fixture
def owing(running: System) -> Iterator[System]:
    """All-zero, whatever a test did to it."""
    with all_zero(running):
        yield running


# --- S1 ---


def test_s1_two_beats_cause_each_effect_once(owing: System) -> None:
    """Periods are a tenth, so that as many pass as in two minutes; the drain is away when ten messages are written."""
    with Person(owing, "amira") as amira, Person(owing, "ben") as ben, Person(owing, "chen") as chen:
        tickets = [amira.open_ticket(f"Asked {number}") for number in range(10)]
        ben.post(f"tickets/{tickets[0]['id']}/message/", {"message": "Yesterday."}, Prefer="wait=10")
        owing.execute("UPDATE core_user SET timezone = 'Australia/Melbourne'")
        owing.execute("UPDATE support_chatmessage SET created_at = created_at - interval '26 hours'")
        until(Leftovers(owing).are_gone, 60, what="everybody was told of the tickets")
        chen.declare("online")
        owing.kill("beat")
        owing.kill("drain")
        for ticket in tickets:
            answer = ben.post(
                f"tickets/{ticket['id']}/message/", {"message": "Today."}, Prefer="respond-async"
            )
            assert answer.status_code == 202
        seen = changes_of(owing, "chen")
        owing.forget_leases("chen")
        rings = rung_by_two(owing)
        until(Leftovers(owing).are_gone, 120, what="nothing is on its way")

    assert stored(owing) == {"Today.": 10, "Yesterday.": 1}
    assert told_about(owing, "Today.") == {1: 10}
    calendar = rows_of_the_calendar(owing)
    assert ("unread", "amira") in calendar
    assert set(calendar.values()) == {1}
    assert changes_of(owing, "chen") - seen == {False: 1, True: 1}
    assert unbalanced(owing) == 0
    ids = Counter(mail["Message-ID"] for mail in owing.sink.messages)
    assert set(ids.values()) == {1}
    found = f"{rings} rings in {PERIODS} s at a tenth of the periods; of 10 messages, {len(ids)} mails, {len(calendar)}"
    measured("S1", f"{found} mornings and a lapsed lease each effect once", slowness())


def rung_by_two(system: System) -> int:
    """Two beats are there until both have rung for two minutes, and the drain is back; how many rings they were."""
    rung = [system.home / f"rung-{number}" for number in (1, 2)]
    for number, path in enumerate(rung, start=1):
        command = [*HURRIED, str(system.home / f"beat-{number}")]
        system.run("beat", alias=f"beat-{number}", command=command, environment={RUNG: str(path)})
    system.run("drain")
    until(lambda: min(map(passed, rung)) >= PERIODS, 240, what="both have rung for two minutes")
    for number in (1, 2):
        system.kill(f"beat-{number}")
    system.run("beat")
    return sum(len(path.read_text().split()) for path in rung)


def passed(path: Path) -> float:
    """Seconds of the table as it is, for which this beat has rung by now: of the job that it has rung for least."""
    if not path.exists():
        return 0.0
    rings = Counter(path.read_text().split())
    return min((rings[name] * seconds for name, seconds in TIMES.items()), default=0.0)


def changes_of(system: System, username: str) -> Counter[bool]:
    """How often their availability changed: for their team at once (False), and for the public (True)."""
    query = (
        "SELECT record.is_public, count(*) FROM support_availabilityrecord record"
        " JOIN core_user person ON person.id = record.user_id WHERE person.username = %s GROUP BY 1"
    )
    return Counter(dict(system.rows(query, username)))


def stored(system: System) -> dict[str, int]:
    return dict(system.rows("SELECT body, count(*) FROM support_chatmessage GROUP BY body"))


def told_about(system: System, body: str) -> Counter[int]:
    """Messages by the number of mails about them that left to their requester."""
    query = (
        "SELECT count(*) FROM notifications_delivery delivery JOIN support_chatmessage message"
        " ON message.id = delivery.message_id WHERE message.body = %s AND delivery.transport = 'email'"
        " AND delivery.state = 'sent' GROUP BY message.id"
    )
    return Counter(int(count) for (count,) in system.rows(query, body))


def rows_of_the_calendar(system: System) -> dict[tuple[str, str], int]:
    """By notice and person, all of one day."""
    query = (
        "SELECT delivery.notice, person.username, count(*) FROM notifications_delivery delivery"
        " JOIN core_user person ON person.id = delivery.recipient_id WHERE event_kind = 'Calendar' GROUP BY 1, 2"
    )
    return {(notice, name): count for notice, name, count in system.rows(query)}


# --- S2 ---


def test_s2_a_digest_that_runs_five_times_and_is_killed_is_sent_once(owing: System) -> None:
    system = owing
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


# --- S3 ---


def test_s3_once_per_local_day_when_the_hour_comes_twice_or_never(
    desk: Desk, person: Callable[..., User], settings: Settings, sink: Sink
) -> None:
    """Six nights of three zones; two beats ring every quarter of an hour, and what they plan leaves at once."""
    settings.DIGEST_HOUR = clocks.HOUR

    def ring(now: datetime) -> None:
        if services.plan_digests(now):
            with time_machine.travel(now, tick=False):
                deliver("email")
        assert services.plan_digests(now) == []

    nights = [(zone, sunday) for zone, sundays in clocks.CHANGES.items() for sunday in sundays]
    for number, (zone, sunday) in enumerate(nights):
        asks = person(f"mia{number}", timezone=zone)
        helps = person(f"priya{number}", is_staff=True, timezone=zone)
        clocks.around(desk, asks, helps, sunday, ring)
        assert clocks.planned(asks, helps) == clocks.owed(sunday)
        mails = [mail for mail in sink.to(asks.email) if "[PP-" not in mail["Subject"]]
        assert len(mails) == 3
        User.objects.filter(pk__in=[asks.pk, helps.pk]).update(is_active=False)
    measured("S3", "6 nights of 3 zones, two beats: each reminder and summary once per local day", slowness())

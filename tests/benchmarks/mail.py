"""`make bench-mail`: one event told to a thousand people by mail, and what chat feels of it.

Starts the real processes and a mail server that takes everything, opens one ticket that every agent is told of, and
times it until the last mail is there. Then the same mails are sent by the two designs to beat: a connection for each,
and a bare loop on one connection. A room chats all the while. RECIPIENTS says how many; docs/performance.md keeps the
newest runs.
"""

import asyncio
import os
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import quantiles

from aiosmtpd.smtp import Envelope

from tests.benchmarks.book import FLOOR, PRODUCT, Book
from tests.benchmarks.goals import LOOPED, MAILED
from tests.benchmarks.mail_document import add_run
from tests.benchmarks.rooms import Room, open_loop, rooms
from tests.system.leftovers import Leftovers
from tests.system.machine import slowness, words
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

RECIPIENTS = int(os.environ.get("RECIPIENTS", "1000"))
RATE, SLICE, REPEATS = 20.0, 2.0, 3
BY_PRODUCT, BY_LOOP = "the product", "a bare loop on one connection"
AGENTS = """
from core.models import User
User.objects.bulk_create(
    User(username=f"reader{{n}}", email=f"reader{{n}}@example.com", first_name="Reader", is_staff=True)
    for n in range({count})
)
"""
IN_APP_OFF = (
    "INSERT INTO notifications_preference (user_id, browser, sound, muted, changed_at)"
    """ SELECT id, false, false, '["new_ticket:in_app", "ticket_reply:email"]'::jsonb, now() FROM core_user"""
)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One way of sending: how long it took, over how many connections, and chat meanwhile (seconds a message)."""

    name: str
    mails: int
    seconds: float
    lines: int
    chat: list[float]

    def row(self) -> str:
        parts = quantiles(self.chat, n=100, method="inclusive")
        rate = f"{self.mails / self.seconds:.0f}" if self.mails else "–"
        cells = (
            self.name,
            str(self.mails or "–"),
            f"{self.seconds:.1f}" if self.mails else "–",
            rate,
            str(self.lines or "–"),
            f"{1000 * parts[49]:.0f} / {1000 * parts[94]:.0f}",
        )
        return f"| {' | '.join(cells)} |"


async def during(chat: list[Room], work: Callable[[], None]) -> tuple[float, list[float]]:
    """How long the work took, in a thread of its own, and what messages took until it was done and said."""

    def timed() -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    done = asyncio.create_task(asyncio.to_thread(timed))
    taken = await open_loop(chat, SLICE, RATE)
    while not done.done():
        taken += await open_loop(chat, SLICE, RATE)
    return await done, taken


async def measure(system: System, amira: Person, ben: Person, repeats: int) -> list[Figure]:
    """Calm, then each way of sending in turn, so often."""
    room = amira.open_ticket("Meanwhile")
    until(Leftovers(system).are_gone, 600, what="everybody was told of the room")
    found = []
    async with rooms(system.url, (amira, ben), [room["id"]]) as chat:
        await open_loop(chat, SLICE, RATE)
        found.append(
            Figure(name="no mail", mails=0, seconds=0.0, lines=0, chat=await open_loop(chat, 8.0, RATE))
        )
        for _ in range(repeats):
            found += await _in_turn(system, chat, amira)
    return found


async def _in_turn(system: System, chat: list[Room], amira: Person) -> list[Figure]:
    begun = len(system.sink.envelopes)
    told = await _timed(system, chat, BY_PRODUCT, lambda: _told(system, amira))
    mails = system.sink.envelopes[begun:]
    until(Leftovers(system).are_gone, 600, what="everybody was told")
    return [
        told,
        await _timed(system, chat, BY_LOOP, lambda: _bare_loop(system, mails)),
        await _timed(system, chat, "a connection for each mail", lambda: _one_by_one(system, mails)),
    ]


async def _timed(system: System, chat: list[Room], name: str, work: Callable[[], None]) -> Figure:
    system.sink.lines.clear()
    begun = len(system.sink.messages)
    seconds, taken = await during(chat, work)
    mails = len(system.sink.messages) - begun
    return Figure(name=name, mails=mails, seconds=seconds, lines=len(system.sink.lines), chat=taken)


def _told(system: System, amira: Person) -> None:
    """One ticket; every agent hears of it."""
    goal = len(system.sink.messages) + RECIPIENTS
    amira.open_ticket("Told to everybody")
    until(lambda: len(system.sink.messages) >= goal, 900, what="everybody has their mail")


def _one_by_one(system: System, mails: list[Envelope]) -> None:
    for mail in mails:
        with smtplib.SMTP("127.0.0.1", system.sink.port) as line:
            line.sendmail("support@example.com", mail.rcpt_tos, mail.original_content or b"")


def _bare_loop(system: System, mails: list[Envelope]) -> None:
    with smtplib.SMTP("127.0.0.1", system.sink.port) as line:
        for mail in mails:
            line.sendmail("support@example.com", mail.rcpt_tos, mail.original_content or b"")


def sent(repeats: int = 1) -> list[Figure]:
    """Start, measure, stop: what each way of sending gave."""
    system = System(FAIL_POINTS="")
    try:
        system.start()
        # The demo's own three agents are told as well.
        system.manage("shell", "--verbosity", "0", "-c", AGENTS.format(count=RECIPIENTS - 3))
        system.execute(IN_APP_OFF)
        with Person(system, "amira") as amira, Person(system, "ben") as ben:
            return asyncio.run(measure(system, amira, ben, repeats))
    finally:
        system.stop()


def mailed(book: Book, step: Callable[[str], None]) -> None:
    """The same as a section of a whole run."""
    for figure in sent(REPEATS):
        if figure.name == BY_PRODUCT:
            book.note(MAILED, PRODUCT, figure.seconds)
        if figure.name == BY_LOOP:
            book.note(LOOPED, FLOOR, figure.seconds)
    step(MAILED)


def main() -> None:
    """Measure and write down."""
    slowed = slowness()
    figures = sent()
    head = f"### {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {RECIPIENTS} recipients, {words(slowed)}"
    add_run([head, *(figure.row() for figure in figures)])


if __name__ == "__main__":
    main()

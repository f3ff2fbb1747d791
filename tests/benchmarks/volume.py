"""`make bench-volume`: what lists, search, unread counts and ticket pages cost with a thousand tickets, and with many.

Starts the real processes once for each size, loads years of made-up tickets into each (`manage.py load_volume`), and
asks all of them the same questions over HTTP in turn, as the same kind of people; VOLUME says how many tickets the
biggest has. Ratios are of neighbours in time, so of one machine. docs/performance.md keeps the newest run. `make bench`
has the same as a section, at 1k, 10k and 100k tickets.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.benchmarks.book import PRODUCT, Book
from tests.benchmarks.goals import GROWTH
from tests.benchmarks.volume_document import LIST, SEARCH, TICKET, UNREAD, Asked, growth, replace
from tests.system.machine import slowness, words
from tests.system.people import PASSWORD, Person
from tests.system.processes import ROOT, System

SMALL, BIG = 1000, int(os.environ.get("VOLUME", "1000000"))
IN_BENCH = (1000, 10_000, 100_000)
TINY = (50, 100, 200)
MESSAGES, FEWER = 10, 3  # a ticket; a whole run has no time to load more
ROUNDS, WARM = 40, 3
LOADED = 4 * 3600.0
PATIENCE = 300.0  # a machine that others use too may starve an answer for long; what it took is told
NOTHING = "HTTP"  # of no goal: what any answer takes
Question = Callable[[], object]
# A thread of about twenty messages; somebody with about ten tickets: what there is in both.
_THREAD = """
SELECT id::text FROM support_supportticket WHERE assigned_to_id IS NOT NULL
ORDER BY abs(public_sequence - 20), updated_at DESC LIMIT 1"""
_ASKER = """
SELECT username FROM core_user JOIN support_supportticket ticket ON ticket.requester_id = core_user.id
GROUP BY username ORDER BY abs(count(*) - 10), username LIMIT 1"""
_THEIRS = (
    "SELECT id::text FROM support_supportticket WHERE requester_id = %s ORDER BY public_sequence DESC LIMIT 1"
)


@dataclass
class Place:
    """One installation: who asks, about what."""

    tickets: int
    agent: Person
    asker: Person
    thread: str
    own: str
    load_seconds: float

    def questions(self) -> list[tuple[str, str, Question]]:
        """Kind and name of each; every one is answered 200."""
        return [
            (kind, name, lambda person=person, path=path: _get(person, path))  # type: ignore[misc]
            for kind, name, person, path in self._addresses()
        ]

    def _addresses(self) -> Iterable[tuple[str, str, Person, str]]:
        agent, asker = self.agent, self.asker
        every = "/support/api/tickets/all/"
        yield NOTHING, "nothing (`/health/live`)", agent, "/health/live"
        yield LIST, "the desk, all open", agent, "/support/?view=open"
        yield LIST, "the desk, resolved, urgent first", agent, "/support/?view=resolved&sort=priority"
        yield LIST, "API, 25 of all", agent, every
        yield LIST, "a requester’s own", asker, "/support-tickets"
        yield SEARCH, "a common word", agent, f"{every}?q=logbook"
        yield SEARCH, "two words as typed", agent, f"{every}?search=export+miss"
        yield SEARCH, "a word nobody wrote", agent, f"{every}?q=unheardofword"
        yield SEARCH, "a reference", agent, f"{every}?search=PP-1500"
        yield UNREAD, "a requester’s home", asker, "/"
        yield UNREAD, "an agent’s home", agent, "/"
        yield TICKET, "the desk’s", agent, f"/support/?view=open&ticket={self.thread}"
        yield TICKET, "a requester’s", asker, f"/support-tickets/{self.own}"
        yield TICKET, "API", agent, f"/support/api/tickets/{self.thread}/"


def _get(person: Person, path: str) -> None:
    answer = person.http.get(path, timeout=PATIENCE)
    assert answer.status_code == 200, (path, answer.status_code)


@contextmanager
def place(tickets: int, messages: int = MESSAGES) -> Iterator[Place]:
    """The real processes on a database with so many tickets, each with so many messages on average."""
    system = System()
    try:
        system.start()
        began = time.monotonic()
        _load(system, tickets, messages * tickets)
        loaded = time.monotonic() - began
        with Person(system, "volume-agent-1") as agent, Person(system, system.rows(_ASKER)[0][0]) as asker:
            thread, own = system.rows(_THREAD)[0][0], system.rows(_THEIRS, asker.id)[0][0]
            yield Place(tickets, agent, asker, thread, own, loaded)
    finally:
        system.stop()


def _load(system: System, tickets: int, messages: int) -> None:
    sizes = ["--tickets", str(tickets), "--messages", str(messages), "--password", PASSWORD]
    command = [sys.executable, "-u", "manage.py", "load_volume", *sizes]
    subprocess.run(command, cwd=ROOT, env=system.environment, check=True, timeout=LOADED, stdout=sys.stderr)


def measure(places: list[Place], rounds: int = ROUNDS) -> Iterator[Asked]:
    """Each question asked of all in turn; who is asked first changes."""
    for alike in zip(*(each.questions() for each in places), strict=True):
        kind, name, _ = alike[0]
        asked = Asked(kind, name, {each.tickets: [] for each in places})
        for turn in range(WARM + rounds):
            first, both = turn % len(places), [*zip(places, alike, strict=True)]
            for each, (_, _, question) in both[first:] + both[:first]:
                began = time.perf_counter()
                question()
                if turn >= WARM:
                    asked.times[each.tickets].append(1000 * (time.perf_counter() - began))
        yield asked


def grow(book: Book, step: Callable[[str], None], sizes: Sequence[int] = IN_BENCH) -> None:
    """The same as a section of a whole run."""
    with ExitStack() as stack:
        places = [stack.enter_context(place(tickets, FEWER)) for tickets in sizes]
        step("tickets are loaded")
        found = []
        for asked in measure(places):
            found.append(asked)
            step(f"{asked.kind}: {asked.name}")
    for kind, ratio in growth(found).items():
        if kind != NOTHING:
            book.note(GROWTH.format(kind), PRODUCT, ratio)
    for asked in found:
        for tickets, taken in asked.times.items():
            for each in taken:
                book.note(f"{asked.kind}: {asked.name}, at {tickets:,} tickets: ms", PRODUCT, each)


def main() -> None:
    """Start both, load, measure, write down, stop."""
    found = []
    with place(SMALL) as small, place(BIG) as big:
        slowed = slowness()
        for asked in measure([small, big]):
            found.append(asked)
            sys.stdout.write(f"{asked.row()}\n")
            sys.stdout.flush()
    head = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {words(slowed)}"
    loaded = f"{BIG:,} tickets with {MESSAGES * BIG:,} messages were loaded in {big.load_seconds:.0f} s"
    replace(f"{head}; {loaded}", found)


if __name__ == "__main__":
    main()

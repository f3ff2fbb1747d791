"""The oracle, the same for every experiment: what the clients saw, held against the rows.

Promises: `judge` waits until nothing is on its way any more (a limit, not a pause), then counts everything that must
not be. `Verdict()` is all-zero. It knows no fault and no experiment: clients by ticket in, numbers out.
"""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import NamedTuple

from tests.client.client import Client
from tests.faults.balance import unbalanced
from tests.system.leftovers import Leftovers
from tests.system.processes import System
from tests.system.waiting import until

logger = logging.getLogger(__name__)
LIMIT = 180.0
ORPHANED_AFTER = 2.0  # as often as beat rings
# Where a record begins, in Django's, Celery's and uvicorn's way of writing the level.
_RECORD = re.compile(r"^(?=(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\b)", re.MULTILINE)
# Warnings, and what the libraries say each time their server is away: all of them try again.
_EXPECTED = re.compile(
    r"WARNING|(?:ERROR|CRITICAL) +(?:celery|kombu|channels_redis|flower)\..*"
    r"^(?:redis\.exceptions\.\w*|kombu\.exceptions\.Operational|celery\.beat\.Scheduling|Connection\w*)Error\b"
    r"[^\n]*\s*\Z",
    re.MULTILINE | re.DOTALL,
)
_TRACE = "Traceback (most recent call last)"
_SERVER_ERROR = re.compile(r"^ERROR.*django\.request.*(?:Internal Server Error)", re.MULTILINE)

Pages = Mapping[str, Sequence[Client]]


class Row(NamedTuple):
    """A stored message; requesters and staff count differently."""

    id: str
    body: str
    public: int | None
    staff: int

    def numbered(self, *, staff: bool) -> int | None:
        """Its number in one side's stream; None when that side never sees it."""
        return self.staff if staff else self.public


@dataclass(kw_only=True)
class Verdict:
    """How often each promise was broken."""

    lost_stored: int = 0
    lost_accepted: int = 0
    lost_written: int = 0
    unexpected_rows: int = 0
    duplicate_rows: int = 0
    visible_duplicates: int = 0
    order_violations: int = 0
    sequence_gaps: int = 0
    views_unlike_rows: int = 0
    log_entries: int = 0
    tasks: int = 0
    deliveries_not_final: int = 0
    dead_letters: int = 0
    ledger_unbalanced: int = 0
    server_errors: int = 0
    errors_logged: int = 0

    def add(self, **found: int) -> None:
        for name, count in found.items():
            setattr(self, name, getattr(self, name) + count)


class Oracle:
    """Made before the fault: what stands in the logs and in the rows by then is not this experiment's.

    `forgiven`: words of records that belong to this fault, though an exception is in them.
    """

    def __init__(self, system: System, *, forgiven: str = "") -> None:
        self._system, self._forgiven = system, forgiven
        self._written = {name: len(system.log(name)) for name in system.logs}
        self._leftovers = Leftovers(system)
        self._letters, self._unbalanced = self._dead_letters(), unbalanced(system)

    async def judge(self, pages: Pages, *, seconds: float = LIMIT) -> Verdict:
        """Wait until it is quiet, then count. A page that is over is held to what it was told, not to the end."""
        return await asyncio.to_thread(self.verdict, pages, seconds)

    def verdict(self, pages: Pages, seconds: float = LIMIT) -> Verdict:
        """The same where no event loop runs."""
        try:
            until(lambda: self._is_quiet(pages), seconds, what="nothing is on its way", every=0.25)
        except AssertionError as error:
            raise AssertionError(f"{error}: {self._leftovers.count()}") from error
        return self._count(pages)

    # --- Quiet ---

    def _is_quiet(self, pages: Pages) -> bool:
        living = [client for clients in pages.values() for client in clients if not client.is_over]
        if any(client.outbox.keys() - client.refused.keys() for client in living):
            return False
        if not self._leftovers.are_gone():
            return False
        threads = self._threads(pages)
        return all(
            client.is_over or client.view.reached == _last(threads[ticket], client)
            for ticket, clients in pages.items()
            for client in clients
        )

    # --- Counting ---

    def _count(self, pages: Pages) -> Verdict:
        verdict = Verdict(**self._orphans())
        threads = self._threads(pages)
        for ticket, clients in pages.items():
            verdict.add(**asdict(count(threads[ticket], clients)))
        fresh = {name: self._system.log(name)[self._written.get(name, 0) :] for name in self._system.logs}
        verdict.add(
            server_errors=sum(len(_SERVER_ERROR.findall(text)) for text in fresh.values()),
            errors_logged=sum(unhandled(text, self._forgiven) for text in fresh.values()),
            ledger_unbalanced=unbalanced(self._system) - self._unbalanced,
            dead_letters=self._dead_letters() - self._letters,
        )
        return verdict

    def _orphans(self) -> dict[str, int]:
        """The least there was of each: beat rings every other second, and what it rang for waits a moment."""
        looks = list[dict[str, int]]()

        def are_gone() -> bool:
            looks.append(self._leftovers.count())
            return not any(looks[-1].values())

        with suppress(AssertionError):
            until(are_gone, ORPHANED_AFTER)
        return {name: min(look[name] for look in looks) for name in looks[0]}

    def _dead_letters(self) -> int:
        return int(self._system.rows("SELECT count(*) FROM support_deadletter")[0][0])

    def _threads(self, pages: Pages) -> dict[str, list[Row]]:
        query = (
            "SELECT ticket_id::text, id::text, body, public_sequence, staff_sequence FROM support_chatmessage"
            " WHERE ticket_id = ANY(%s::uuid[]) ORDER BY staff_sequence"
        )
        threads: dict[str, list[Row]] = {ticket: [] for ticket in pages}
        for ticket, *row in self._system.rows(query, list(pages)):
            threads[ticket].append(Row(*row))
        return threads


@contextmanager
def all_zero(system: System, *, forgiven: str = "") -> Iterator[None]:
    """For an experiment without pages of the load: the system is judged as it was left."""
    oracle = Oracle(system, forgiven=forgiven)
    yield
    verdict = oracle.verdict({})
    assert verdict == Verdict(), verdict


def unhandled(log: str, forgiven: str = "") -> int:
    """Records with the trace of an exception that nobody expected; shown by pytest with the experiment that fails."""
    found = [record for record in _RECORD.split(log) if _TRACE in record and not _EXPECTED.match(record)]
    found = [record for record in found if not forgiven or forgiven not in record]
    for record in found:
        logger.error("nobody expected this: %s", record)
    return len(found)


def count(rows: list[Row], clients: Sequence[Client]) -> Verdict:
    """What one ticket's rows and pages say about each other."""
    verdict = Verdict()
    _count_rows(verdict, rows, clients)
    for client in clients:
        _count_client(verdict, rows, client)
    return verdict


def _count_rows(verdict: Verdict, rows: list[Row], clients: Sequence[Client]) -> None:
    attempted: set[str] = set().union(*(client.ledger.attempts for client in clients))
    staff, public = [row.staff for row in rows], [row.public for row in rows if row.public]
    verdict.add(
        unexpected_rows=len({row.id for row in rows} - attempted),
        duplicate_rows=sum(count - 1 for count in Counter(row.body for row in rows).values()),
        sequence_gaps=sum(len(set(range(1, len(numbers) + 1)) ^ set(numbers)) for numbers in (staff, public)),
    )


def _count_client(verdict: Verdict, rows: list[Row], client: Client) -> None:
    ledger, shown = client.ledger, client.view.messages
    place = {row.id: row.staff for row in rows}
    own = [place[each] for each in ledger.attempts if each in place]
    verdict.add(
        lost_stored=len(ledger.seen.keys() - place.keys()),
        lost_accepted=len(ledger.accepted.keys() - place.keys() - client.refused.keys()),
        lost_written=len(
            ledger.attempts.keys() - place.keys() - client.refused.keys() - client.outbox.keys()
        ),
        visible_duplicates=len(shown) - len({message["id"] for message in shown}),
        order_violations=sum(after < before for before, after in pairwise(own)),
        views_unlike_rows=int(not _is_like(rows, client)),
    )


def _is_like(rows: list[Row], client: Client) -> bool:
    """A view is the end of the thread from wherever it began; one that is over stops where it was."""
    staff = client.view.is_staff
    thread = [(row.numbered(staff=staff), row.id, row.body) for row in rows if row.numbered(staff=staff)]
    shown = [(each["sequence"], each["id"], each["message"]) for each in client.view.messages]
    if client.is_over:
        thread = [line for line in thread if shown and line[0] <= shown[-1][0]]
    return shown == thread[len(thread) - len(shown) :]


def _last(rows: list[Row], client: Client) -> int:
    return max((row.numbered(staff=client.view.is_staff) or 0 for row in rows), default=0)

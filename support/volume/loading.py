"""Loading: everything in one transaction, so that an interruption leaves nothing behind.

Called by `manage.py load_volume`. The last moment of what is loaded lies before everything that is there already: the
ledger's balance, which begins with its first plan, has nothing to say of it.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from core import languages
from core.models import User
from support import selectors
from support.models import Change
from support.promise_words import sentence
from support.volume import people
from support.volume.copying import TABLES, Copying
from support.volume.draws import SPAN, Size, drafts
from support.volume.supply import Promised, Supply
from support.volume.thread import Thread
from support.workflow import Availability

CHUNK: Final = 50_000
Told = Callable[[int, int], None]


def load(size: Size, *, password: str = "", told: Told) -> None:
    """All or nothing; `told` hears after each chunk how many tickets and messages are in."""
    with transaction.atomic(), connection.cursor() as cursor:
        # At the end of each COPY, not of the transaction: what is to be checked would pile up in memory.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for tickets, messages in _copied(cursor, size, password):
            told(tickets, messages)


def tidy() -> None:
    """What PostgreSQL would come round to by itself in a while: how much there is, and which pages all may see."""
    with connection.cursor() as cursor:
        for table in (User._meta.db_table, *(model._meta.db_table for model in TABLES)):
            cursor.execute(f"VACUUM ANALYZE {table}")


def _copied(cursor: object, size: Size, password: str) -> Iterator[tuple[int, int]]:
    random = Random(size.seed)  # noqa: S311  (draws what is made up, not what is secret)
    until, copying = _until(), Copying()
    begun = until - SPAN
    requesters = people.create(random, size.requesters, are_staff=False, joined=begun, password=password)
    agents = people.create(random, size.agents, are_staff=True, joined=begun, password=password)
    supply, numbers, messages = Supply(copying, random, until, _promised(until)), _numbers(size.tickets), 0
    for tickets, draft in enumerate(drafts(size, random, until), start=1):
        who = (requesters[draft.requester], agents[draft.agent])
        Thread(supply, draft, numbers[tickets - 1], *who).tell()
        messages += draft.messages
        if copying.waiting > CHUNK or tickets == size.tickets:
            copying.send(cursor)
            yield tickets, messages


def _until() -> datetime:
    first: datetime | None = Change.objects.aggregate(first=Min("created_at"))["first"]
    return min(first or timezone.now(), timezone.now()).astimezone(UTC) - timedelta(minutes=1)


def _promised(now: datetime) -> Promised:
    found = selectors.promise_for(Availability.AWAY, {}, now)
    with languages.reading(""):
        words = sentence(found, now)
    return Promised(found.availability, words, found.due_at - now)


def _numbers(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('support_ticket_number') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]

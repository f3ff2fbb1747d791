"""Tickets with a past: written by the real services, through the log and an in-process drain."""

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections

from core import command_log, ids, receipts, valkey
from core.contracts import Command
from core.models import User
from support import commands
from support.models import SupportTicket
from tests.support.calling import Caller
from workers.persistence import drain

BEGIN = datetime(2026, 3, 10, 10, 24, tzinfo=UTC)


class Desk:
    """Does what people did, one minute after the other, and lets the drain store it."""

    def __init__(self) -> None:
        self.now = BEGIN

    def do(self, user: User, kind: type[Command], **facts: Any) -> uuid.UUID:
        """One command of a person's, stored; its id."""
        facts.setdefault("id", ids.new_id())
        command_log.append([kind(actor=user.actor, at=self.now, **facts)])
        self.drain()
        self.now += timedelta(minutes=1)
        return uuid.UUID(str(facts["id"]))

    def drain(self) -> None:
        """Store what was accepted."""
        while command_log.length(0):  # more than once only where a drain beside the test holds the shard
            drain(0)

    def ask(self, user: User, subject: str = "Logbook export", **more: Any) -> SupportTicket:
        """A new ticket."""
        ticket_id = ids.new_id()
        facts = {"description": "Week 14 is missing.", **more}
        self.do(user, commands.OpenTicket, ticket_id=ticket_id, subject=subject, **facts)
        return SupportTicket.objects.get(pk=ticket_id)

    def say(self, user: User, ticket: SupportTicket, body: str, audience: str = "public") -> uuid.UUID:
        """A message, or a note."""
        return self.do(user, commands.PostMessage, ticket_id=ticket.pk, body=body, audience=audience)

    def read(self, user: User, ticket: SupportTicket, sequence: int) -> None:
        """Seen up to here."""
        self.do(user, commands.MarkRead, ticket_id=ticket.pk, sequence=sequence)

    def move(self, user: User, ticket: SupportTicket, status: str, **more: Any) -> None:
        """Along the workflow."""
        self.do(user, commands.ChangeStatus, ticket_id=ticket.pk, status=status, **more)

    def give(self, user: User, ticket: SupportTicket, assignee: User | None) -> None:
        """To an agent, or to nobody."""
        self.do(user, commands.AssignTicket, ticket_id=ticket.pk, assignee=assignee.pk if assignee else None)

    def chat(self, user: User) -> SupportTicket:
        """A live chat that waits."""
        ticket_id = ids.new_id()
        self.do(user, commands.StartChat, ticket_id=ticket_id, session_id=ids.new_id(), subject="Hello")
        return SupportTicket.objects.get(pk=ticket_id)

    def declare(self, user: User, availability: str) -> None:
        """Online, away, offline."""
        self.do(user, commands.SetAvailability, availability=availability)


@pytest.fixture
def desk(db: None) -> Desk:
    """Numbers begin at PP-1042, time at 10:24 am."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE support_ticket_number RESTART")
    return Desk()


@pytest.fixture
def draining(transactional_db: None, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A drain worker beside the test: a thread with a connection of its own, woken by the log itself.

    Pages wait for it longer than for a real one: on a busy machine a test's first commit takes more than two seconds.
    """
    monkeypatch.setattr(receipts, "PAGE_SECONDS", receipts.MOST_SECONDS)
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            if valkey.durable().xread({command_log.key(0): "0"}, count=1, block=50):
                drain(0)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.fixture
def calling() -> Callable[..., Caller]:
    """`calling(amira)`: the API as that person sees it."""
    return Caller


@pytest.fixture
def away(transactional_db: None) -> Iterator[Callable[[], None]]:
    """Call it, and this thread's connection leads nowhere until the test is over."""
    kept = dict(connection.settings_dict)

    def leave() -> None:
        connection.close()
        connection.settings_dict["HOST"] = "/nonexistent"

    yield leave
    connection.close()
    connection.settings_dict.update(kept)

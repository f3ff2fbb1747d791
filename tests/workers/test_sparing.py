"""Sparing: a drain that lives is no death, whatever it failed for; only what always takes too long counts as one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import redis
from django.db import DatabaseError, OperationalError, connection

from core import command_log, valkey
from core.models import User
from support import commands
from support.models import DeadLetter, SupportTicket
from support.services import SERVICES
from tests import servers
from tests.workers.test_drain import _other_connection, accept, bodies, saying, stamp, tagging, ticket
from workers import poison
from workers.drain import drain_batch
from workers.persistence import drain

__all__ = ["ticket"]
pytestmark = pytest.mark.django_db(transaction=True)
OFTEN = poison.LONE_ATTEMPTS + 2


@pytest.fixture
def limited() -> Iterator[Callable[[str, int], None]]:
    """Sets a limit of this session, in milliseconds, as a worker has them."""

    def limit(name: str, milliseconds: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET {name} = {milliseconds}")

    yield limit
    connection.close()


@contextmanager
def altered(statement: str, back: str) -> Iterator[None]:
    """The tables are others for a while, as when a migration is rolled back under a drain."""
    with _other_connection() as session:
        session.autocommit = True
        session.execute(statement)
        try:
            yield
        finally:
            session.execute(back)


def suspect(entries: int) -> None:
    """A batch of so many has died before."""
    valkey.ephemeral().set("drain:suspects:0", entries)


def fail(kind: type[Exception] = OperationalError) -> None:
    """More often than one may die."""
    for _ in range(OFTEN):
        with pytest.raises(kind):
            drain_batch(0)


def test_a_table_that_is_held_for_long_makes_no_dead_letter(
    ticket: SupportTicket, amira: User, limited: Callable[[str, int], None]
) -> None:
    limited("lock_timeout", 50)
    suspect(2)
    accept(saying(amira, ticket.pk, "one"), saying(amira, ticket.pk, "two"))
    with _other_connection() as session:
        session.execute("LOCK TABLE support_chatmessage IN ACCESS EXCLUSIVE MODE")
        fail()
    drain(0)

    assert bodies(ticket) == [(1, 1, "one"), (2, 2, "two")]
    assert not DeadLetter.objects.exists()


def test_a_batch_that_met_a_lock_is_not_suspected(
    ticket: SupportTicket, amira: User, limited: Callable[[str, int], None]
) -> None:
    limited("lock_timeout", 50)
    accept(saying(amira, ticket.pk, "one"), saying(amira, ticket.pk, "two"))
    with _other_connection() as session:
        session.execute("LOCK TABLE support_chatmessage IN ACCESS EXCLUSIVE MODE")
        fail()

    assert poison.size_for(0, 200, lambda _session: True) == 200


def test_what_always_takes_too_long_is_set_apart_after_three_lone_attempts(
    ticket: SupportTicket, amira: User, monkeypatch: pytest.MonkeyPatch, limited: Callable[[str, int], None]
) -> None:
    def dawdle(work: Any, command: commands.ChangeTags) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")

    limited("statement_timeout", 500)
    monkeypatch.setitem(SERVICES, tagging, dawdle)
    slow = commands.ChangeTags(**stamp(amira), ticket_id=ticket.pk, tags=("slow",))
    accept(saying(amira, ticket.pk, "before"), slow, saying(amira, ticket.pk, "after"))
    failures = 0
    while command_log.length(0) and failures < 2 * OFTEN:
        try:
            drain_batch(0)
        except OperationalError:
            failures += 1

    assert failures == 1 + poison.LONE_ATTEMPTS
    assert DeadLetter.objects.get().pk == slow.id
    assert bodies(ticket) == [(1, 1, "before"), (2, 2, "after")]


def test_a_log_that_lets_nothing_be_deleted_makes_no_dead_letter(
    ticket: SupportTicket, amira: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a durable Valkey without room on its disk."""

    def refuse(*_: Any, **__: Any) -> int:
        raise redis.ResponseError("MISCONF")

    suspect(1)
    accept(saying(amira, ticket.pk, "hello"))
    with monkeypatch.context() as full:
        full.setattr(command_log, "delete", refuse)
        fail(redis.ResponseError)
    drain(0)

    assert bodies(ticket) == [(1, 1, "hello")]
    assert not DeadLetter.objects.exists()


def test_a_column_that_this_release_does_not_find_leaves_the_log_as_it_is(
    ticket: SupportTicket, amira: User
) -> None:
    accept(saying(amira, ticket.pk, "one"), saying(amira, ticket.pk, "two"))
    rename = "ALTER TABLE support_chatmessage RENAME COLUMN {} TO {}"
    with altered(rename.format("source", "origin"), rename.format("origin", "source")):
        fail()
        assert command_log.length(0) == 2
    drain(0)

    assert bodies(ticket) == [(1, 1, "one"), (2, 2, "two")]
    assert not DeadLetter.objects.exists()


@pytest.mark.parametrize(
    ("table", "column"),
    [("support_supportticket", "subject"), ("support_chatmessage", "source")],
    ids=["as it takes", "as it applies"],
)
def test_what_was_prepared_before_a_migration_is_prepared_anew(
    table: str, column: str, ticket: SupportTicket, amira: User
) -> None:
    accept(saying(amira, ticket.pk, "one"))
    drain(0)
    with _other_connection() as session:
        was = session.execute(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attname = %s",
            [table, column],
        ).fetchone()
    assert was
    change = f"ALTER TABLE {table} ALTER COLUMN {column} TYPE "
    accept(saying(amira, ticket.pk, "two"))
    with altered(f"{change} varchar(999)", f"{change} {was[0]}"):
        with pytest.raises(DatabaseError, match="cached plan"):
            drain_batch(0)
        drain(0)
        assert bodies(ticket) == [(1, 1, "one"), (2, 2, "two")]
    connection.close()

    assert not DeadLetter.objects.exists()


def test_the_mark_of_another_drain_stays(ticket: SupportTicket, amira: User) -> None:
    """The session that failed was lost, and another drain has the shard."""
    accept(saying(amira, ticket.pk, "one"))
    entries = command_log.read(0, count=1)
    poison.mark(0, entries, alone=True, session=4711)
    poison.spare(0, entries[0], 471)

    assert valkey.ephemeral().get("drain:mark:0") == b"1"
    assert valkey.ephemeral().hvals("drain:deaths:0") == [b"0"]
    poison.spare(0, None, 4711)
    assert valkey.ephemeral().get("drain:mark:0") is None
    assert valkey.ephemeral().hvals("drain:deaths:0") == [b"0"]


def test_a_valkey_that_is_away_meanwhile_hides_no_other_failure(ticket: SupportTicket, amira: User) -> None:
    accept(saying(amira, ticket.pk, "one"))
    entries = command_log.read(0, count=1)

    def work() -> None:
        with poison.marked(0, entries, alone=True, session=4711):
            servers.fleet().ephemeral.kill()
            raise OperationalError("a lock")

    try:
        with pytest.raises(OperationalError, match="a lock"):
            work()
    finally:
        servers.fleet().ephemeral.start()

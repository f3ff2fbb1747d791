"""The drain: applied once, in order, whatever is repeated, refused, locked or poisonous."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from core import command_log, ids, rows, valkey
from core.contracts import Command
from core.models import User
from notifications.models import Delivery
from support import commands, delivery_commands
from support.models import Change, ChatMessage, DeadLetter, Participant, SupportTicket
from support.services import SERVICES
from support.services.loading import ask
from tests.system.waiting import until
from workers import poison, taking
from workers.applying import apply
from workers.drain import LOCK_SPACE, drain_batch
from workers.persistence import drain

pytestmark = pytest.mark.django_db(transaction=True)
# The command whose service a test replaces.
tagging: type[Command] = commands.ChangeTags
AT = datetime(2026, 3, 10, 10, 24, tzinfo=UTC)


def stamp(user: User, command_id: uuid.UUID | None = None) -> dict[str, Any]:
    return {"id": command_id or ids.new_id(), "actor": user.actor, "at": AT}


def opening(user: User, subject: str = "Logbook export") -> commands.OpenTicket:
    return commands.OpenTicket(
        **stamp(user), ticket_id=ids.new_id(), subject=subject, description="Week 14 is missing."
    )


def saying(user: User, ticket_id: uuid.UUID, body: str, **more: Any) -> commands.PostMessage:
    return commands.PostMessage(**stamp(user), ticket_id=ticket_id, body=body, **more)


def accept(*batch: Command) -> None:
    command_log.append(batch)


@pytest.fixture
def ticket(amira: User) -> SupportTicket:
    command = opening(amira)
    accept(command)
    drain(0)
    return SupportTicket.objects.get(pk=command.ticket_id)


def bodies(ticket: SupportTicket) -> list[tuple[int, int | None, str]]:
    rows = ChatMessage.objects.filter(ticket=ticket).order_by("staff_sequence")
    return list(rows.values_list("staff_sequence", "public_sequence", "body"))


def test_a_ticket_is_opened_with_its_history_and_its_requesters_place(amira: User, ben: User) -> None:
    command = opening(amira)
    accept(command)

    assert drain(0) == {"OpenTicket": 1}

    ticket = SupportTicket.objects.get()
    assert (ticket.pk, ticket.subject, ticket.status, ticket.created_at) == (
        command.ticket_id,
        "Logbook export",
        "OPEN",
        AT,
    )
    assert list(Participant.objects.values_list("user__username", "role", "read_sequence")) == [
        ("amira", "requester", 0)
    ]
    assert list(Change.objects.values_list("pk", "kind", "detail")) == [
        (command.id, "OpenTicket", {"to": "OPEN"})
    ]
    assert command_log.length(0) == 0


def test_messages_are_numbered_without_gaps_in_both_streams(
    ticket: SupportTicket, amira: User, ben: User
) -> None:
    accept(
        saying(amira, ticket.pk, "one"),
        saying(ben, ticket.pk, "a note", audience="staff"),
        saying(ben, ticket.pk, "two"),
    )
    drain(0)

    assert bodies(ticket) == [(1, 1, "one"), (2, None, "a note"), (3, 2, "two")]
    ticket.refresh_from_db()
    assert (ticket.public_sequence, ticket.staff_sequence, ticket.staff_read_sequence) == (2, 3, 3)
    cursors = Participant.objects.order_by("user__username").values_list("user__username", "read_sequence")
    assert list(cursors) == [("amira", 1), ("ben", 3)]


def test_every_command_delivered_three_times_changes_nothing_more(
    ticket: SupportTicket, amira: User, ben: User
) -> None:
    batch: list[Command] = [
        saying(amira, ticket.pk, "one"),
        saying(ben, ticket.pk, "two"),
        commands.ChangeStatus(
            **stamp(ben), ticket_id=ticket.pk, status="RESOLVED", expected="OPEN", assigned_to=ben.pk
        ),
        commands.ChangePriority(**stamp(ben), ticket_id=ticket.pk, priority="HIGH"),
        commands.MarkRead(**stamp(amira), ticket_id=ticket.pk, sequence=2),
    ]
    accept(*batch)
    drain(0)
    once = _everything()
    accept(*batch, *batch)
    drain(0)

    assert _everything() == once
    assert bodies(ticket) == [(1, 1, "one"), (2, 2, "two")]
    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority, ticket.assigned_to) == ("RESOLVED", "HIGH", ben)


def _everything() -> list[list[dict[str, Any]]]:
    models: tuple[type[Model], ...] = (SupportTicket, ChatMessage, Change, Participant, Delivery, DeadLetter)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("change", ["author", "body", "ticket"])
def test_an_id_used_for_something_else_is_refused(
    change: str, ticket: SupportTicket, amira: User, ben: User
) -> None:
    first = saying(amira, ticket.pk, "mine")
    other = opening(amira)
    accept(first, other)
    drain(0)
    clash = {
        "author": commands.PostMessage(**stamp(ben, first.id), ticket_id=ticket.pk, body="mine"),
        "body": commands.PostMessage(**stamp(amira, first.id), ticket_id=ticket.pk, body="another"),
        "ticket": commands.PostMessage(**stamp(amira, first.id), ticket_id=other.ticket_id, body="mine"),
    }[change]
    accept(clash)
    batch = drain_batch(0)

    assert batch is not None
    assert {place: refused.code for place, refused in batch.applied.refusals.items()} == {0: "id-taken"}
    assert bodies(ticket) == [(1, 1, "mine")]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda t, dora, ben: saying(dora, t.pk, "let me in"), "not-found"),
        (lambda t, dora, ben: saying(dora, ids.new_id(), "nowhere"), "not-found"),
        (lambda t, dora, ben: commands.MarkRead(**stamp(dora), ticket_id=t.pk, sequence=1), "not-found"),
        (
            lambda t, dora, ben: commands.AssignTicket(**stamp(dora), ticket_id=t.pk, assignee=dora.pk),
            "forbidden",
        ),
        (
            lambda t, dora, ben: commands.AssignTicket(**stamp(ben), ticket_id=t.pk, assignee=dora.pk),
            "invalid",
        ),
        (lambda t, dora, ben: commands.SetAvailability(**stamp(dora), availability="online"), "forbidden"),
        (
            lambda t, dora, ben: commands.ChangeStatus(**stamp(ben), ticket_id=t.pk, status="OPEN"),
            "transition",
        ),
        (
            lambda t, dora, ben: commands.ChangeStatus(
                **stamp(ben), ticket_id=t.pk, status="CLOSED", expected="RESOLVED"
            ),
            "stale",
        ),
    ],
)
def test_the_domain_refuses(
    make: Callable[[SupportTicket, User, User], Command],
    code: str,
    ticket: SupportTicket,
    dora: User,
    ben: User,
) -> None:
    before = _everything()
    accept(make(ticket, dora, ben))
    batch = drain_batch(0)

    assert batch is not None
    assert [refused.code for refused in batch.applied.refusals.values()] == [code]
    assert _everything() == before
    assert command_log.length(0) == 0


def test_a_right_lost_after_acceptance_is_asked_for_again(ticket: SupportTicket, ben: User) -> None:
    accept(saying(ben, ticket.pk, "as support"))
    User.objects.filter(pk=ben.pk).update(is_active=False)
    drain(0)

    assert bodies(ticket) == []


def test_a_closed_ticket_takes_no_more_messages_but_a_note(
    ticket: SupportTicket, amira: User, ben: User
) -> None:
    accept(
        commands.ChangeStatus(**stamp(ben), ticket_id=ticket.pk, status="CLOSED"),
        saying(amira, ticket.pk, "too late"),
        saying(ben, ticket.pk, "for us", audience="staff"),
    )
    drain(0)

    assert bodies(ticket) == [(1, None, "for us")]


def test_a_reply_to_a_resolved_ticket_reopens_it(ticket: SupportTicket, amira: User, ben: User) -> None:
    accept(
        commands.ChangeStatus(**stamp(ben), ticket_id=ticket.pk, status="RESOLVED"),
        saying(amira, ticket.pk, "still broken"),
    )
    drain(0)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolved_at) == ("OPEN", None)
    assert Change.objects.filter(kind="ChangeStatus").count() == 2


def _other_connection() -> psycopg.Connection[Any]:
    """A second session on the test database: what another process holds."""
    parts = connection.get_connection_params()
    return psycopg.connect(
        host=parts.get("host"), port=parts.get("port"), user=parts.get("user"), dbname=parts["dbname"]
    )


def test_a_locked_ticket_holds_back_its_own_entries_only(ticket: SupportTicket, amira: User) -> None:
    other = opening(amira, "Another")
    accept(saying(amira, ticket.pk, "waits"), other, saying(amira, ticket.pk, "waits too"))
    with _other_connection() as session:
        session.execute("SELECT 1 FROM support_supportticket WHERE id = %s FOR UPDATE", [ticket.pk])
        batch = drain_batch(0)

        assert batch is not None
        assert [type(command).__name__ for command in batch.taken.commands] == ["OpenTicket"]
        assert (batch.taken.held_back, batch.left) == (2, 2)
    drain(0)

    assert [body for *_, body in bodies(ticket)] == ["waits", "waits too"]
    assert command_log.length(0) == 0


def test_what_stays_held_back_is_not_read_again_and_keeps_its_order(
    ticket: SupportTicket, amira: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = opening(amira, "Second")
    accept(second)
    drain(0)
    about = [(ticket.pk, "one"), (second.ticket_id, "two"), (ticket.pk, "three")]
    accept(*(saying(amira, ticket_id, words) for ticket_id, words in about))
    asked: list[str] = []
    read = command_log.read

    def noted(shard: int, *, after: str = "", count: int) -> list[command_log.Entry]:
        asked.append(after)
        return read(shard, after=after, count=count)

    monkeypatch.setattr(command_log, "read", noted)
    last = read(0, count=9)[-1].entry_id
    lock = "SELECT 1 FROM support_supportticket WHERE id = %s FOR UPDATE"
    with _other_connection() as its_own:
        its_own.execute(lock, [ticket.pk])
        with _other_connection() as session:
            session.execute(lock, [second.ticket_id])
            assert drain(0) == {}
            accept(opening(amira, "Another"), saying(amira, ticket.pk, "four"))
            batch = drain_batch(0)
            assert batch is not None
            assert ([type(each).__name__ for each in batch.taken.commands], batch.taken.held_back) == (
                ["OpenTicket"],
                4,
            )
            assert asked == ["", last]
        assert drain(0) == {"PostMessage": 1}
    drain(0)

    assert [body for *_, body in bodies(ticket)] == ["one", "three", "four"]
    assert command_log.length(0) == 0


def test_more_than_a_page_that_is_held_back_delays_nobody_and_keeps_its_order(
    ticket: SupportTicket, amira: User
) -> None:
    words = [f"number {number}" for number in range(taking.PAGE + 3)]
    accept(*(saying(amira, ticket.pk, each) for each in words))
    with _other_connection() as session:
        session.execute("SELECT 1 FROM support_supportticket WHERE id = %s FOR UPDATE", [ticket.pk])
        for each in ("Another", "One more"):
            accept(opening(amira, each), saying(amira, ticket.pk, f"after {each}"))
            assert drain(0) == {"OpenTicket": 1}
        assert command_log.length(0) == len(words) + 2
    drain(0)

    assert [body for *_, body in bodies(ticket)] == [*words, "after Another", "after One more"]
    assert command_log.length(0) == 0


def test_a_head_that_another_drain_has_emptied_hides_nothing_of_what_came_since(
    ticket: SupportTicket, amira: User
) -> None:
    lock = "SELECT 1 FROM support_supportticket WHERE id = %s FOR UPDATE"
    accept(saying(amira, ticket.pk, "one"))
    with _other_connection() as session:
        session.execute(lock, [ticket.pk])
        assert drain(0) == {}
    remembered = dict(taking._heads)
    assert drain(0) == {"PostMessage": 1}
    taking._heads.update(remembered)  # as a drain has it that was not the one to empty it
    accept(saying(amira, ticket.pk, "two"), opening(amira, "Another"))
    with _other_connection() as session:
        session.execute(lock, [ticket.pk])
        assert drain(0) == {"OpenTicket": 1}
    drain(0)

    assert [body for *_, body in bodies(ticket)] == ["one", "two"]
    assert command_log.length(0) == 0


def test_while_all_is_held_back_appends_hear_so_and_one_drain_looks_again(
    ticket: SupportTicket, amira: User
) -> None:
    accept(saying(amira, ticket.pk, "waits"))
    with _other_connection() as session:
        session.execute("SELECT 1 FROM support_supportticket WHERE id = %s FOR UPDATE", [ticket.pk])
        assert [drain(0), drain(0)] == [{}, {}]

        assert valkey.ephemeral().llen("persistence") == 1
        assert command_log.append([saying(amira, ticket.pk, "waits too")]).is_held_back


def _apply_after_a_long_silence(command: Command, ticket: SupportTicket) -> None:
    """As a drain that was frozen amid its transaction goes on."""
    with _other_connection() as other, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 10")
        other.autocommit = True
        alive = "SELECT pid FROM pg_stat_activity WHERE pid = %s"
        until(
            lambda: other.execute(alive, backend).fetchone() is None, what="PostgreSQL has ended the session"
        )
        apply([command], {ticket.pk: ticket}, {})


def _freeze_amid_a_pipeline(*_: Any) -> None:
    """As far as PostgreSQL can see: it has begun to ask, and says no more."""
    backend = connection.connection.info.backend_pid
    with rows.together(), connection.cursor() as cursor, _other_connection() as other:
        cursor.execute("SELECT 1")
        other.autocommit = True
        alive = "SELECT pid FROM pg_stat_activity WHERE pid = %s"
        until(lambda: other.execute(alive, [backend]).fetchone() is None, what="PostgreSQL has ended it")


def test_a_drain_that_is_frozen_amid_a_pipeline_loses_its_shard(
    ticket: SupportTicket, amira: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(saying(amira, ticket.pk, "hello"))
    with monkeypatch.context() as frozen:
        frozen.setattr("workers.drain.TRANSACTION_SECONDS", 1)
        frozen.setattr("workers.drain.take", _freeze_amid_a_pipeline)
        with pytest.raises(OperationalError):
            drain_batch(0)
    connection.close()

    drain(0)
    assert bodies(ticket) == [(1, 1, "hello")]


def test_a_session_that_ended_while_the_drain_was_frozen_is_no_commands_fault(
    ticket: SupportTicket, amira: User, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(OperationalError):
        _apply_after_a_long_silence(saying(amira, ticket.pk, "hello"), ticket)

    assert caplog.records == []
    connection.close()


def test_only_one_drain_works_on_a_shard(ticket: SupportTicket, amira: User) -> None:
    accept(saying(amira, ticket.pk, "hello"))
    with _other_connection() as session:
        session.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, 0])
        assert drain_batch(0) is None
        assert bodies(ticket) == []
    drain(0)

    assert bodies(ticket) == [(1, 1, "hello")]


def test_a_drain_that_is_still_telling_of_its_batch_is_not_taken_for_dead(
    ticket: SupportTicket, amira: User
) -> None:
    """It has released the lock and not yet cleared its mark; once its session is gone, what it held is suspected."""
    accept(saying(amira, ticket.pk, "one"), saying(amira, ticket.pk, "two"))
    entries = command_log.read(0, count=2)
    with _other_connection() as other:
        poison.mark(0, entries, alone=False, session=other.info.backend_pid)
        assert drain_batch(0) is None
    until(lambda: drain_batch(0) is not None, what="the session is gone")

    assert bodies(ticket) == [(1, 1, "one")]
    drain(0)
    assert bodies(ticket) == [(1, 1, "one"), (2, 2, "two")]


def test_a_batch_is_marked_until_its_entries_are_out_of_the_log(
    monkeypatch: pytest.MonkeyPatch, ticket: SupportTicket, amira: User
) -> None:
    """Whoever came before would apply it again: what was refused could be done by then."""
    delete, marks = command_log.delete, []

    def look(*arguments: Any, **more: Any) -> int:
        marks.append(valkey.ephemeral().get("drain:mark:0"))
        return delete(*arguments, **more)

    monkeypatch.setattr(command_log, "delete", look)
    accept(saying(amira, ticket.pk, "one"))
    drain(0)

    assert marks == [b"1"]
    assert valkey.ephemeral().get("drain:mark:0") is None


def test_poison_is_held_and_its_neighbours_are_not(
    ticket: SupportTicket, amira: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(work: Any, command: commands.ChangeTags) -> Any:
        raise ZeroDivisionError("cannot be applied")

    monkeypatch.setitem(SERVICES, tagging, explode)
    culprit = commands.ChangeTags(**stamp(amira), ticket_id=ticket.pk, tags=("a",))
    accept(saying(amira, ticket.pk, "before"), culprit, saying(amira, ticket.pk, "after"))
    batch = drain_batch(0)

    assert batch is not None
    assert batch.applied.held == {1: "ZeroDivisionError: cannot be applied"}
    assert bodies(ticket) == [(1, 1, "before"), (2, 2, "after")]
    letter = DeadLetter.objects.get()
    assert (letter.pk, letter.kind, letter.state) == (culprit.id, "ChangeTags", "held")
    assert command_log.length(0) == 0


def test_what_the_database_refuses_is_held_too(ticket: SupportTicket, amira: User) -> None:
    """A value that slipped past validation: PostgreSQL takes no NUL (SQLSTATE 22)."""
    accept(saying(amira, ticket.pk, "fine"), saying(amira, ticket.pk, "a\x00b"))
    drain(0)

    assert bodies(ticket) == [(1, 1, "fine")]
    assert DeadLetter.objects.get().kind == "PostMessage"


def test_an_entry_nobody_can_read_is_held(amira: User) -> None:
    valkey.durable().xadd(command_log.key(0), {"i": str(ids.new_id()), "c": b'{"kind":"Nonsense"}', "r": ""})
    drain(0)

    assert DeadLetter.objects.get().kind == "unreadable"
    assert command_log.length(0) == 0


def test_a_command_that_kills_its_worker_is_quarantined_after_three_lone_deaths(
    ticket: SupportTicket, amira: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Stands for kill -9: nothing after it runs, the transaction is rolled back."""

    attempts = 0
    healthy = SERVICES[commands.ChangeTags]

    def kill(work: Any, command: commands.ChangeTags) -> Any:
        nonlocal attempts
        if command.tags == ("deadly",):
            attempts += 1
            raise Killed
        return healthy(work, command)

    monkeypatch.setitem(SERVICES, tagging, kill)
    deadly = commands.ChangeTags(**stamp(amira), ticket_id=ticket.pk, tags=("deadly",))
    accept(saying(amira, ticket.pk, "before"), deadly, saying(amira, ticket.pk, "after"))
    deaths = 0
    while command_log.length(0):
        try:
            drain_batch(0)
        except Killed:
            deaths += 1

    assert (deaths, attempts) == (1 + poison.LONE_ATTEMPTS, 1 + poison.LONE_ATTEMPTS)
    assert bodies(ticket) == [(1, 1, "before"), (2, 2, "after")]
    assert DeadLetter.objects.get().error == "killed its worker 3 times"
    assert poison.size_for(0, 200, lambda _session: True) == 200


def test_a_live_chat_is_opened_once_by_whichever_tab_is_first(amira: User, ben: User) -> None:
    ticket_id = ids.new_id()
    start = commands.StartChat(**stamp(amira), ticket_id=ticket_id, session_id=ids.new_id(), subject="Hi")
    accept(start, saying(amira, ticket_id, "Hi"), start, saying(amira, ticket_id, "Anybody?"))
    drain(0)
    accept(saying(ben, ticket_id, "Hello Amira"))
    drain(0)

    ticket = SupportTicket.objects.get()
    assert [body for *_, body in bodies(ticket)] == ["Hi", "Anybody?", "Hello Amira"]
    session = ticket.sessions.get()
    assert (session.pk, session.state, session.agent) == (start.session_id, "active", ben)


def test_a_chat_that_begins_once_or_not_at_all_takes_one_number_or_none(
    ticket: SupportTicket, amira: User
) -> None:
    said = saying(amira, ticket.pk, "Hi")
    accept(said)
    drain(0)
    begins = commands.StartChat(**stamp(amira), ticket_id=ids.new_id(), session_id=ids.new_id(), subject="Hi")
    void = commands.StartChat(
        **stamp(amira),
        ticket_id=ids.new_id(),
        session_id=ids.new_id(),
        subject="Hi",
        first_message_id=said.id,
    )
    accept(void, begins, begins)
    drain(0)
    accept(begins, void, opening(amira))
    drain(0)

    numbers = SupportTicket.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [ticket.number, ticket.number + 1, ticket.number + 2]


def test_three_hundred_commands_are_drained_in_order(ticket: SupportTicket, amira: User) -> None:
    accept(*(saying(amira, ticket.pk, f"{number}") for number in range(300)))

    assert drain(0) == {"PostMessage": 300}
    assert [body for *_, body in bodies(ticket)] == [str(number) for number in range(300)]
    assert settings.COMMAND_LOG_SHARDS == 1


def test_a_replayed_dead_letter_is_marked_as_such(
    ticket: SupportTicket, amira: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(work: Any, command: commands.ChangeTags) -> Any:
        raise ZeroDivisionError

    held = commands.ChangeTags(**stamp(ben), ticket_id=ticket.pk, tags=("logbook",))
    with monkeypatch.context() as broken:
        broken.setitem(SERVICES, tagging, explode)
        accept(held)
        drain(0)
    assert DeadLetter.objects.get().state == "held"
    accept(held)
    drain(0)

    ticket.refresh_from_db()
    assert (DeadLetter.objects.get().state, ticket.tags) == ("replayed", ["logbook"])


# --- Two agents write at once ---------------------------------------------------------------------------------------


def test_a_reply_written_without_a_colleagues_is_refused_and_nothing_is_numbered(
    ticket: SupportTicket, amira: User, ben: User, chen: User
) -> None:
    accept(saying(amira, ticket.pk, "question"), saying(chen, ticket.pk, "answer", seen=1))
    drain(0)
    accept(late := saying(ben, ticket.pk, "another answer", seen=1))
    drain(0)

    assert bodies(ticket) == [(1, 1, "question"), (2, 2, "answer")]
    accept(saying(ben, ticket.pk, late.body, seen=2))
    drain(0)
    assert bodies(ticket)[2:] == [(3, 3, "another answer")]


def test_two_replies_of_one_batch_meet_as_well(ticket: SupportTicket, ben: User, chen: User) -> None:
    accept(saying(chen, ticket.pk, "answer", seen=0), saying(ben, ticket.pk, "another", seen=0))
    drain(0)

    assert bodies(ticket) == [(1, 1, "answer")]


def test_only_a_colleagues_reply_stands_in_the_way(
    ticket: SupportTicket, amira: User, ben: User, chen: User
) -> None:
    """The requester's words, one's own, and notes are no collision; nor is a note written past a reply."""
    accept(
        saying(amira, ticket.pk, "one more thing"),
        saying(chen, ticket.pk, "a note", audience="staff"),
        saying(ben, ticket.pk, "first", seen=0),
        saying(ben, ticket.pk, "second", seen=0),
        saying(chen, ticket.pk, "noted", audience="staff", seen=0),
        saying(amira, ticket.pk, "thank you", seen=0),
    )
    drain(0)

    assert [body for _, _, body in bodies(ticket)] == [
        "one more thing", "a note", "first", "second", "noted", "thank you",
    ]  # fmt: skip


def test_a_stored_reply_sent_again_is_a_repeat_whatever_came_after(
    ticket: SupportTicket, ben: User, chen: User
) -> None:
    first = saying(ben, ticket.pk, "answer", seen=0)
    accept(first, saying(chen, ticket.pk, "more", seen=1))
    drain(0)
    accept(first)

    assert drain(0) == {"PostMessage": 1}
    assert bodies(ticket) == [(1, 1, "answer"), (2, 2, "more")]


def test_replies_of_colleagues_are_looked_up_in_one_query_and_in_none_when_all_was_seen(
    ticket: SupportTicket, ben: User, chen: User
) -> None:
    accept(saying(chen, ticket.pk, "answer"))
    drain(0)
    tickets = {ticket.pk: SupportTicket.objects.get()}

    with CaptureQueriesContext(connection) as seen_all:
        ask([saying(ben, ticket.pk, "a", seen=1)], tickets)()
    with CaptureQueriesContext(connection) as seen_less:
        ask([saying(ben, ticket.pk, str(number), seen=0) for number in range(5)], tickets)()

    assert len(seen_less) == len(seen_all) + 1


def test_a_message_has_a_budget_of_queries_and_five_need_no_more(
    ticket: SupportTicket, amira: User, ben: User
) -> None:
    accept(saying(ben, ticket.pk, "hello"))
    drain(0)

    counted = []
    for words in (["one"], ["one", "two", "three", "four", "five"]):
        accept(*(saying(ben, ticket.pk, word) for word in words))
        with CaptureQueriesContext(connection) as seen:
            drain(0)
        counted.append(len(seen))

    assert counted == [19, 19]


def test_a_notice_that_is_turned_off_in_the_same_batch_is_not_sent(
    ticket: SupportTicket, amira: User, ben: User
) -> None:
    off = delivery_commands.MuteNotice(**stamp(amira), switch="ticket_reply:email")
    accept(off, saying(ben, ticket.pk, "Week 14 is there."))

    assert drain(0) == {"MuteNotice": 1, "PostMessage": 1}

    told = Delivery.objects.get(recipient=amira, transport="email", notice="ticket_reply")
    assert (told.state, told.reason) == ("withheld", "preference")


def test_whoever_is_given_a_ticket_in_the_same_batch_has_turned_off_what_they_have(
    ticket: SupportTicket, amira: User, ben: User, chen: User
) -> None:
    accept(delivery_commands.MuteNotice(**stamp(chen), switch="ticket_reply:email"))
    drain(0)
    accept(
        commands.AssignTicket(**stamp(ben), ticket_id=ticket.pk, assignee=chen.pk),
        saying(amira, ticket.pk, "Week 14 is still missing."),
    )

    assert drain(0) == {"AssignTicket": 1, "PostMessage": 1}

    told = Delivery.objects.get(recipient=chen, transport="email", notice="ticket_reply")
    assert (told.state, told.reason) == ("withheld", "preference")

"""Rows: what a batch writes and reads in few statements is what was meant, to the letter, or an error of Django's."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core import rows
from core.models import User
from support.models import ChatMessage, Participant, SupportTicket

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 10, 24, 0, 123456, tzinfo=UTC)
ODD = 'O\'Neil \\ "quoted" %s 👩🏽‍🎓 \u202e \n\t'


def ticket_of(user: User, number: int, **more: Any) -> SupportTicket:
    facts: dict[str, Any] = {"subject": "Logbook", "description": ODD, "created_at": AT, "updated_at": AT}
    return SupportTicket(number=number, requester=user, **facts | more)


def message_in(ticket: SupportTicket, number: int, body: str = "Hello") -> ChatMessage:
    numbers = {"staff_sequence": number, "public_sequence": number}
    return ChatMessage(ticket=ticket, author=ticket.requester, body=body, created_at=AT, **numbers)


def write_together(*batches: list[ChatMessage]) -> None:
    with transaction.atomic(), rows.together():
        for batch in batches:
            rows.write(batch)


@pytest.fixture
def tickets(amira: User) -> list[SupportTicket]:
    made = [
        ticket_of(amira, 7, tags=["a b", ODD[:40]], context_data={"deep": {"n": [1, None, ODD]}}),
        ticket_of(amira, 8, resolved_at=AT, staff_read_sequence=3),
    ]
    rows.write(made)
    return made


def test_what_was_written_is_read_as_it_was_by_us_and_by_django(tickets: list[SupportTicket]) -> None:
    names = [field.attname for field in SupportTicket._meta.concrete_fields]
    meant = [[getattr(ticket, name) for name in names] for ticket in tickets]

    by_django = SupportTicket.objects.order_by("number")
    by_us = rows.read(SupportTicket, "id = ANY(%s) ORDER BY number", [ticket.pk for ticket in tickets])

    for found in (by_django, by_us):
        assert [[getattr(ticket, name) for name in names] for ticket in found] == meant
    assert not any(ticket._state.adding for ticket in tickets)


def test_of_a_row_that_was_loaded_the_named_columns_change_and_no_others(
    tickets: list[SupportTicket], amira: User
) -> None:
    [loaded] = rows.read(SupportTicket, "number = 7")
    loaded.status, loaded.subject = "RESOLVED", "not to be written"
    new = ticket_of(amira, 9)
    with CaptureQueriesContext(connection) as asked:
        rows.write([loaded, new], unique=["id"], updated=["status"])

    assert len(asked) == 2
    known = SupportTicket.objects.order_by("number").values_list("number", "status", "subject")
    assert list(known) == [(7, "RESOLVED", "Logbook"), (8, "OPEN", "Logbook"), (9, "OPEN", "Logbook")]


def test_a_new_row_that_is_there_already_changes_it_or_leaves_it(tickets: list[SupportTicket]) -> None:
    def place(read: int) -> Participant:
        return Participant(ticket=tickets[0], user=tickets[0].requester, role="requester", read_sequence=read)

    rows.write([place(1)], unique=["ticket", "user"], updated=["read_sequence"])
    rows.write([place(2)], unique=["ticket", "user"], updated=["read_sequence"])
    assert list(Participant.objects.values_list("read_sequence", flat=True)) == [2]
    rows.write([place(3)], once=True)
    assert list(Participant.objects.values_list("read_sequence", flat=True)) == [2]


def test_what_is_asked_together_is_answered_each_to_its_question(tickets: list[SupportTicket]) -> None:
    rows.write([message_in(tickets[0], 1), message_in(tickets[0], 2)])
    with rows.together():
        people = rows.ask(User, "username = %s", "amira")
        messages = rows.ask(ChatMessage, "ticket_id = %s ORDER BY staff_sequence", tickets[0].pk)
        rows.write([message_in(tickets[0], 3)])
        nobody = rows.ask(User, "id = ANY(%s)", [])

    assert [person.username for person in people()] == ["amira"]
    assert [message.staff_sequence for message in messages()] == [1, 2]
    assert nobody() == []
    assert ChatMessage.objects.count() == 3


@pytest.mark.parametrize(
    ("body", "number", "error"), [("twice", 1, IntegrityError), ("\0", 2, DataError)], ids=["clash", "NUL"]
)
def test_what_postgresql_refuses_is_raised_as_djangos_error_and_undone_with_its_savepoint(
    tickets: list[SupportTicket], body: str, number: int, error: type[Exception]
) -> None:
    rows.write([message_in(tickets[0], 1)])
    with pytest.raises(error):
        write_together([message_in(tickets[1], 1)], [message_in(tickets[0], number, body)])

    assert list(ChatMessage.objects.values_list("ticket__number", flat=True)) == [7]


def test_what_is_loaded_is_a_row_as_django_loads_it(tickets: list[SupportTicket]) -> None:
    (loaded,) = rows.read(SupportTicket, "id = %s", tickets[0].pk)

    assert (loaded._state.adding, loaded._state.db) == (False, "default")
    assert loaded.requester == tickets[0].requester
    assert loaded.__dict__.keys() - {"_state"} == SupportTicket.objects.get(pk=loaded.pk).__dict__.keys() - {
        "_state"
    }


def test_a_statement_is_prepared_once_a_connection(tickets: list[SupportTicket]) -> None:
    for ticket in tickets * 3:
        rows.read(SupportTicket, "number = %s AND true", ticket.number)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements"
            " WHERE statement LIKE '%number = $1 AND true'"
        )
        assert cursor.fetchall() == [(6,)]


def test_under_debug_no_statement_is_kept(tickets: list[SupportTicket], settings: Any) -> None:
    settings.DEBUG = True

    SupportTicket.objects.count()

    assert list(connection.queries_log) == []

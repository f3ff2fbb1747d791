"""Threads: each reader's own stream, a window of it, and the history."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from core.models import User
from core.problems import Refused
from support import selectors
from support.models import ChatMessage, SupportTicket
from tests.support.conftest import BEGIN, Desk

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def ticket(desk: Desk, amira: User, ben: User) -> SupportTicket:
    """Public 1, note, public 2, note, public 3: staff count to five, Amira to three."""
    ticket = desk.ask(amira)
    desk.say(amira, ticket, "one")
    desk.say(ben, ticket, "note one", audience="staff")
    desk.say(ben, ticket, "two")
    desk.say(ben, ticket, "note two", audience="staff")
    desk.say(amira, ticket, "three")
    return SupportTicket.objects.get(pk=ticket.pk)


def many(ticket: SupportTicket, author: User, count: int) -> SupportTicket:
    """A long thread, without a drain for each message."""
    ChatMessage.objects.bulk_create(
        ChatMessage(
            ticket=ticket, author=author, body=str(n), public_sequence=n, staff_sequence=n, created_at=BEGIN
        )
        for n in range(1, count + 1)
    )
    ticket.public_sequence = ticket.staff_sequence = count
    ticket.save()
    return ticket


def said(page: selectors.MessagePage, *, staff: bool) -> list[tuple[int | None, str]]:
    return [(message.sequence(staff=staff), message.body) for message in page.messages]


def test_a_requester_sees_no_note_and_no_hole(ticket: SupportTicket) -> None:
    page = selectors.messages_of(ticket, staff=False)

    assert said(page, staff=False) == [(1, "one"), (2, "two"), (3, "three")]
    assert (page.last_sequence, page.limited) == (3, False)


def test_staff_see_everything_in_their_own_numbers(ticket: SupportTicket) -> None:
    page = selectors.messages_of(ticket, staff=True)

    assert said(page, staff=True) == [(1, "one"), (2, "note one"), (3, "two"), (4, "note two"), (5, "three")]
    assert page.last_sequence == 5


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"after": 3}, [4, 5]),
        ({"after": 5}, []),
        ({"after": 900}, []),
        ({"before": 3}, [1, 2]),
        ({"before": 4, "limit": 2}, [2, 3]),
        ({"before": 1}, []),
        ({"limit": 2}, [4, 5]),
        ({"after": 1, "before": 4}, [2, 3]),
    ],
    ids=str,
)
def test_windows(ticket: SupportTicket, asked: dict[str, int], numbers: list[int]) -> None:
    page = selectors.messages_of(ticket, staff=True, **asked)

    assert [number for number, _ in said(page, staff=True)] == numbers
    assert page.last_sequence == 5


def test_up_to_two_hundred_missed_messages_come_whole(desk: Desk, amira: User) -> None:
    ticket = many(desk.ask(amira), amira, 210)
    page = selectors.messages_of(ticket, staff=False, after=10)

    assert ([n for n, _ in said(page, staff=False)], page.limited) == (list(range(11, 211)), False)


def test_of_more_the_last_two_hundred_come_and_say_so(desk: Desk, amira: User) -> None:
    ticket = many(desk.ask(amira), amira, 210)
    page = selectors.messages_of(ticket, staff=False, after=9)

    assert ([n for n, _ in said(page, staff=False)], page.limited) == (list(range(11, 211)), True)


def test_a_first_look_at_a_long_thread_is_not_limited(desk: Desk, amira: User) -> None:
    ticket = many(desk.ask(amira), amira, 210)
    page = selectors.messages_of(ticket, staff=False, limit=1000)

    assert ([n for n, _ in said(page, staff=False)], page.limited) == (list(range(11, 211)), False)


def test_messages_younger_than_the_ticket_that_was_read_count(
    desk: Desk, ticket: SupportTicket, amira: User
) -> None:
    desk.say(amira, ticket, "four")

    assert ticket.public_sequence == 3
    assert selectors.messages_of(ticket, staff=False).last_sequence == 4


def test_the_cursors_of_both_sides_come_along(
    desk: Desk, ticket: SupportTicket, amira: User, ben: User, django_assert_num_queries: Queries
) -> None:
    desk.read(ben, ticket, 5)
    with django_assert_num_queries(1):
        page = selectors.messages_of(ticket, staff=True)
        assert [message.author and message.author.username for message in page.messages][:2] == [
            "amira",
            "ben",
        ]

    assert (page.requester_read, page.staff_read) == (3, 5)


def test_one_message_or_none(ticket: SupportTicket) -> None:
    third = ChatMessage.objects.get(body="three")

    assert said(selectors.message_of(ticket, third.pk), staff=False) == [(3, "three")]
    with pytest.raises(Refused) as refused:
        selectors.message_of(ticket, uuid.uuid4())
    assert refused.value.code == "not-found"


def test_a_number_of_one_stream_in_both(ticket: SupportTicket) -> None:
    by_staff = [(ticket.pk, sequence, True) for sequence in range(6)]
    by_requester = [(ticket.pk, sequence, False) for sequence in range(4)]

    assert selectors.in_both_streams(by_staff) == [(0, 0), (1, 1), (1, 2), (2, 3), (2, 4), (3, 5)]
    assert selectors.in_both_streams(by_requester) == [(0, 0), (1, 1), (2, 3), (3, 5)]
    assert selectors.in_both_streams([]) == []


def test_the_history_is_in_order_with_who_did_it(desk: Desk, amira: User, ben: User) -> None:
    ticket = desk.ask(amira)
    desk.give(ben, ticket, ben)
    desk.move(ben, ticket, "RESOLVED")
    history = selectors.timeline_of(ticket)

    assert [(change.kind, change.user and change.user.username) for change in history] == [
        ("OpenTicket", "amira"),
        ("AssignTicket", "ben"),
        ("ChangeStatus", "ben"),
    ]
    assert history[2].detail == {"from": "OPEN", "to": "RESOLVED"}


def test_what_the_same_person_asked_before(desk: Desk, amira: User, dora: User) -> None:
    first, second, third = desk.ask(amira), desk.ask(amira), desk.ask(amira)
    desk.ask(dora)

    assert selectors.previous_tickets(second) == [third, first]
    assert selectors.previous_tickets(second, limit=1) == [third]

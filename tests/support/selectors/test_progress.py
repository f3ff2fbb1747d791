"""Progress: the revision and both sides' cursors, in the reader's own stream, for many readers at once."""

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries

from core.models import User
from support.selectors import Progress, Reader, progress_of
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_reader_is_told_in_the_numbers_of_their_own_stream(
    desk: Desk, amira: User, ben: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ticket, other = desk.ask(amira), desk.ask(amira)
    desk.say(amira, ticket, "one")
    desk.say(ben, ticket, "a note", audience="staff")
    desk.say(ben, ticket, "two")
    desk.read(amira, ticket, 2)
    desk.move(ben, ticket, "RESOLVED")

    with django_assert_num_queries(2):
        found = progress_of(
            [
                Reader(amira.pk, ticket.pk, False),
                Reader(ben.pk, ticket.pk, True),
                Reader(amira.pk, other.pk, False),
                Reader(amira.pk, uuid.uuid4(), False),
            ]
        )

    assert found == [
        Progress(revision=1, own_read=2, read=2, received=2),
        Progress(revision=1, own_read=3, read=3, received=3),
        Progress(),
        Progress(),
    ]


def test_only_what_an_open_thread_shows_makes_a_revision_and_a_repeat_makes_none(
    desk: Desk, amira: User, ben: User
) -> None:
    ticket = desk.ask(amira)
    reader = Reader(amira.pk, ticket.pk, False)
    desk.say(amira, ticket, "one")
    desk.read(ben, ticket, 1)
    assert progress_of([reader])[0].revision == 0

    desk.give(ben, ticket, ben)
    desk.move(ben, ticket, "WAITING_USER")
    assert progress_of([reader])[0].revision == 2
    desk.say(amira, ticket, "and another")  # takes the ticket up again
    assert progress_of([reader])[0].revision == 3


def test_nobody_asks_for_nothing(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert progress_of([]) == []

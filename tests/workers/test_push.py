"""Notices to open pages: what a task costs does not grow with the people it tells."""

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from core.contracts import encode
from core.ids import new_id
from core.models import User
from notifications.models import Delivery
from support import events
from support.models import SupportTicket
from tests.open_pages import OpenPages
from tests.support.conftest import BEGIN, Desk
from workers import push

pytestmark = pytest.mark.django_db


def told(ticket: SupportTicket, people: list[User]) -> list[str]:
    """A new notice for each of them, sent already."""
    rows = [
        Delivery(
            id=new_id(),
            event_id=new_id(),
            event_kind="TicketOpened",
            command_id=new_id(),
            notice="new_ticket",
            ticket=ticket,
            recipient=person,
            transport="in_app",
            state="sent",
            due_at=BEGIN,
        )
        for person in people
    ]
    return [str(row.pk) for row in Delivery.objects.bulk_create(rows)]


def test_telling_forty_agents_how_many_are_new_costs_what_telling_one_does(
    desk: Desk,
    person: Callable[..., User],
    amira: User,
    pages: OpenPages,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ticket = desk.ask(amira)
    agents = [person(f"agent{number}", is_staff=True) for number in range(40)]
    told(ticket, agents)
    pages.open(*agents)

    for people in (agents[:1], agents):
        caused = [encode(seen_by(each)).decode() for each in people]
        pages.forget()
        with django_assert_num_queries(2):
            push.unseen.run(events=caused)

        frame = {"type": "unseen", "total": 1, "tickets": {str(ticket.pk): 1}}
        assert pages.everybody == {each.username: [frame] for each in people}


def test_nothing_is_counted_for_agents_without_a_page(
    desk: Desk, amira: User, ben: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    told(desk.ask(amira), [ben])
    with django_assert_num_queries(0):
        push.unseen.run(events=[encode(seen_by(ben)).decode()])


def seen_by(person: User) -> events.NoticesSeen:
    return events.NoticesSeen(
        id=new_id(), command_id=new_id(), actor=person.actor, at=BEGIN, user_id=person.pk
    )

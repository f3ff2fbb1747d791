"""Unread counts to open pages: to whom a change is told, and at what cost."""

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from core.contracts import encode
from core.ids import new_id
from core.models import User
from support import events
from support.models import SupportTicket
from tests.open_pages import OpenPages
from tests.support.conftest import BEGIN, Desk
from workers import unread

pytestmark = pytest.mark.django_db


def changed(*tickets: SupportTicket) -> list[str]:
    """A change of each of these tickets, as the reaction is told it."""
    changes = [
        events.TagsChanged(id=new_id(), command_id=new_id(), actor="system:t", at=BEGIN, ticket_id=ticket.pk)
        for ticket in tickets
    ]
    return [encode(change).decode() for change in changes]


def test_the_requester_and_every_agent_hear_also_who_is_offline_and_nobody_else(
    desk: Desk, pages: OpenPages, amira: User, dora: User, ben: User, chen: User
) -> None:
    pages.open(amira, dora, ben, chen)
    desk.declare(ben, "online")
    desk.declare(chen, "offline")
    ticket, other = desk.ask(amira), desk.ask(dora)
    desk.say(amira, ticket, "Any news?")
    desk.say(ben, ticket, "Yes.")
    desk.say(dora, other, "Hello?")
    caused = changed(ticket)
    unread.refresh.run()  # what the drain gathered
    pages.forget()

    unread.refresh.run(events=caused)

    told = pages.everybody
    assert set(told) == {"amira", "ben", "chen"}
    assert told["amira"] == [{"type": "unread", "total": 1, "tickets": {str(ticket.pk): 1}}]
    for agent in ("ben", "chen"):
        count, views = told[agent]
        assert count == {"type": "unread", "total": 1, "tickets": {str(other.pk): 1}}
        assert (views["type"], views["counts"]["unassigned"]) == ("counts", 2)


def test_thirty_agents_and_twenty_requesters_cost_what_one_of_each_does(
    desk: Desk,
    person: Callable[..., User],
    pages: OpenPages,
    amira: User,
    ben: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first = desk.ask(amira)
    pages.open(amira, ben)
    caused = changed(first)
    with django_assert_num_queries(6):  # who is concerned, who they are, and four for the counts
        unread.refresh.run(events=caused)
    askers = [person(f"asker{number}") for number in range(20)]
    agents = [person(f"agent{number}", is_staff=True) for number in range(30)]
    pages.open(*askers, *agents)
    caused = changed(first, *[desk.ask(asker) for asker in askers])
    pages.forget()

    with django_assert_num_queries(6):
        unread.refresh.run(events=caused)

    assert len(pages.everybody) == 1 + 20 + 1 + 30


def test_nothing_is_counted_for_those_who_have_no_page_open(
    desk: Desk, pages: OpenPages, amira: User, ben: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    caused = changed(desk.ask(amira))
    with django_assert_num_queries(1):
        unread.refresh.run(events=caused)

    pages.open(ben)
    with django_assert_num_queries(5):  # none for requesters
        unread.refresh.run(events=caused)

    assert set(pages.everybody) == {"ben"}

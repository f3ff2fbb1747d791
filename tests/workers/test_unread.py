"""Unread counts to open pages: to whom a change is told, and at what cost."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis.client
from channels_redis.serializers import registry
from django.conf import settings
from pytest_django import DjangoAssertNumQueries

from core import valkey
from core.contracts import encode
from core.ids import new_id
from core.models import User
from support import events, groups
from support.models import SupportTicket
from tests.support.conftest import BEGIN, Desk
from workers import unread

pytestmark = pytest.mark.django_db
END = "that was all"
Heard = dict[str, list[dict[str, Any]]]


@pytest.fixture
def heard() -> Iterator[Callable[[], Heard]]:
    """What each group's channel was told since the last question."""
    pubsub: redis.client.PubSub = valkey.ephemeral().pubsub()
    pubsub.psubscribe(f"{settings.LAYER_PREFIX}__group__*", END)
    assert [pubsub.get_message(timeout=5)["type"] for _ in range(2)] == ["psubscribe"] * 2
    serializer = registry.get_serializer("msgpack")

    def listen() -> Heard:
        valkey.ephemeral().publish(END, b"")
        found: Heard = {}
        while (message := pubsub.get_message(timeout=20))["channel"] != END.encode():
            text = serializer.deserialize(message["data"])["staff"]
            found.setdefault(message["channel"].decode(), []).append(json.loads(text))
        return found

    yield listen
    pubsub.close()


def channel(person: User) -> str:
    return f"{settings.LAYER_PREFIX}__group__{groups.person(person.pk)}"


def changed(*tickets: SupportTicket) -> list[str]:
    """A change of each of these tickets, as the reaction is told it."""
    changes = [
        events.TagsChanged(id=new_id(), command_id=new_id(), actor="system:t", at=BEGIN, ticket_id=ticket.pk)
        for ticket in tickets
    ]
    return [encode(change).decode() for change in changes]


def test_the_requester_and_every_agent_hear_also_who_is_offline_and_nobody_else(
    desk: Desk, heard: Callable[[], Heard], amira: User, dora: User, ben: User, chen: User
) -> None:
    desk.declare(ben, "online")
    desk.declare(chen, "offline")
    ticket, other = desk.ask(amira), desk.ask(dora)
    desk.say(amira, ticket, "Any news?")
    desk.say(ben, ticket, "Yes.")
    desk.say(dora, other, "Hello?")
    caused = changed(ticket)
    unread.refresh.run()  # what the drain gathered
    heard()

    unread.refresh.run(events=caused)

    told = heard()
    assert set(told) == {channel(amira), channel(ben), channel(chen)}
    assert told[channel(amira)] == [{"type": "unread", "total": 1, "tickets": {str(ticket.pk): 1}}]
    for agent in (ben, chen):
        count, views = told[channel(agent)]
        assert count == {"type": "unread", "total": 1, "tickets": {str(other.pk): 1}}
        assert (views["type"], views["counts"]["unassigned"]) == ("counts", 2)


def test_thirty_agents_and_twenty_requesters_cost_what_one_of_each_does(
    desk: Desk,
    person: Callable[..., User],
    heard: Callable[[], Heard],
    amira: User,
    ben: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first = desk.ask(amira)
    caused = changed(first)
    with django_assert_num_queries(6):  # requesters, agents, and four for the counts
        unread.refresh.run(events=caused)
    tickets = [desk.ask(person(f"asker{number}")) for number in range(20)]
    for number in range(30):
        person(f"agent{number}", is_staff=True)
    caused = changed(first, *tickets)
    heard()

    with django_assert_num_queries(6):
        unread.refresh.run(events=caused)

    assert len(heard()) == 1 + 20 + 1 + 30

"""Notices to open pages: what a task costs does not grow with the people it tells."""

from collections.abc import Callable, Iterator

import pytest
import redis.client
from channels_redis.serializers import registry
from django.conf import settings
from pytest_django import DjangoAssertNumQueries

from core import valkey
from core.contracts import encode
from core.ids import new_id
from core.models import User
from notifications.models import Delivery
from support import events, groups
from support.models import SupportTicket
from tests.support.conftest import BEGIN, Desk
from workers import push

pytestmark = pytest.mark.django_db
END = "that was all"


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


@pytest.fixture
def heard() -> Iterator[Callable[[], list[tuple[str, str]]]]:
    """What was published since the last question: the group's channel and the staff's text."""
    pubsub: redis.client.PubSub = valkey.ephemeral().pubsub()
    pubsub.psubscribe(f"{settings.LAYER_PREFIX}__group__*", END)
    assert [pubsub.get_message(timeout=5)["type"] for _ in range(2)] == ["psubscribe"] * 2
    serializer = registry.get_serializer("msgpack")

    def listen() -> list[tuple[str, str]]:
        valkey.ephemeral().publish(END, b"")
        found = []
        while (message := pubsub.get_message(timeout=20))["channel"] != END.encode():
            found.append((message["channel"].decode(), serializer.deserialize(message["data"])["staff"]))
        return found

    yield listen
    pubsub.close()


def test_telling_forty_agents_how_many_are_new_costs_what_telling_one_does(
    desk: Desk,
    person: Callable[..., User],
    amira: User,
    heard: Callable[[], list[tuple[str, str]]],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ticket = desk.ask(amira)
    agents = [person(f"agent{number}", is_staff=True) for number in range(40)]
    told(ticket, agents)
    heard()

    for people in (agents[:1], agents):
        caused = [encode(seen_by(each)).decode() for each in people]
        with django_assert_num_queries(2):
            push.unseen.run(events=caused)

        line = f'{{"type":"unseen","total":1,"tickets":{{"{ticket.pk}":1}}}}'
        channels = [f"{settings.LAYER_PREFIX}__group__{groups.person(each.pk)}" for each in people]
        assert sorted(heard()) == sorted((channel, line) for channel in channels)


def seen_by(person: User) -> events.NoticesSeen:
    return events.NoticesSeen(
        id=new_id(), command_id=new_id(), actor=person.actor, at=BEGIN, user_id=person.pk
    )

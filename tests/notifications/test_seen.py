"""Seen: by reading the ticket, by opening the notice, all at once; only one's own, and twice is once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from core import ids
from core.contracts import Event
from core.models import User
from core.problems import Refused
from notifications import services
from notifications.models import Delivery
from support import commands, events
from support.events import NoticesSeen, ReadMoved, caused_by
from support.models import SupportTicket
from tests.notifications.conftest import AT, happened, moved, planned

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


@pytest.fixture
def told(ticket: SupportTicket, say: Callable[..., events.MessagePosted], ben: User) -> list[Delivery]:
    """Two replies and a change of status, each sent to Amira's pages."""
    batch = [say(ben, "One."), say(ben, "Two."), moved(ticket, ben, "OPEN", "WAITING_USER")]
    rows = [row for event in batch for row in planned(event, transport="in_app")]
    Delivery.objects.update(state="sent", created_at=AT)
    return rows


def unseen() -> set[str]:
    return {str(pk) for pk in Delivery.objects.filter(seen_at=None).values_list("id", flat=True)}


def see(user: User, **what: object) -> list[Event]:
    command = commands.MarkNoticesSeen(id=ids.new_id(), actor=user.actor, at=LATER, **what)  # type: ignore[arg-type]
    return list(services.apply(command))


def read(user: User, ticket: SupportTicket, sequence: int) -> ReadMoved:
    return happened(  # type: ignore[no-any-return]
        ReadMoved, user, ticket_id=ticket.id, user_id=user.id, sequence=sequence, is_support=user.is_staff
    )


def test_reading_up_to_a_message_sees_what_is_told_of_it_and_of_what_came_before(
    told: list[Delivery], ticket: SupportTicket, amira: User
) -> None:
    _one, two, _update = told

    first = services.see_what_was_read([read(amira, ticket, 1)])
    assert unseen() == {str(two.id)}
    second = services.see_what_was_read([read(amira, ticket, 2)])
    assert unseen() == set()

    assert [type(event) for event in first + second] == [NoticesSeen, NoticesSeen]
    assert {event.user_id for event in first + second if isinstance(event, NoticesSeen)} == {amira.id}
    assert services.see_what_was_read([read(amira, ticket, 2)]) == []


def test_somebody_elses_reading_sees_nothing_of_mine(
    told: list[Delivery], ticket: SupportTicket, chen: User
) -> None:
    assert services.see_what_was_read([read(chen, ticket, 9)]) == []
    assert len(unseen()) == 3


def test_reading_without_news_costs_one_query_for_the_batch(
    ticket: SupportTicket, amira: User, ben: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    moves = [read(amira, ticket, 1), read(ben, ticket, 1)]
    with django_assert_num_queries(1):
        assert services.see_what_was_read(moves) == []
    with django_assert_num_queries(0):
        assert services.see_what_was_read([]) == []


def test_one_notice_all_about_a_ticket_or_everything(told: list[Delivery], amira: User) -> None:
    one, two, update = told

    assert [type(event) for event in see(amira, notices=(one.id,))] == [NoticesSeen]
    assert unseen() == {str(two.id), str(update.id)}
    assert see(amira, notices=(one.id,)) == []
    assert see(amira, about=ids.new_id()) == []
    assert len(unseen()) == 2
    assert len(see(amira)) == 1
    assert unseen() == set()


def test_what_comes_after_the_command_was_accepted_stays_new(told: list[Delivery], amira: User) -> None:
    Delivery.objects.filter(id=told[0].id).update(created_at=LATER + timedelta(seconds=1))

    see(amira)

    assert unseen() == {str(told[0].id)}


def test_nobody_sees_for_somebody_else(told: list[Delivery], dora: User, ticket: SupportTicket) -> None:
    assert see(dora, notices=tuple(row.id for row in told)) == []
    assert see(dora, about=ticket.id) == []
    assert len(unseen()) == 3


def test_the_system_has_no_bell() -> None:
    command = commands.MarkNoticesSeen(id=ids.new_id(), actor="system:support", at=LATER)
    with pytest.raises(Refused):
        services.apply(command)


def test_a_withheld_row_is_no_news(ticket: SupportTicket, amira: User) -> None:
    planned(moved(ticket, amira, "RESOLVED", "OPEN"), transport="in_app")

    assert see(amira) == []


def test_mail_is_never_seen(ticket: SupportTicket, amira: User, ben: User) -> None:
    planned(moved(ticket, ben, "OPEN", "RESOLVED"))
    Delivery.objects.update(state="sent", created_at=AT)

    assert see(amira) == []


def test_the_event_of_a_command_is_the_same_every_time(told: list[Delivery], amira: User) -> None:
    command = commands.MarkNoticesSeen(id=ids.new_id(), actor=amira.actor, at=LATER)

    assert services.apply(command) == [caused_by(command, NoticesSeen, user_id=amira.id)]
    assert services.apply(command) == []

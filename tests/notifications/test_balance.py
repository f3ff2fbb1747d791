"""The ledger balances: events x audience x transports = rows, and every way in which it would not is a number."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from core import ids
from core.models import User
from notifications import services
from notifications.ledger.balance import balance
from notifications.models import Delivery, Plan
from support import events
from support.models import ChatMessage, SupportTicket
from tests.notifications.conftest import happened, moved, opened

pytestmark = pytest.mark.django_db
AGO = timedelta(days=1)


@pytest.fixture
def told(
    ticket: SupportTicket, say: Callable[..., events.MessagePosted], amira: User, ben: User, chen: User
) -> list[events.MessagePosted]:
    """A ticket, a reply, a note, a question that nobody is assigned to, a change: all as the drain records them."""
    said = [say(ben, "Try it again."), say(ben, "She is new.", "staff"), say(amira, "Anybody?")]
    services.record([opened(ticket), *said, moved(ticket, ben, "OPEN", "RESOLVED")])
    return said


def now_balance(**expected: int) -> None:
    found = balance(timezone.now() - AGO)
    shown = {"short": found.short, "surplus": found.surplus, "without_plan": found.without_plan}
    assert shown == {"short": 0, "surplus": 0, "without_plan": 0} | expected
    assert found.holds is not any(expected.values())


def test_what_the_drain_records_balances_to_the_row(told: list[events.MessagePosted]) -> None:
    found = balance(timezone.now() - AGO)

    # Two agents by both means; the requester by both, for the reply, the note (withheld) and the change; nobody.
    assert (found.events, found.expected, found.rows) == (5, 4 + 2 + 2 + 0 + 2, 10)
    assert found.holds
    assert dict(Plan.objects.values_list("event_kind", "expected").order_by("-expected")[:1]) == {
        "TicketOpened": 4
    }


def test_recording_twice_changes_nothing(ticket: SupportTicket, ben: User) -> None:
    event = opened(ticket)
    for _ in range(3):
        services.record([event])

    found = balance(timezone.now() - AGO)
    assert (found.events, found.expected, found.rows, found.holds) == (1, 2, 2, True)


def test_a_row_that_is_lost_is_missed(told: list[events.MessagePosted]) -> None:
    Delivery.objects.filter(event_id=told[0].id, transport="email").delete()

    now_balance(short=1)


def test_a_row_too_many_is_noticed(told: list[events.MessagePosted]) -> None:
    row = Delivery.objects.filter(event_id=told[0].id).first()
    assert row is not None
    row.pk = ids.new_id()
    row.save(force_insert=True)

    now_balance(surplus=1)


def test_a_row_of_an_event_that_nobody_planned_is_noticed(told: list[events.MessagePosted]) -> None:
    Plan.objects.update(planned_at=timezone.now() - timedelta(hours=1))
    Delivery.objects.filter(event_id=told[0].id).update(event_id=ids.new_id(), created_at=timezone.now())

    now_balance(short=1, without_plan=2)


def test_a_message_that_was_never_planned_is_noticed(
    told: list[events.MessagePosted], say: Callable[..., events.MessagePosted], ben: User
) -> None:
    forgotten, moment = say(ben, "And then?"), timezone.now()
    ChatMessage.objects.filter(id=forgotten.message_id).update(created_at=moment)

    assert balance(moment - AGO).unplanned == 1
    services.record([forgotten])
    assert balance(moment - AGO).unplanned == 0


def test_four_queries_whatever_there_is(
    told: list[events.MessagePosted], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        balance(timezone.now() - AGO)


def test_events_without_a_rule_have_no_plan(ticket: SupportTicket, ben: User) -> None:
    services.record([happened(events.TagsChanged, ben, ticket_id=ticket.id)])

    assert Plan.objects.count() == 0

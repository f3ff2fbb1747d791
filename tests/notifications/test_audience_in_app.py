"""Who hears in the app: events x audience = rows for each transport, everybody with an answer of their own."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.utils import timezone

from core.contracts import Event
from core.models import User
from notifications import services
from notifications.models import Delivery, Preference
from support import events
from support.models import ChatSession, SupportTicket
from tests.notifications.conftest import AT, given, moved, opened, planned

pytestmark = pytest.mark.django_db
Row = tuple[str | None, str, str, str]


def rows(*batch: Event) -> list[Row]:
    return [
        (row.recipient.username if row.recipient else None, row.notice, row.state, row.reason)
        for row in planned(*batch, transport="in_app")
    ]


def mute(user: User, *switches: str) -> None:
    Preference.objects.create(user=user, muted=[*switches], changed_at=timezone.now())


def test_a_new_ticket_is_told_to_every_agent(ticket: SupportTicket, ben: User, chen: User) -> None:
    assert rows(opened(ticket)) == [
        ("ben", "new_ticket", "planned", ""),
        ("chen", "new_ticket", "planned", ""),
    ]


def test_a_chat_that_begins_is_told_as_one_that_waits_and_by_mail_as_a_ticket(
    ticket: SupportTicket, amira: User, ben: User
) -> None:
    ChatSession.objects.create(ticket=ticket, requester=amira, created_at=AT)

    assert rows(opened(ticket)) == [("ben", "chat_waiting", "planned", "")]
    assert [row.notice for row in planned(opened(ticket))] == ["new_ticket"]


def test_the_support_address_has_no_pages(ticket: SupportTicket) -> None:
    assert rows(opened(ticket)) == [(None, "new_ticket", "withheld", "no-account")]


def test_somebody_without_an_address_is_told_in_the_app(
    ticket: SupportTicket, amira: User, ben: User
) -> None:
    User.objects.filter(pk=amira.pk).update(email="")
    ticket.refresh_from_db()

    assert rows(moved(ticket, ben, "OPEN", "RESOLVED")) == [("amira", "ticket_update", "planned", "")]


def test_an_internal_note_is_told_to_the_assignee_and_withheld_from_the_requester(
    ticket: SupportTicket, say: Callable[..., events.MessagePosted], ben: User, chen: User
) -> None:
    ticket.assigned_to = ben
    ticket.save()

    assert rows(say(chen, "She is my cousin.", "staff")) == [
        ("amira", "ticket_reply", "withheld", "internal-note"),
        ("ben", "internal_note", "planned", ""),
    ]
    assert rows(say(chen, "Hello Amira.")) == [("amira", "ticket_reply", "planned", "")]


def test_nobody_is_told_what_they_did(
    ticket: SupportTicket, say: Callable[..., events.MessagePosted], ben: User
) -> None:
    ticket.assigned_to = ben
    ticket.save()

    assert rows(say(ben, "Mine to remember.", "staff")) == [
        ("amira", "ticket_reply", "withheld", "internal-note"),
        ("ben", "internal_note", "withheld", "author"),
    ]


def test_a_switch_that_is_off_withholds_by_name_and_by_its_transport_alone(
    ticket: SupportTicket, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    mute(amira, "ticket_reply:in_app", "ticket_update:email")
    reply, update = say(ben, "Try it again."), moved(ticket, ben, "OPEN", "RESOLVED")

    assert rows(reply, update) == [
        ("amira", "ticket_reply", "withheld", "preference"),
        ("amira", "ticket_update", "planned", ""),
    ]
    by_mail = {row.notice: row.reason for row in planned(reply, update)}
    assert by_mail == {"ticket_reply": "", "ticket_update": "preference"}


def test_agents_have_switches_too(ticket: SupportTicket, ben: User, chen: User) -> None:
    mute(ben, "new_ticket:in_app", "ticket_update:in_app")

    assert rows(opened(ticket)) == [
        ("ben", "new_ticket", "withheld", "preference"),
        ("chen", "new_ticket", "planned", ""),
    ]
    assert ("ben", "ticket_update", "withheld", "preference") in rows(given(ticket, chen, ben.id))


def test_events_times_audience_are_rows_for_each_transport(
    ticket: SupportTicket, say: Callable[..., events.MessagePosted], amira: User, ben: User, chen: User
) -> None:
    ticket.assigned_to = ben
    ticket.save()
    batch = [
        opened(ticket),  # two agents
        say(ben, "Try it again."),  # the requester
        say(amira, "It works."),  # the assignee
        say(chen, "Well done.", "staff"),  # the requester is refused, the assignee told in the app alone
        moved(ticket, ben, "OPEN", "RESOLVED"),  # the requester
        given(ticket, ben, chen.id),  # the requester is refused, the new assignee told
    ]
    for _twice in range(2):
        services.store(services.plan(batch))

    found = Delivery.objects.values_list("transport", "state")
    assert Counter(found) == {
        ("email", "planned"): 2 + 1 + 1 + 0 + 1 + 1,
        ("email", "withheld"): 1 + 1,
        ("in_app", "planned"): 2 + 1 + 1 + 1 + 1 + 1,
        ("in_app", "withheld"): 1 + 1,
    }


def test_a_notice_in_the_app_does_not_wait_for_the_grace_of_mail(
    say: Callable[..., events.MessagePosted], ben: User, settings: object
) -> None:
    settings.REPLY_MAIL_GRACE = 120  # type: ignore[attr-defined]
    event = say(ben, "Try it again.")

    assert [(row.due_at - AT).total_seconds() for row in planned(event, transport="in_app")] == [0]
    assert [(row.due_at - AT).total_seconds() for row in planned(event)] == [120]

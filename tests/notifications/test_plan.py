"""Planning: exact rows per event, each person with an answer, a fixed number of queries."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from core import ids
from core.contracts import Event
from core.models import User
from notifications import services
from notifications.models import AccountMail, Delivery
from support import commands, events
from support.models import SupportTicket
from tests.notifications.conftest import AT, given, happened, moved, opened, planned

pytestmark = pytest.mark.django_db
Row = tuple[str, str, str, str]


def rows(*batch: Event) -> list[Row]:
    return [(row.address, row.notice, row.state, row.reason) for row in planned(*batch)]


def test_a_new_ticket_is_told_to_every_active_agent(
    ticket: SupportTicket, ben: User, chen: User, dora: User, person: Callable[..., User]
) -> None:
    person("gone", is_staff=True, is_active=False)

    assert rows(opened(ticket)) == [
        ("ben@example.com", "new_ticket", "planned", ""),
        ("chen@example.com", "new_ticket", "planned", ""),
    ]


def test_a_new_ticket_is_told_to_the_support_address_when_there_is_no_agent(
    ticket: SupportTicket, settings: Settings
) -> None:
    settings.SUPPORT_EMAIL = "team@psychpath.example"

    assert rows(opened(ticket)) == [("team@psychpath.example", "new_ticket", "planned", "")]


def test_an_agents_own_ticket_is_withheld_from_that_agent(ben: User, chen: User) -> None:
    own = SupportTicket.objects.create(number=1, requester=ben, subject="x", created_at=AT, updated_at=AT)

    assert rows(opened(own)) == [
        ("ben@example.com", "new_ticket", "withheld", "author"),
        ("chen@example.com", "new_ticket", "planned", ""),
    ]


def test_a_reply_by_support_is_told_to_the_requester(
    say: Callable[..., events.MessagePosted], ben: User, chen: User
) -> None:
    assert rows(say(ben, "Try it again.")) == [("amira@example.com", "ticket_reply", "planned", "")]


def test_a_message_of_the_requester_is_told_to_the_assignee_alone(
    ticket: SupportTicket, say: Callable[..., events.MessagePosted], amira: User, ben: User, chen: User
) -> None:
    assert rows(say(amira, "Anybody?")) == []
    ticket.assigned_to = chen
    ticket.save()
    assert rows(say(amira, "Hello Chen.")) == [("chen@example.com", "ticket_reply", "planned", "")]


def test_an_internal_note_is_withheld_from_the_requester(
    say: Callable[..., events.MessagePosted], ben: User
) -> None:
    assert rows(say(ben, "She is my cousin.", "staff")) == [
        ("amira@example.com", "ticket_reply", "withheld", "internal-note")
    ]


def test_a_status_is_told_to_the_requester_unless_they_changed_it(
    ticket: SupportTicket, amira: User, ben: User
) -> None:
    assert rows(moved(ticket, ben, "OPEN", "RESOLVED")) == [
        ("amira@example.com", "ticket_update", "planned", "")
    ]
    assert rows(moved(ticket, amira, "RESOLVED", "OPEN")) == [
        ("amira@example.com", "ticket_update", "withheld", "author")
    ]
    assert rows(moved(ticket, "system:support", "OPEN", "CLOSED")) == [
        ("amira@example.com", "ticket_update", "planned", "")
    ]


def test_an_assignment_is_told_to_the_new_assignee_and_not_to_the_requester(
    ticket: SupportTicket, ben: User, chen: User
) -> None:
    withheld = ("amira@example.com", "ticket_update", "withheld", "not-for-requester")

    assert rows(given(ticket, ben, chen.id)) == [
        withheld,
        ("chen@example.com", "ticket_update", "planned", ""),
    ]
    assert rows(given(ticket, ben, ben.id)) == [
        withheld,
        ("ben@example.com", "ticket_update", "withheld", "author"),
    ]
    assert rows(given(ticket, ben, None)) == [withheld]


def test_a_requester_who_is_given_their_own_ticket_hears_of_it_once(ben: User, chen: User) -> None:
    own = SupportTicket.objects.create(number=1, requester=ben, subject="x", created_at=AT, updated_at=AT)

    assert rows(given(own, chen, ben.id)) == [("ben@example.com", "ticket_update", "planned", "")]


def test_somebody_inactive_or_without_address_is_withheld_by_name(
    ticket: SupportTicket, amira: User, ben: User
) -> None:
    amira.is_active = False
    amira.save()
    assert rows(moved(ticket, ben, "OPEN", "CLOSED"))[0][2:] == ("withheld", "inactive")
    amira.is_active, amira.email = True, ""
    amira.save()
    assert rows(moved(ticket, ben, "OPEN", "CLOSED"))[0][2:] == ("withheld", "no-address")


def test_an_account_mail_goes_to_its_address(db: None) -> None:
    command = commands.SendAccountMail(
        id=ids.new_id(), actor="system:accounts", at=AT, template="account/email/password_reset_key",
        to="amira@example.com", subject="Choose a new password", text="secret link", html="<p>secret link</p>",
    )  # fmt: skip
    AccountMail.objects.bulk_create([services.record_account_mail(command)])
    requested = happened(events.AccountMailRequested, "system:accounts", mail_id=command.id)

    (row,) = planned(requested)

    assert (row.address, row.notice, row.state, row.recipient_id, row.ticket_id) == (
        "amira@example.com", "account", "planned", None, None,
    )  # fmt: skip
    assert row.account_mail_id == command.id
    assert "secret" not in str(row.facts)


def test_events_that_no_rule_names_plan_nothing_and_ask_nothing(
    ticket: SupportTicket, amira: User, ben: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    silent = [
        happened(events.TagsChanged, ben, ticket_id=ticket.id),
        happened(events.PriorityChanged, ben, ticket_id=ticket.id, before="LOW", after="HIGH"),
        happened(
            events.ReadMoved, amira, ticket_id=ticket.id, user_id=amira.id, sequence=1, is_support=False
        ),
        happened(
            events.AvailabilityChanged, ben, user_id=ben.id, before="offline", after="online", is_online=True
        ),
    ]

    with django_assert_num_queries(0):
        assert services.plan(silent) == []


def test_a_row_says_everything_the_transport_and_the_ledger_need(
    ticket: SupportTicket,
    say: Callable[..., events.MessagePosted],
    amira: User,
    ben: User,
    settings: Settings,
) -> None:
    settings.SUPPORT_EMAIL = "support@psychpath.example"
    event = say(ben, "Try it again.")

    (row,) = planned(event)

    assert row.id == ids.derive(event.id, "email", str(amira.id))
    assert (row.event_id, row.event_kind, row.command_id) == (event.id, "MessagePosted", event.command_id)
    assert (row.ticket_id, row.message_id, row.recipient_id) == (ticket.id, event.message_id, amira.id)
    assert row.facts == {"actor": ben.actor, "public_sequence": 1, "staff_sequence": 1}
    assert (row.transport, row.attempts, row.due_at) == ("email", 0, AT)
    assert row.message_id_header == f"<{row.id}@psychpath.example>"


def test_a_reply_waits_for_the_grace_and_a_status_does_not(
    ticket: SupportTicket, say: Callable[..., events.MessagePosted], ben: User, settings: Settings
) -> None:
    settings.REPLY_MAIL_GRACE = 120

    (reply,) = planned(say(ben, "Try it again."))
    (update,) = planned(moved(ticket, ben, "OPEN", "RESOLVED"))

    assert (reply.due_at - AT).total_seconds() == 120
    assert update.due_at == AT


def test_planning_a_batch_again_changes_nothing(
    ticket: SupportTicket, say: Callable[..., events.MessagePosted], ben: User
) -> None:
    batch = [opened(ticket), say(ben, "Try it again.")]
    services.store(services.plan(batch))
    Delivery.objects.update(state="sent", settled_at=timezone.now())

    services.store(services.plan(batch))

    # An agent and the requester, by mail and in the app.
    assert list(Delivery.objects.values_list("state", flat=True)) == ["sent"] * 4


def test_a_large_batch_costs_as_many_queries_as_a_small_one(
    ticket: SupportTicket,
    say: Callable[..., events.MessagePosted],
    amira: User,
    ben: User,
    chen: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    mails = AccountMail.objects.bulk_create(
        AccountMail(id=ids.new_id(), to="amira@example.com", template="t", subject="s", text="t")
        for _ in range(5)
    )
    batch: list[Event] = [say(ben, f"{n}") for n in range(20)]
    for _ in range(5):
        batch += [opened(ticket), given(ticket, ben, chen.id), moved(ticket, ben, "OPEN", "RESOLVED")]
    batch += [happened(events.AccountMailRequested, "system:accounts", mail_id=mail.id) for mail in mails]

    with django_assert_num_queries(5):
        rows = services.plan(batch)
    with django_assert_num_queries(2):
        services.plan(batch[:1])

    # 20 replies; for each of 5 rounds 2 agents, requester and new assignee, requester; 5 account mails, by mail alone.
    by_transport = Counter(row.transport for row in rows)
    assert by_transport == {"email": 20 + 5 * (2 + 2 + 1) + 5, "in_app": 20 + 5 * (2 + 2 + 1)}


def test_an_event_about_a_ticket_that_is_gone_plans_nothing(ben: User) -> None:
    ghost = SupportTicket(id=ids.new_id(), number=7, requester=ben)

    assert services.plan([moved(ghost, ben, "OPEN", "CLOSED")]) == []

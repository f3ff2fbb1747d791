"""A command that comes again long after: told once more to the pages, planned for nobody else."""

import uuid
from datetime import UTC, datetime

import pytest

from core import command_log, ids
from core.contracts import Command
from core.models import User
from notifications.ledger.balance import balance
from notifications.models import Delivery
from support import commands
from support.guests import people
from support.models import SupportTicket
from workers.drain import drain_batch

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 10, 10, 24, tzinfo=UTC)


def done(*batch: Command) -> list[str]:
    """Drained; the events that were told."""
    command_log.append(batch)
    drained = drain_batch(0)
    assert drained
    return [type(event).__name__ for event in drained.applied.events]


def opening(user: User, ticket_id: uuid.UUID) -> commands.OpenTicket:
    return commands.OpenTicket(
        id=ids.new_id(), actor=user.actor, at=AT, ticket_id=ticket_id, subject="Help", description="Please."
    )


def giving(ben: User, ticket_id: uuid.UUID, to: User) -> commands.AssignTicket:
    return commands.AssignTicket(id=ids.new_id(), actor=ben.actor, at=AT, ticket_id=ticket_id, assignee=to.pk)


def told() -> set[tuple[str, str, str]]:
    rows = Delivery.objects.exclude(state="withheld").filter(transport="email")
    return set(rows.values_list("event_kind", "notice", "address"))


def test_after_a_reassignment_a_repeated_message_is_mailed_to_nobody_else(
    amira: User, ben: User, chen: User
) -> None:
    ticket_id = ids.new_id()
    asked = opening(amira, ticket_id)
    said = commands.PostMessage(
        id=ids.new_id(), actor=amira.actor, at=AT, ticket_id=ticket_id, body="And another thing."
    )
    done(asked, giving(ben, ticket_id, ben), said)
    done(giving(ben, ticket_id, chen))
    before = told()
    User.objects.create_user("zoe", "zoe@example.com", is_staff=True)

    assert done(said, asked) == ["MessagePosted", "TicketOpened"]

    assert told() == before
    assert ("MessagePosted", "ticket_reply", "ben@example.com") in before


def test_a_link_asked_for_is_mailed_to_the_guest_of_that_time_alone() -> None:
    first, later = people.new_guest("grace@example.com"), people.new_guest("grace@example.com")
    for number, guest in enumerate((first, later)):
        SupportTicket.objects.create(
            number=1043 + number, requester=guest, subject="s", description="d", created_at=AT, updated_at=AT
        )
    SupportTicket.objects.filter(requester=later).update(requester=first)
    asked = commands.SendGuestLink(id=ids.new_id(), actor="system:guests", at=AT, address="grace@example.com")
    assert done(asked) == ["GuestLinkRequested"]
    SupportTicket.objects.filter(number=1044).update(requester=later)

    assert done(asked) == ["GuestLinkRequested"]

    recipients = Delivery.objects.filter(notice="guest_link").values_list("recipient_id", flat=True)
    assert list(recipients) == [first.pk]


def test_the_ledger_has_no_surplus_when_a_guests_ticket_has_joined_an_account(amira: User, ben: User) -> None:
    guest = people.new_guest("amira@example.com")
    ticket_id = ids.new_id()
    resolved = commands.ChangeStatus(
        id=ids.new_id(), actor=ben.actor, at=AT, ticket_id=ticket_id, status="RESOLVED", expected="OPEN"
    )
    done(opening(guest, ticket_id), resolved)
    SupportTicket.objects.filter(pk=ticket_id).update(requester=amira)
    Delivery.objects.filter(recipient=guest).update(recipient=amira)
    before = Delivery.objects.count()

    assert done(resolved) == ["StatusChanged"]

    assert Delivery.objects.count() == before
    assert balance(AT).surplus == 0

"""Mail to guests: the link with the first message and when asked for, and the same link wherever others have a page."""

import re
from datetime import timedelta
from typing import Any

import pytest

from core import command_log, ids
from core.models import User
from notifications import services
from notifications.models import EMAIL, IN_APP, Delivery, Reason, State
from notifications.reach import hears_by_mail
from support import commands, events
from support.guest_intake import send_link
from support.guests import links, people
from support.models import SupportTicket
from tests.notifications.conftest import AT, happened, moved, opened, planned
from tests.notifications.sink import Sink
from workers.persistence import drain

pytestmark = pytest.mark.django_db
LINK = re.compile(r"https?://\S+/support-tickets/guest/return/(\S+)")


@pytest.fixture
def grace() -> User:
    return people.new_guest("grace@example.com", "Grace")


def ticket_of(guest: User, number: int = 1043, subject: str = "Cheap watches") -> SupportTicket:
    at = AT + timedelta(days=number - 1043)
    return SupportTicket.objects.create(
        number=number, requester=guest, subject=subject, description="Buy now.", created_at=at, updated_at=at
    )


def sent(sink: Sink, *batch: Any) -> str:
    """The text of the one mail that these events cause to their guest."""
    rows = [
        row for row in planned(*batch) if row.address == "grace@example.com" and row.state == State.PLANNED
    ]
    services.deliver(EMAIL, [row.id for row in rows])
    (mail,) = sink.messages
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_the_first_message_of_a_guest_mails_them_the_link_and_agents_the_ticket(
    grace: User, ben: User
) -> None:
    ticket = ticket_of(grace)
    facts = {"ticket_id": ticket.pk, "requester_id": grace.pk, "number": ticket.number}
    rows = planned(happened(events.TicketOpened, grace, **facts))

    assert sorted((row.address, row.notice, row.state) for row in rows) == [
        ("ben@example.com", "new_ticket", "planned"),
        ("grace@example.com", "guest_link", "planned"),
    ]


def test_somebody_with_an_account_is_mailed_no_link(ticket: SupportTicket, ben: User) -> None:
    assert [row.notice for row in planned(opened(ticket))] == ["new_ticket"]


def test_the_link_opens_their_ticket_and_the_mail_holds_nothing_that_was_typed(
    grace: User, sink: Sink
) -> None:
    ticket = ticket_of(grace)
    text = sent(sink, happened(events.GuestLinkRequested, "system:guests", ticket_id=ticket.pk))
    claim = links.read(LINK.findall(text)[0])

    assert claim is not None
    assert (claim.guest_id, claim.ticket_id, claim.is_of(grace)) == (grace.pk, ticket.pk, True)
    whole = sink.messages[0].as_string()
    for typed in ("Cheap watches", "Buy now", "Grace "):
        assert typed not in whole
    assert sink.messages[0]["Subject"] == "[PP-1043] Your conversation with PsychPATH Support"


def test_a_link_that_was_asked_for_comes_with_the_others_of_the_address(grace: User, sink: Sink) -> None:
    newest, older = ticket_of(grace, 1045), ticket_of(people.new_guest("GRACE@example.com"), 1044)
    ticket_of(people.new_guest("noah@example.com"), 1046)
    text = sent(sink, happened(events.GuestLinkRequested, "system:guests", ticket_id=newest.pk))

    claims = [links.read(token) for token in LINK.findall(text)]
    assert [claim.ticket_id for claim in claims if claim] == [newest.pk, older.pk]
    assert all(
        claim and claim.is_of(requester)
        for claim, requester in zip(claims, (grace, older.requester), strict=True)
    )


def test_a_reply_and_an_update_carry_the_link_and_no_settings(grace: User, ben: User, sink: Sink) -> None:
    ticket = ticket_of(grace)
    text = sent(sink, moved(ticket, ben, "OPEN", "RESOLVED"))

    assert len(LINK.findall(text)) == 1
    assert "/accounts/" not in text
    assert f"/support-tickets/{ticket.pk}" not in text


def test_in_the_app_there_is_no_bell_for_a_guest(grace: User, ben: User) -> None:
    (row,) = planned(moved(ticket_of(grace), ben, "OPEN", "RESOLVED"), transport=IN_APP)

    assert (row.state, row.reason) == (State.WITHHELD, Reason.NO_ACCOUNT)


def test_what_a_guest_does_themselves_is_not_mailed_to_them(grace: User) -> None:
    (row,) = planned(moved(ticket_of(grace), grace, "OPEN", "RESOLVED"))

    assert (row.state, row.reason) == (State.WITHHELD, Reason.AUTHOR)


@pytest.mark.parametrize(
    ("address", "mails"), [("GRACE@example.com", 1), ("amira@example.com", 0), ("x@y.z", 0)]
)
def test_asking_by_address_mails_the_newest_of_a_guest_and_nothing_to_anybody_else(
    grace: User, amira: User, ticket: SupportTicket, address: str, mails: int
) -> None:
    ticket_of(grace, 1044)
    newest = ticket_of(grace, 1045)
    send_link(address)
    drain(0)

    rows = Delivery.objects.filter(notice="guest_link")
    assert [(row.ticket_id, row.address) for row in rows] == [(newest.pk, "grace@example.com")] * mails
    assert command_log.length(0) == 0


def test_asked_for_twice_under_one_id_it_is_one_mail(grace: User) -> None:
    ticket_of(grace)
    command = commands.SendGuestLink(
        id=ids.new_id(), actor="system:guests", at=AT, address="grace@example.com"
    )
    for _ in range(2):
        command_log.append([command])
        drain(0)

    assert Delivery.objects.filter(notice="guest_link").count() == 1


def test_support_hears_that_a_reply_to_a_guest_is_mailed(grace: User) -> None:
    assert hears_by_mail(grace)

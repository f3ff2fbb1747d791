"""A guest's ticket that joined an account, in the mail: what waits goes there, what they answer arrives."""

import pytest
from allauth.account.models import EmailAddress

from core.models import User
from notifications import addresses
from notifications.models import Delivery
from support import commands
from support.guests import people
from support.models import ChatMessage, SupportTicket
from tests.notifications.post import PostOffice
from tests.support.conftest import Desk, desk

__all__ = ["desk"]

pytestmark = pytest.mark.django_db
MAIL = """From: Dora <dora@example.com>
To: {to}
Subject: Re: Logbook export
Message-ID: <one@example.com>
Date: Tue, 10 Mar 2026 10:40:00 +0000

It works now.
"""


@pytest.fixture
def guest() -> User:
    """Dora, before she signed in."""
    return people.new_guest("dora@example.com", "Dora")


def claim(desk: Desk, user: User, ticket: SupportTicket, guest: User) -> None:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    people.verify(guest)
    desk.do(user, commands.ClaimTicket, ticket_id=ticket.pk, guest_id=guest.pk)


def test_mail_that_waits_and_mail_that_went_are_the_accounts(
    desk: Desk, guest: User, dora: User, ben: User
) -> None:
    ticket, other = desk.ask(guest), desk.ask(guest, "Another question")
    desk.say(ben, ticket, "Try it again.")
    before = Delivery.objects.filter(recipient=guest, ticket=ticket).count()
    kept = Delivery.objects.filter(recipient=guest, ticket=other).count()

    claim(desk, dora, ticket, guest)

    assert Delivery.objects.filter(recipient=dora).count() == before > kept > 0
    assert not Delivery.objects.filter(recipient=guest, ticket=ticket).exists()
    assert Delivery.objects.filter(recipient=guest, ticket=other).count() == kept
    [reply] = Delivery.objects.filter(recipient=dora, notice="ticket_reply", transport="email")
    assert (reply.state, reply.address) == ("planned", "dora@example.com")


def test_the_answer_to_a_mail_that_the_guest_got_is_the_accounts_word(
    desk: Desk, guest: User, dora: User, amira: User, ben: User
) -> None:
    office, ticket = PostOffice(desk, amira, ben), desk.ask(guest)
    claim(desk, dora, ticket, guest)
    raw = MAIL.format(to=addresses.reply_address(ticket.pk, guest.pk)).encode()

    row = office.deliver(raw)

    assert (row.outcome, row.author, row.ticket) == ("token", dora, ticket)
    message = ChatMessage.objects.get(ticket=ticket)
    assert (message.author, message.body) == (dora, "It works now.")


def test_the_guests_reply_address_is_nobody_elses_for_that(
    desk: Desk, guest: User, dora: User, amira: User, ben: User
) -> None:
    office, ticket = PostOffice(desk, amira, ben), desk.ask(guest)
    claim(desk, dora, ticket, guest)
    stolen = MAIL.replace("dora@example.com", "amira@example.com").replace("one@", "two@")

    row = office.deliver(stolen.format(to=addresses.reply_address(ticket.pk, guest.pk)).encode())

    assert row.outcome == "quarantined"
    assert not ChatMessage.objects.filter(ticket=ticket).exists()

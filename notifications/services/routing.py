"""Routing: what becomes of a mail that was read, and whose words it is. Reads the ledger and writes nothing.

Called by `notifications.services.sorting`. From is whoever a stranger says, so nobody is believed by it alone: a reply
belongs to a ticket when it comes from the person to whom we gave its reply address, or to whom we mailed the Message-ID
it answers. A number in a subject proves nothing. Whoever proves nothing gets a ticket of their own, but nobody
speaks as one of the team without proof.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Q

from core.models import User
from notifications.addresses import ReplyToken, read_reply_address
from notifications.mail.records import Nature, ReceivedMail
from notifications.models import Delivery, IncomingMail, MailOutcome, MailReason
from support.models import SupportTicket
from support.policies import may
from support.selectors import guests_before
from support.workflow import Status

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Route:
    """The way a mail goes. `author` None with outcome NEW: a guest, made for this mail. `ticket`: what it is about."""

    outcome: MailOutcome
    reason: MailReason | None = None
    cause: str = ""
    author: User | None = None
    ticket: SupportTicket | None = None


def route(row: IncomingMail, mail: ReceivedMail, now: datetime) -> Route:
    """Where this mail goes. A decision of a support admin overrules everything but what nobody can answer."""
    token, ticket = _addressed(mail)
    if mail.nature in _BY_NATURE and not row.decision:
        return Route(outcome=_BY_NATURE[mail.nature], cause=mail.why, ticket=ticket)
    if not mail.sender:
        return _quarantined(MailReason.NO_SENDER)
    if row.decision:
        return _decided(row, mail)
    if mail.is_forged:
        return _quarantined(MailReason.FORGED, ticket=ticket)
    if token:
        return _by_token(token, ticket, mail)
    return _by_header(mail) or _by_sender(row, mail, now)


_BY_NATURE: Final = {
    Nature.LOOP: MailOutcome.LOOP,
    Nature.BOUNCE: MailOutcome.BOUNCE,
    Nature.AUTOMATIC: MailOutcome.AUTOMATIC,
}


def _quarantined(reason: MailReason, *, ticket: SupportTicket | None = None, cause: str = "") -> Route:
    return Route(outcome=MailOutcome.QUARANTINED, reason=reason, ticket=ticket, cause=cause)


def _addressed(mail: ReceivedMail) -> tuple[ReplyToken | None, SupportTicket | None]:
    """The reply address it was sent to, and the ticket that names; without proof yet."""
    for address in mail.recipients:
        if token := read_reply_address(address):
            tickets = SupportTicket.objects.select_related("requester").filter(pk=token.ticket_id)
            return token, tickets.first()
    return None, None


def _by_token(token: ReplyToken, ticket: SupportTicket | None, mail: ReceivedMail) -> Route:
    if ticket is None:
        return _quarantined(MailReason.STRANGER, cause="The reply address names no ticket of ours")
    for person in _people_at(mail.sender, ticket):
        if _was_given(token, person, ticket) and may(person).post_to(ticket):
            return _reply(MailOutcome.BY_TOKEN, person, ticket)
    return _quarantined(MailReason.STRANGER, ticket=ticket)


def _was_given(token: ReplyToken, person: User, ticket: SupportTicket) -> bool:
    """To them, or to the guest they were before the ticket joined their account."""
    earlier = guests_before(ticket.pk) if ticket.requester_id == person.pk else []
    return any(token.issued_to(known) for known in [person.pk, *earlier])


def _people_at(address: str, ticket: SupportTicket) -> Iterable[User]:
    """Everybody who is written to under this address and may take part: accounts, and the ticket's own guest."""
    yield from User.objects.filter(email__iexact=address, is_active=True)
    requester = ticket.requester
    if requester.is_guest and requester.is_active and requester.guest_address.lower() == address:
        yield requester


def _by_header(mail: ReceivedMail) -> Route | None:
    """By the newest mail of ours that it answers and that went to its sender."""
    theirs = Q(recipient__email__iexact=mail.sender) | Q(
        recipient__is_guest=True, recipient__guest_address__iexact=mail.sender
    )
    rows = Delivery.objects.filter(theirs, message_id_header__in=mail.references, ticket__isnull=False)
    rows = rows.filter(recipient__is_active=True).select_related("recipient", "ticket__requester")
    delivery = rows.order_by("-created_at").first() if mail.references else None
    if delivery is None or delivery.recipient is None or delivery.ticket is None:
        return None
    if not may(delivery.recipient).post_to(delivery.ticket):
        return None
    return _reply(MailOutcome.BY_HEADER, delivery.recipient, delivery.ticket)


def _reply(outcome: MailOutcome, author: User, ticket: SupportTicket) -> Route:
    """To the thread; what its requester writes to a closed ticket is a new one."""
    if ticket.status != Status.CLOSED:
        return Route(outcome=outcome, author=author, ticket=ticket)
    if ticket.requester_id == author.pk:
        return Route(outcome=MailOutcome.NEW, author=author, cause=f"{ticket.reference} is closed")
    return _quarantined(MailReason.CLOSED, ticket=ticket)


def _by_sender(row: IncomingMail, mail: ReceivedMail, now: datetime) -> Route:
    """A ticket of their own: of their account, or as a guest. A breaker holds what looks like a loop or a flood."""
    if mail.nature is Nature.LIST:
        return _quarantined(MailReason.LIST, cause=mail.why)
    author = account_at(mail.sender)
    if author and not author.is_active:
        return _quarantined(MailReason.INACTIVE)
    if author and author.is_staff and not mail.is_proven:
        return _quarantined(MailReason.STAFF)
    if author is None and not settings.GUESTS:
        return _quarantined(MailReason.NO_GUESTS)
    lately = IncomingMail.objects.filter(sender=mail.sender, received_at__gt=now - HOUR).exclude(pk=row.pk)
    opened = lately.filter(Q(outcome=MailOutcome.NEW) | Q(plan=MailOutcome.NEW)).count()
    if opened >= settings.MAIL_TICKETS_PER_HOUR:
        return _quarantined(MailReason.TOO_MANY, cause=f"{opened} within the hour")
    return Route(outcome=MailOutcome.NEW, author=author)


def account_at(address: str) -> User | None:
    """The account of this address, unless it signed up with the address and never confirmed it: it may be another's."""
    person = User.objects.filter(email__iexact=address).first()
    if person is None or person.is_staff:
        return person
    unproven = EmailAddress.objects.filter(user=person, email__iexact=address, verified=False)
    return None if unproven.exists() else person


def _decided(row: IncomingMail, mail: ReceivedMail) -> Route:
    """As a support admin said: into the thread in the name of its requester, or a ticket of its sender's own.

    Of a guest's, when the sender is one of the team and nothing proves it: an admin can't see who wrote it either.
    """
    if row.decision == "thread" and row.ticket:
        if row.ticket.status == Status.CLOSED:
            return _quarantined(MailReason.CLOSED, ticket=row.ticket)
        return Route(outcome=MailOutcome.BY_HAND, author=row.ticket.requester, ticket=row.ticket)
    author = account_at(mail.sender)
    if author and (not author.is_active or (author.is_staff and not mail.is_proven)):
        author = None
    return Route(outcome=MailOutcome.NEW, author=author)

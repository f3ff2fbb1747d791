"""The named mails: `send_new_ticket_email`, `send_ticket_reply_email`, `send_ticket_update_email` (and transcripts and
account mails).

Each takes one claimed delivery and an open mail connection, builds exactly one message for exactly one address and
hands it over; it returns the provider's id, if it gave one. Called by the e-mail transport, in workers only. Must
not write to the database and must not catch what the connection raises: the transport tells failures apart.
"""

import uuid

from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Value
from django.db.models.functions import Lower

from core.contracts import person_of
from core.models import User
from notifications import addresses, digest_facts, links, notices, transcripts
from notifications.guest_links import guest_link
from notifications.models import EMAIL, AccountMail, Delivery, State
from notifications.notices import Notice, Reader
from notifications.rendering import Rendered, render
from notifications.rules import SWITCHES, switch
from support.models import ChatMessage, SupportTicket
from support.workflow import Audience, Status

# A mail with more links than this helps nobody.
MOST_OTHERS = 4


def send_new_ticket_email(delivery: Delivery, connection: BaseEmailBackend) -> str:
    """To support: somebody asks for help."""
    ticket = _ticket(delivery)
    asked = ticket.messages.filter(is_support=False, audience=Audience.PUBLIC).order_by("public_sequence")
    first = None if ticket.description else asked.first()
    return _send(
        delivery, connection, notices.new_ticket(ticket, _reader(delivery), first=first), ticket.requester
    )


def send_ticket_reply_email(delivery: Delivery, connection: BaseEmailBackend) -> str:
    """To the other side: a message was posted; what joined this mail is said in it too."""
    ticket, said = _ticket(delivery), _messages_of(delivery)
    notice = notices.ticket_reply(ticket, said[0], _reader(delivery), more=said[1:])
    return _send(delivery, connection, notice, said[0].author)


def send_ticket_update_email(delivery: Delivery, connection: BaseEmailBackend) -> str:
    """To the requester: the ticket moved. To an agent: it is theirs now."""
    actor = _actor(delivery)
    return _send(delivery, connection, _update(delivery, actor), actor)


def send_chat_transcript_email(delivery: Delivery, connection: BaseEmailBackend) -> str:
    """To the requester: what was said in their chat, notes of the team left out."""
    ticket = _ticket(delivery)
    chat = ticket.sessions.select_related("agent").get(id=uuid.UUID(delivery.facts["session_id"]))
    said = ChatMessage.objects.filter(session=chat, audience=Audience.PUBLIC).select_related("author")
    newest = list(said.order_by("-public_sequence")[: transcripts.MOST + 1])
    notice = transcripts.chat_transcript(ticket, chat, newest[::-1], _reader(delivery))
    return _send(delivery, connection, notice, None)


def send_guest_link_email(delivery: Delivery, connection: BaseEmailBackend) -> str:
    """To a guest: the link to their conversation; when they asked for it, also to others under the same address."""
    ticket = _ticket(delivery)
    asked = delivery.event_kind == "GuestLinkRequested"
    notice = guest_link(ticket, _reader(delivery), others=_others_under(ticket) if asked else (), asked=asked)
    return _send(delivery, connection, notice, None)


def send_digest_email(delivery: Delivery, connection: BaseEmailBackend) -> str:
    """By the calendar: the daily summary of an agent, a requester's unread replies, the team's week."""
    notice = digest_facts.notice_of(delivery)
    if notice is None:
        raise User.DoesNotExist
    return _send(delivery, connection, notice, None)


def send_account_email(delivery: Delivery, connection: BaseEmailBackend) -> str:
    """To an address: a reset, a confirmation, as the sign-in pages worded it."""
    mail = delivery.account_mail
    if mail is None:
        raise AccountMail.DoesNotExist
    rendered = Rendered(subject=mail.subject, text=mail.text, html=mail.html)
    return _hand_over(compose(delivery, rendered, addresses.sender()), connection)


def _update(delivery: Delivery, actor: User | None) -> Notice:
    ticket, reader = _ticket(delivery), _reader(delivery)
    if delivery.event_kind == "TicketAssigned":
        return notices.ticket_assigned(ticket, reader, by=actor.display_name if actor else "")
    status = Status(delivery.facts["after"])
    answers = ticket.messages.filter(is_support=True, audience=Audience.PUBLIC)
    last = answers.order_by("-public_sequence").first() if status is Status.RESOLVED else None
    return notices.ticket_update(ticket, status, reader, before=delivery.facts["before"], last=last)


def _others_under(ticket: SupportTicket) -> list[SupportTicket]:
    """Whoever reads the address may read everything that began under it, one guest or several."""
    address = Lower(Value(ticket.requester.guest_address))
    theirs = SupportTicket.objects.filter(requester__is_guest=True, requester__is_active=True)
    under = theirs.annotate(address=Lower("requester__guest_address")).filter(address=address)
    return list(under.exclude(pk=ticket.pk).select_related("requester").order_by("-created_at")[:MOST_OTHERS])


def _ticket(delivery: Delivery) -> SupportTicket:
    if delivery.ticket is None:
        raise SupportTicket.DoesNotExist
    return delivery.ticket


def _messages_of(delivery: Delivery) -> list[ChatMessage]:
    """In order. Asked for as public once more: whatever the ledger says, an internal note does not leave by mail."""
    joined = delivery.carried.filter(state=State.SENDING).values_list("message_id", flat=True)
    public = _ticket(delivery).messages.filter(
        audience=Audience.PUBLIC, id__in=[delivery.message_id, *joined]
    )
    found = list(public.select_related("author").order_by("public_sequence"))
    if delivery.message_id not in {message.id for message in found}:
        raise ChatMessage.DoesNotExist
    return found


def _reader(delivery: Delivery) -> Reader:
    """A bare address is support's own."""
    requester = _ticket(delivery).requester
    is_support = delivery.recipient_id != requester.pk
    return Reader(
        is_support=is_support,
        timezone=delivery.recipient.timezone if delivery.recipient else "",
        guest=requester if requester.is_guest and not is_support else None,
        person_id=delivery.recipient_id,
    )


def _actor(delivery: Delivery) -> User | None:
    person_id = person_of(str(delivery.facts.get("actor", "")))
    return get_user_model().objects.filter(id=person_id).first() if person_id else None


def _send(delivery: Delivery, connection: BaseEmailBackend, notice: Notice, author: User | None) -> str:
    return _hand_over(message_of(delivery, notice, author), connection)


def message_of(delivery: Delivery, notice: Notice, author: User | None) -> EmailMultiAlternatives:
    """The message as it would leave; also for previews."""
    name = addresses.sender(author.display_name, staff=author.is_staff) if author else addresses.sender()
    message = compose(delivery, render(notice), name)
    if delivery.ticket_id:
        recipient = delivery.recipient_id or delivery.address
        message.reply_to = [addresses.reply_address(delivery.ticket_id, recipient)]
    name = switch(delivery.notice, EMAIL)
    if delivery.recipient_id and name in SWITCHES:
        message.extra_headers |= addresses.list_headers(links.to_stop(delivery.recipient_id, name))
    return message


def compose(delivery: Delivery, rendered: Rendered, from_email: str) -> EmailMultiAlternatives:
    """One message to one address. Everything that becomes a header passes `addresses.header`."""
    message = EmailMultiAlternatives(
        subject=addresses.header(rendered.subject),
        body=rendered.text,
        from_email=from_email,
        to=[addresses.header(delivery.address)],
        headers=addresses.thread_headers(delivery.message_id_header, delivery.ticket_id, delivery.answered),
    )
    # By this name a provider's webhooks speak of the mail, whatever it calls it itself; servers ignore it.
    message.metadata = {"delivery": str(delivery.id)}  # type: ignore[attr-defined]
    if rendered.html:
        message.attach_alternative(rendered.html, "text/html")
    return message


def _hand_over(message: EmailMultiAlternatives, connection: BaseEmailBackend) -> str:
    connection.send_messages([message])
    status = getattr(message, "anymail_status", None)
    return str(getattr(status, "message_id", None) or "")

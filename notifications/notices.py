"""Notices: what to say, one builder per kind, each with an example.

Pure: objects in, words in the active language out; no database, no transport. Called by notifications.emails with the
loaded ticket and message, and by tests and previews with the examples. Must not put anything into words that its
reader may not see: an agent is a first name here, never an address, and an internal note never gets this far.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.models import User
from notifications import links, wording
from notifications.models import NoticeKind
from support.models import ChatMessage, SupportTicket
from support.richtext import to_html
from support.workflow import Status


@dataclass(frozen=True, kw_only=True)
class Action:
    """One button."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads it: support or the requester, and when it is what o'clock there; `guest` when they have no account.

    `person_id` is theirs, when the ledger knows one: it leads to settings that need no sign-in.
    """

    is_support: bool
    timezone: str = ""
    guest: User | None = None
    person_id: uuid.UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One thing to say, for any transport; `template` names the trio subject, text and html."""

    kind: str
    template: str
    subject: str
    context: dict[str, Any]
    actions: tuple[Action, ...]


def new_ticket(ticket: SupportTicket, reader: Reader, *, first: ChatMessage | None = None) -> Notice:
    """For support: somebody asks for help. A chat has no description; its `first` message says what it is about."""
    name, body = ticket.requester.display_name, ticket.description or (first.body if first else "")
    return _notice(
        NoticeKind.NEW_TICKET,
        ticket,
        Action(label=_("Open ticket"), url=links.to_ticket(ticket.id, staff=True)),
        preheader=wording.one_line(f"{name}: {body or ticket.subject}"),
        pills=[("●", _("New"), "open"), *wording.priority_pill(ticket)],
        quote=_quote(name, body, ticket.created_at, reader),
        facts=wording.facts(ticket),
        priority=wording.pressing(ticket),
        because=_("You get this because you’re on the {brand} Support team.").format(
            brand=settings.BRAND_NAME
        ),
        reader=reader,
    )


def ticket_reply(
    ticket: SupportTicket, message: ChatMessage, reader: Reader, *, more: Sequence[ChatMessage] = ()
) -> Notice:
    """For either side: the other one wrote; `more` is what they wrote after that, before the mail left."""
    name = _author(message)
    pill = wording.status_pill(ticket) if reader.is_support else wording.move(Status(ticket.status)).pill
    return _notice(
        NoticeKind.TICKET_REPLY,
        ticket,
        Action(
            label=_("Reply to {name}").format(name=name),
            url=where(ticket, reader),
        ),
        preheader=wording.one_line(f"{name}: {message.body}"),
        pills=[pill],
        name=name,
        to_support=reader.is_support,
        quote=_said(message, reader),
        more=[_said(each, reader) for each in more],
        because=wording.because(ticket, is_support=reader.is_support),
        reader=reader,
    )


def ticket_update(
    ticket: SupportTicket,
    status: Status,
    reader: Reader,
    *,
    before: str = "",
    last: ChatMessage | None = None,
) -> Notice:
    """For the requester: their ticket moved. `last`, the newest public answer, says what was done about it."""
    move = wording.move(status, before)
    answer = last if status is Status.RESOLVED else None
    return _notice(
        NoticeKind.TICKET_UPDATE,
        ticket,
        Action(label=_("View ticket"), url=where(ticket, reader)),
        preheader=wording.one_line(f"{move.heading}: {ticket.subject}"),
        pills=[move.pill],
        heading=str(move.heading),
        status_line=str(move.line).format(reference=ticket.reference),
        progress=wording.progress(status),
        quote=_quote(_("What we did"), answer.body, None, reader) if answer else None,
        next_step=str(move.next_step),
        because=wording.because(ticket, is_support=reader.is_support),
        reader=reader,
    )


def ticket_assigned(ticket: SupportTicket, reader: Reader, *, by: str = "") -> Notice:
    """For an agent: a ticket is theirs now."""
    line = _("{name} gave you ticket {reference}") if by else _("Ticket {reference} is yours now")
    heading = _("{name} gave you a ticket").format(name=by) if by else _("A ticket is yours now")
    return _notice(
        NoticeKind.TICKET_UPDATE,
        ticket,
        Action(label=_("Open ticket"), url=links.to_ticket(ticket.id, staff=True)),
        preheader=wording.one_line(f"{heading}: {ticket.subject}"),
        pills=[wording.status_pill(ticket), *wording.priority_pill(ticket)],
        heading=heading,
        status_line=line.format(name=by, reference=ticket.reference),
        facts=wording.facts(ticket),
        because=wording.because(ticket, is_support=reader.is_support),
        reader=reader,
    )


def _notice(
    kind: NoticeKind, ticket: SupportTicket, action: Action, *, reader: Reader, **context: Any
) -> Notice:
    common = {
        "ticket_subject": ticket.subject,
        "reference": ticket.reference,
        "action": action,
        "manage": manage(reader),
    }
    return Notice(
        kind=kind,
        template=f"support/emails/{kind.value}",
        subject=f"[{ticket.reference}] {ticket.subject}",
        context=common | context,
        actions=(action,),
    )


def where(ticket: SupportTicket, reader: Reader) -> str:
    """Where this reader sees the ticket; a guest by the link that is theirs alone."""
    if reader.guest:
        return links.to_guest(reader.guest, ticket.id)
    return links.to_ticket(ticket.id, staff=reader.is_support)


def manage(reader: Reader) -> Action | None:
    """Where the reader says that they want no more of this."""
    label = _("Change your notifications") if reader.is_support else _("Email settings")
    if reader.person_id:
        return Action(label=label, url=links.to_mail_settings(reader.person_id))
    return None if reader.guest else Action(label=label, url=links.to_preferences())


def _author(message: ChatMessage) -> str:
    return (
        message.author.display_name
        if message.author
        else _("{brand} Support").format(brand=settings.BRAND_NAME)
    )


def _said(message: ChatMessage, reader: Reader) -> dict[str, Any] | None:
    """A message as a quote, signed by whoever wrote it, for support in its name."""
    team, name = _("{brand} Support").format(brand=settings.BRAND_NAME), _author(message)
    signed = (
        _("{name}, {team}").format(name=name, team=team) if message.is_support and message.author else name
    )
    return _quote(signed, message.body, message.created_at, reader)


def _quote(who: str, body: str, at: datetime | None, reader: Reader) -> dict[str, Any] | None:
    """What somebody wrote, in both spellings; nothing for an empty text (a chat that was only just begun)."""
    if not body.strip():
        return None
    return {
        "who": who,
        "when": wording.local(at, reader.timezone) if at else "",
        "html": to_html(body),
        "text": body,
    }

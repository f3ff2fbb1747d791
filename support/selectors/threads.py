"""Threads: the messages of a ticket in its reader's stream, and its history.

Called by the pages, the API and the sockets (connect, resume, history). `sequence` always counts in the
reader's own stream, so a requester neither sees holes nor learns when notes were written.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from core.problems import Refused
from support.models import Change, ChatMessage, Participant, SupportTicket

MESSAGES = 50
MOST_MESSAGES = 200


@dataclass(frozen=True)
class MessagePage:
    """Messages, oldest first, and how far both sides have read, each in its own stream.

    `limited`: more than these lie behind the `after` that was asked for.
    """

    messages: list[ChatMessage]
    last_sequence: int
    limited: bool = False
    requester_read: int = 0
    staff_read: int = 0


def messages_of(
    ticket: SupportTicket,
    *,
    staff: bool,
    after: int | None = None,
    before: int | None = None,
    limit: int = MESSAGES,
) -> MessagePage:
    """The newest `limit` messages; with `before` the newest of those ahead of it.

    With `after` all behind it, whatever the limit says; of more than 200 the newest 200, `limited`.
    """
    stream = "staff_sequence" if staff else "public_sequence"
    rows = _stream(ticket, stream)
    if after is not None:
        rows, limit = rows.filter(**{f"{stream}__gt": after}), MOST_MESSAGES
    if before is not None:
        rows = rows.filter(**{f"{stream}__lt": before})
    limit = max(1, min(limit, MOST_MESSAGES))
    newest = list(rows.order_by(f"-{stream}")[: limit + 1])
    return _page(ticket, newest[:limit][::-1], staff=staff, limited=after is not None and len(newest) > limit)


def message_of(ticket: SupportTicket, message_id: uuid.UUID) -> MessagePage:
    """A page of the one message; raises Refused("not-found")."""
    messages = list(_stream(ticket, "staff_sequence").filter(pk=message_id))
    if not messages:
        raise Refused("not-found")
    return _page(ticket, messages, staff=True, limited=False)


def _stream(ticket: SupportTicket, stream: str) -> "QuerySet[ChatMessage]":
    """The cursors come with each row: one query for a socket that comes back."""
    requester = Participant.objects.filter(ticket=OuterRef("ticket"), user=OuterRef("ticket__requester"))
    rows = ChatMessage.objects.filter(ticket=ticket, **{f"{stream}__isnull": False}).select_related("author")
    return rows.annotate(
        requester_read=Subquery(requester.values("read_sequence")[:1]),
        staff_read=F("ticket__staff_read_sequence"),
    )


def _page(ticket: SupportTicket, messages: list[Any], *, staff: bool, limited: bool) -> MessagePage:
    """A message may be younger than the ticket that was read before it: the later number counts."""
    if not messages:
        return MessagePage(messages, ticket.last_sequence(staff=staff))
    last = messages[-1]
    return MessagePage(
        messages,
        max(last.sequence(staff=staff), ticket.last_sequence(staff=staff)),
        limited,
        requester_read=last.requester_read or 0,
        staff_read=last.staff_read or 0,
    )


def file_of(ticket: SupportTicket, file_id: uuid.UUID, *, staff: bool) -> dict[str, Any] | None:
    """A file of the ticket's beginning, or of a message that this reader's stream has."""
    wanted = str(file_id)
    files = list(ticket.files)
    rows = ChatMessage.objects.filter(ticket=ticket, files__contains=[{"id": wanted}])
    if not staff:
        rows = rows.filter(public_sequence__isnull=False)
    for row in rows.only("files"):
        files += row.files
    return next((file for file in files if file["id"] == wanted), None)


def first_reply_at(ticket: SupportTicket) -> datetime | None:
    """When support first answered, if it did."""
    replies = ChatMessage.objects.filter(ticket=ticket, is_support=True, public_sequence__isnull=False)
    return replies.order_by("public_sequence").values_list("created_at", flat=True).first()


def guests_before(ticket_id: uuid.UUID) -> list[uuid.UUID]:
    """Whose the ticket was until it joined its requester's account."""
    claims = Change.objects.filter(ticket_id=ticket_id, kind="ClaimTicket")
    return [uuid.UUID(detail["from"]) for detail in claims.values_list("detail", flat=True)]


def timeline_of(ticket: SupportTicket) -> list[Change]:
    """Everything that was changed on a ticket, oldest first. For staff."""
    return list(ticket.changes.select_related("user").order_by("created_at", "id"))

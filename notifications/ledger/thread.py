"""What the desk's thread says of mails: a line per mail under its message, and what went wrong besides.

One query. For staff alone: a requester is not told how a mail about them went.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from notifications.ledger.words import Line, line_of
from notifications.models import EMAIL, TROUBLED, Delivery, NoticeKind, Reason, State
from support.models import SupportTicket

# What nobody need hear: the author knows what they wrote, and a note is no mail.
_SILENT = (Reason.AUTHOR, Reason.INTERNAL_NOTE, Reason.NOT_FOR_REQUESTER)


@dataclass(kw_only=True)
class Mails:
    """`lines` by message; `trouble`: mails to the requester that went wrong and belong to no message."""

    lines: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    trouble: list[Line] = field(default_factory=list)


def mails_of(ticket: SupportTicket, message_ids: Iterable[uuid.UUID | str]) -> Mails:
    """What became of the mails about these messages, and about the ticket itself."""
    about_these = Q(message_id__in=list(message_ids), notice=NoticeKind.TICKET_REPLY)
    went_wrong = Q(message_id=None, recipient=ticket.requester_id, state__in=TROUBLED)
    rows = Delivery.objects.filter(about_these | went_wrong, ticket=ticket, transport=EMAIL)
    rows = rows.exclude(state=State.WITHHELD, reason__in=_SILENT).select_related("recipient")
    mails = Mails()
    for row in rows.order_by("created_at", "id"):
        place = mails.lines[str(row.message_id)] if row.message_id else mails.trouble
        place.append(line_of(row))
    return mails

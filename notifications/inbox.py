"""What came in: how many mails became what, a page of them, one of them read again for a preview. Selectors only.

Called by the page of support admins, who see every row, and by the page of a message that came by mail.
"""

import uuid
from dataclasses import dataclass
from typing import Final

from django.db.models import Count

from core import kept
from notifications.mail.reading import Unreadable, read
from notifications.mail.records import ReceivedMail
from notifications.models import IncomingMail, MailOutcome
from support.selectors import paging

PAGE: Final = 50
_NEWEST: Final = paging.Order(key="newest", column="received_at")


@dataclass(frozen=True, kw_only=True)
class Total:
    """How many mails became this."""

    outcome: str
    label: str
    count: int


def totals() -> list[Total]:
    """Every mail there ever was is in exactly one of them; one query."""
    counted = dict(IncomingMail.objects.order_by().values_list("outcome").annotate(Count("pk")))
    return [
        Total(outcome=value, label=str(label), count=counted.get(value, 0))
        for value, label in MailOutcome.choices
    ]


def page_of(outcome: str, cursor: str | None) -> paging.Page[IncomingMail]:
    """Fifty, newest first; of one outcome or all. Raises Refused("invalid") on a cursor that we did not give out."""
    rows = IncomingMail.objects.select_related("ticket")
    if outcome in MailOutcome.values:
        rows = rows.filter(outcome=outcome)
    return paging.paged(rows, cursor=cursor, limit=PAGE, order=_NEWEST)


def mail_of(mail_id: uuid.UUID) -> IncomingMail | None:
    """One row with what it is about."""
    rows = IncomingMail.objects.select_related("ticket__requester", "author", "delivery", "decided_by")
    return rows.filter(pk=mail_id).first()


def mail_of_message(message_id: uuid.UUID) -> IncomingMail | None:
    """The mail that a message was."""
    came = IncomingMail.objects.exclude(plan="").filter(message_id=message_id)
    return came.exclude(outcome=MailOutcome.DUPLICATE).first()


def contents(row: IncomingMail) -> ReceivedMail | None:
    """What it says, or None when that cannot be read (any more)."""
    try:
        return read(kept.read(row.digest), envelope=row.recipients)
    except (Unreadable, FileNotFoundError):
        return None

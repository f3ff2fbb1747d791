"""Patience: why a mail that may go waits all the same: quiet hours of its reader, one mail a quarter of an hour.

Called by the delivery of a claimed row. What waits is put back until then, and reading meanwhile still drops it; what
a support admin sends again waits for nobody.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Q

from notifications.models import EMAIL, GONE_OUT, Delivery, NoticeKind, Preference, State
from notifications.quiet import quiet_until
from notifications.rules import ASKED_FOR
from notifications.transports.base import MAY_HAVE_LEFT

FIRST_AGAIN = timedelta(seconds=1)


def wait_until(row: Delivery, wishes: Preference | None, now: datetime) -> datetime | None:
    """Until when this mail waits, or None."""
    if row.transport != EMAIL or row.recipient is None or row.replayed_at or row.notice in ASKED_FOR:
        return None
    quiet = wishes and quiet_until(now, row.recipient.timezone, wishes.quiet_from, wishes.quiet_until)
    return quiet or (_next_mail(row, now) if row.notice == NoticeKind.TICKET_REPLY else None)


def joins(row: Delivery) -> bool:
    """Whether other messages go with this row's mail."""
    patient = settings.REPLY_MAIL_GRACE > 0 or settings.REPLY_MAIL_EVERY > 0
    return (
        patient
        and row.transport == EMAIL
        and row.notice == NoticeKind.TICKET_REPLY
        and row.recipient is not None
    )


def _next_mail(row: Delivery, now: datetime) -> datetime | None:
    """At most one mail about messages per thread and reader in REPLY_MAIL_EVERY seconds.

    What may have left goes before all else.
    """
    every = timedelta(seconds=settings.REPLY_MAIL_EVERY)
    alike = Delivery.objects.filter(
        ticket=row.ticket_id, recipient=row.recipient_id, transport=EMAIL, notice=row.notice
    )
    if not row.cause.startswith(MAY_HAVE_LEFT):
        again = alike.filter(state=State.QUEUED, cause__startswith=MAY_HAVE_LEFT)
        due: datetime | None = again.aggregate(last=Max("due_at"))["last"]
        if due:
            return max(due, now) + FIRST_AGAIN
    gone = Q(state__in=(*GONE_OUT, State.UNCERTAIN))
    # Of two that two workers hold at once, the one taken first goes.
    first = Q(claimed_at__lt=row.claimed_at) | Q(claimed_at=row.claimed_at, id__lt=row.id)
    left = alike.filter(gone | first & Q(state=State.SENDING), claimed_at__gt=now - every).exclude(id=row.id)
    last = left.order_by("-claimed_at").values_list("claimed_at", flat=True).first()
    return last + every if last else None

"""Sorting: a waiting mail is read, routed, and put where it belongs; then its row says what became of it.

Called by `inbound.sort` and its sweep, outside any transaction, for one mail at a time. Whatever changes a ticket goes
through the command log like everything else, under an id that follows from the mail: sorted again, after a crash at any
instant, it asks for the same once more. A row is final only when what it became is in the database.
"""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import redis
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from core import kept, receipts
from core.problems import Refused
from notifications import addresses
from notifications.mail.reading import Unreadable, read
from notifications.mail.records import ReceivedMail
from notifications.models import IncomingMail, MailOutcome, MailReason
from notifications.services import placing
from notifications.services.routing import Route, route
from support.models import ChatMessage, SupportTicket

logger = logging.getLogger(__name__)
# Nobody can still be at work on a mail for so long; what was asked for is asked for again.
AGAIN_AFTER: Final = timedelta(seconds=60)


def find_waiting(now: datetime, limit: int = 100) -> list[uuid.UUID]:
    """Mails that no task is at work on: never tried, or long ago."""
    waiting = IncomingMail.objects.filter(outcome=MailOutcome.WAITING)
    left = waiting.filter(Q(tried_at=None) | Q(tried_at__lt=now - AGAIN_AFTER) | ~Q(plan=""))
    return list(left.order_by("received_at").values_list("id", flat=True)[:limit])


def sort(mail_id: uuid.UUID, now: datetime) -> MailOutcome | None:
    """Bring one mail a step on; the outcome when it is final now, None while it waits or was final before."""
    row = _claimed(mail_id, now)
    if row is None:
        return None
    if row.plan:
        return confirm(row, now)
    mail = _read(row, now)
    if mail is None or not _is_first(row, mail, now):
        return MailOutcome(row.outcome)
    way = route(row, mail, now)
    if way.outcome == MailOutcome.BOUNCE and mail.failure:
        way = placing.report(row, mail.failure, way, now)
    try:
        change = placing.place(row, mail, way, now)
    except Refused as refused:
        if refused.code in {"log-full", "log-unavailable"}:
            logger.warning("a mail waits, the command log takes nothing (%s)", refused.code)
            return None
        change = _refusal(refused)
    return _write(row, now, **(_said(way) | change))


def confirm(row: IncomingMail, now: datetime) -> MailOutcome | None:
    """Final, when what the mail asked for is stored; else as the receipt says, or not yet."""
    change = {"outcome": row.plan} if _is_stored(row) else _by_receipt(row, now)
    return _write(row, now, **change) if change else None


_ANEW: Final[dict[str, Any]] = {"plan": "", "command_id": None, "message_id": None}


def _by_receipt(row: IncomingMail, now: datetime) -> dict[str, Any]:
    """What the row becomes of a command that stored nothing; nothing yet while it may lie in the log."""
    try:
        receipt = receipts.look_up(row.command_id) if row.command_id else None
    except redis.RedisError:
        return {}
    if receipt and receipt.state in {"rejected", "held"}:
        refused = receipt.refusal() if receipt.state == "rejected" else Refused("held")
        if refused.code == "closed" and row.ticket and row.ticket.requester_id == row.author_id:
            return _ANEW | {"tried_at": None}  # closed in between: it becomes a ticket of its own
        return _ANEW | _refusal(refused)
    if row.tried_at and row.tried_at < now - AGAIN_AFTER:
        return _ANEW | {"tried_at": None}  # asked for again, under the same id
    return {}


def _claimed(mail_id: uuid.UUID, now: datetime) -> IncomingMail | None:
    """The row, for this task alone; what another one took lately is left to it."""
    with transaction.atomic():
        rows = IncomingMail.objects.select_for_update(skip_locked=True, of=("self",))
        row = rows.select_related("ticket__requester", "author").filter(pk=mail_id).first()
        if row is None or row.outcome != MailOutcome.WAITING:
            return None
        if row.plan:
            return row
        if row.tried_at and row.tried_at > now - AGAIN_AFTER:
            return None
        row.tried_at = now
        row.save(update_fields=["tried_at"])
        return row


def _read(row: IncomingMail, now: datetime) -> ReceivedMail | None:
    own = frozenset({settings.SUPPORT_EMAIL.lower(), f"tickets.{addresses.domain()}".lower()})
    try:
        mail = read(kept.read(row.digest), own=own, envelope=row.recipients, trusted=settings.MAIL_CHECKED_BY)
    except (Unreadable, FileNotFoundError) as error:
        logger.warning("mail %s can't be read (%s)", row.pk, error)
        _write(row, now, **_held_back(MailReason.UNREADABLE, str(error)))
        return None
    row.message_id_header, row.sender, row.sender_name = mail.message_id[:510], mail.sender, mail.sender_name
    row.subject = mail.subject
    if row.is_cut and not row.decision:
        _write(row, now, **_held_back(MailReason.TOO_LARGE, f"{row.size} bytes"))
        return None
    return mail


def _is_first(row: IncomingMail, mail: ReceivedMail, now: datetime) -> bool:
    """Whether this is the first time that this mail came; the database says so, however many tasks ask at once."""
    if row.decision or row.key:
        return True
    key = mail.fingerprint
    others = IncomingMail.objects.exclude(pk=row.pk).exclude(key="")
    same_id = others.filter(message_id_header=mail.message_id[:510], sender=mail.sender)
    if mail.message_id and same_id.exclude(key=key).exists():
        _write(row, now, **_held_back(MailReason.CLASH, mail.message_id))
        return False
    try:
        with transaction.atomic():
            row.key = key
            row.save(update_fields=["key"])
    except IntegrityError:
        first = others.filter(key=key).first()
        row.key = ""
        ticket, message = (first.ticket, first.message_id) if first else (None, None)
        _write(row, now, outcome=MailOutcome.DUPLICATE, ticket=ticket, message_id=message)
        return False
    return True


def _is_stored(row: IncomingMail) -> bool:
    if row.message_id:
        return ChatMessage.objects.filter(pk=row.message_id).exists()
    if row.command_id is None:
        return False
    ticket = SupportTicket.objects.filter(pk=placing.ticket_id_of(row.command_id)).first()
    row.ticket = ticket or row.ticket
    return ticket is not None


def _said(way: Route) -> dict[str, Any]:
    said: dict[str, Any] = {"reason": way.reason or "", "cause": way.cause[:300]}
    return said | ({"ticket": way.ticket} if way.ticket else {})


def _held_back(reason: MailReason, cause: str) -> dict[str, Any]:
    return {"outcome": MailOutcome.QUARANTINED, "reason": reason, "cause": cause[:300]}


def _refusal(refused: Refused) -> dict[str, Any]:
    return _held_back(MailReason.REFUSED, f"{refused.code}: {refused.words}")


_KNOWN: Final[Sequence[str]] = ("message_id_header", "sender", "sender_name", "subject")


def _write(row: IncomingMail, now: datetime, **change: Any) -> MailOutcome | None:
    """The row's own facts and what changes; the outcome, when it is one."""
    for name, value in change.items():
        setattr(row, name, value)
    final = row.outcome != MailOutcome.WAITING
    row.settled_at = now if final else None
    row.save(update_fields=[*_KNOWN, "settled_at", "ticket", *change])
    return MailOutcome(row.outcome) if final else None

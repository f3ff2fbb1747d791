"""Deliver: claim, ask again whether it may go, send, settle; until the time or the work is used up.

One row at a time on one open connection: a worker that is killed leaves one mail uncertain, or ten notices at most, and
a slow server cannot make the rows behind it look stuck. What is asked about them is read for many at once (`ahead`).
Called by `email.deliver` and `push.deliver`. Never in a transaction.
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.utils import timezone

from core import languages, tracing, trail
from core.contracts import kind_of
from core.failpoints import reached
from core.logs import about
from notifications import digest_facts
from notifications.models import BY_CALENDAR, EMAIL, Delivery, NoticeKind, Reason, SuppressedFor
from notifications.reach import wants
from notifications.rules import ASKED_FOR
from notifications.services.ahead import Ahead
from notifications.services.freshness import is_late
from notifications.services.ledger import hold, join, postpone, settle, wait_after
from notifications.services.measuring import note_mailed
from notifications.services.patience import joins, wait_until
from notifications.services.suppression import suppress
from notifications.transports.base import Outcome, Send, Verdict, withheld
from notifications.transports.registry import TRANSPORTS
from support.chat_events import ChatOffered
from support.models import ChatMessage, ChatSession, Participant, SupportTicket
from support.models.sessions import SessionState
from support.policies import may

AT_MOST = 50  # mails per connection; servers dislike more
# A worker that is asked to stop has nine seconds for it: room for one send more, even at a server that takes its time.
SECONDS = 5.0
JOINED_AFTER = timedelta(milliseconds=1)


@dataclass
class Tally:
    """What became of the rows of one call, by verdict.

    `tickets`: about whose messages they were. `more`: it stopped with work left, so ring again. `sent`: and when.
    """

    counts: Counter[str] = field(default_factory=Counter)
    tickets: set[uuid.UUID] = field(default_factory=set)
    more: bool = False
    sent: list[tuple[Delivery, datetime]] = field(default_factory=list)


def deliver(
    transport: str, ids: Sequence[uuid.UUID] | None = None, *, limit: int = AT_MOST, seconds: float = SECONDS
) -> Tally:
    """Send what is due by this transport (of these ids, if given)."""
    tally = _deliver(transport, ids, limit, monotonic() + seconds)
    if transport == EMAIL:
        note_mailed(tally.sent)
    return tally


def _deliver(transport: str, ids: Sequence[uuid.UUID] | None, limit: int, until: float) -> Tally:
    tally, ahead = Tally(), Ahead(transport, ids)
    if not ahead.any():
        return tally  # nobody is called for nothing
    with closing(ahead), TRANSPORTS[transport].session() as send:
        for _ in range(limit):
            if (row := ahead.next()) is None:
                return tally
            facts = {"command_id": str(row.command_id), "transport": transport}
            with about(row.command_id), tracing.span("delivery", **facts):
                outcome = _attempt(row, send, ahead)
            verdict = outcome.verdict.value if outcome else "put back"
            trail.tell([row.command_id], "delivery %s by %s: %s", row.id, transport, verdict)
            tally.counts[verdict] += 1
            tally.tickets |= {row.ticket_id} if row.ticket_id and row.message_id else set()
            if outcome and outcome.verdict is Verdict.SENT:
                tally.sent.append((row, timezone.now()))
            if outcome and outcome.halt:
                return tally
            if monotonic() >= until:
                break
    tally.more = ids is None or tally.counts.total() < len(ids)
    return tally


def _attempt(row: Delivery, send: Send, ahead: Ahead) -> Outcome | None:
    """One claimed row to its end; None when it waits after all."""
    if reason := why_not(row, ahead):
        settle(row, withheld(reason), timezone.now())
        return withheld(reason)
    if until := wait_until(row, ahead.wishes_of(row), timezone.now()):
        postpone(row, until)
        return None
    if why := ahead.guard.holds(row, timezone.now()):
        hold(row, why)
        return None
    together = [row, *(_joined(row, ahead) if joins(row) else [])]
    reached("send.before", row.transport)
    outcome = _said(row, send)
    reached("send.after", row.transport)
    again = timezone.now() + wait_after(row.attempts)
    # The same one leads again: the same mail under the same Message-ID.
    for place, each in enumerate(together):
        ahead.settle(each, outcome, again + place * JOINED_AFTER)
    if outcome.verdict is Verdict.SENT:
        ahead.guard.sent(row)
    if outcome.bad_address:
        suppress(row.address, SuppressedFor.REFUSED, timezone.now(), cause=outcome.cause, delivery=row)
        ahead.suppressed.add(row.address.lower())
    return outcome


def _joined(row: Delivery, ahead: Ahead) -> list[Delivery]:
    """What goes with this row's mail; what must not go any more is withheld by itself."""
    taken = join(row, timezone.now())
    reasons = [(each, why_not(each, ahead)) for each in taken]
    for each, reason in reasons:
        if reason:
            settle(each, withheld(reason), timezone.now())
    return [each for each, reason in reasons if reason is None]


def _said(row: Delivery, send: Send) -> Outcome:
    """Sent in the recipient's own language; an address without an account reads the site's."""
    with languages.reading(row.recipient.language if row.recipient else ""):
        return send(row)


def why_not(row: Delivery, ahead: Ahead) -> Reason | None:
    """The reason a claimed row must not go out after all: rights, reading and deletion since it was planned."""
    if row.account_mail:
        return Reason.GONE if row.account_mail.emptied_at else None
    return _why_not_by_calendar(row, ahead) if row.notice in BY_CALENDAR else _why_not_about(row, ahead)


def _why_not_about(row: Delivery, ahead: Ahead) -> Reason | None:
    """A mail or notice about a ticket."""
    if row.ticket is None:
        return Reason.GONE
    if row.recipient and not row.recipient.is_active:
        return Reason.INACTIVE
    if row.recipient and not may(row.recipient).see(row.ticket):
        return Reason.NOT_THEIRS
    if row.transport == EMAIL and (reason := _why_not_address(row, ahead)):
        return reason
    return _why_not_wanted(row, ahead) or (
        _why_not_message(row, row.ticket, row.message_id) if row.message_id else None
    )


def _why_not_by_calendar(row: Delivery, ahead: Ahead) -> Reason | None:
    """Rights and wishes like every mail; then, whether there is anything to say by now."""
    if row.recipient is None or not row.recipient.is_active:
        return Reason.INACTIVE
    if reason := _why_not_address(row, ahead) or _why_not_wanted(row, ahead):
        return reason
    if is_late(row, ahead.wishes_of(row), timezone.now()):
        return Reason.LATE
    return None if digest_facts.notice_of(row) else Reason.NOTHING


def _why_not_address(row: Delivery, ahead: Ahead) -> Reason | None:
    if not row.address:
        return Reason.NO_ADDRESS
    is_suppressed = row.address.lower() in ahead.suppressed
    return Reason.SUPPRESSED if is_suppressed and row.notice not in ASKED_FOR else None


def _why_not_wanted(row: Delivery, ahead: Ahead) -> Reason | None:
    if row.seen_at:
        return Reason.READ
    if row.notice == NoticeKind.INTERNAL_NOTE and not (row.recipient and may(row.recipient).help):
        return Reason.INTERNAL_NOTE
    if row.notice == NoticeKind.CHAT_WAITING and not _still_waits(row):
        return Reason.TAKEN
    if not wants(ahead.wishes_of(row), row.notice, row.transport):
        return Reason.PREFERENCE
    return None


def _still_waits(row: Delivery) -> bool:
    """For this reader: offered to them, or, told to all, offered to nobody."""
    chats = ChatSession.objects.filter(ticket=row.ticket).order_by("-created_at")
    chat = chats.values_list("state", "offered_to_id").first()
    if row.event_kind == kind_of(ChatOffered):
        return chat == (SessionState.OFFERED, row.recipient_id)
    return chat is not None and chat[0] == SessionState.WAITING


def _why_not_message(row: Delivery, ticket: SupportTicket, message_id: uuid.UUID) -> Reason | None:
    message = ChatMessage.objects.only("public_sequence", "staff_sequence").filter(id=message_id).first()
    if message is None:
        return Reason.GONE
    if (
        row.recipient is None
        or row.replayed_at
        or (row.transport == EMAIL and settings.REPLY_MAIL_GRACE <= 0)
    ):
        return None
    # Each reader's cursor counts in their own stream.
    sequence = message.sequence(staff=row.recipient.is_staff) or 0
    places = Participant.objects.filter(ticket=ticket, user=row.recipient, read_sequence__gte=sequence)
    return Reason.READ if places.exists() else None

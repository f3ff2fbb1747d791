"""Signals: what providers and mail servers say of mails of ours, each kept once, applied to the ledger, told to agents.

`record_signal` is called by the drain inside its transaction. A word may come before we have noted which mail the
provider means (it is quicker than our own commit): for an hour such a word is accepted once more, by `say_again`, as
soon as the mail is known.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from core.contracts import Event
from core.problems import Refused
from notifications.models import Delivery, Signal, State, SuppressedFor
from notifications.services.suppression import suppress
from notifications.services.tracking import RANKS, observe
from support import mail_intake
from support.events import caused_by
from support.mail_commands import RecordSignal
from support.mail_events import MailFailed, MailMoved

LATE: Final = timedelta(hours=1)
# A provider repeats itself for days at most; what is older is somebody's replay, or nobody's business any more.
OLD: Final = timedelta(days=14)
MOST_FORGOTTEN: Final = 50_000
_SAID: Final = ("state", "happened_at", "source", "message_id", "provider_id", "address", "cause")
_FAILED: Final = {State.BOUNCED: SuppressedFor.BOUNCED, State.COMPLAINED: SuppressedFor.COMPLAINED}


def record_signal(command: RecordSignal) -> Sequence[Event]:
    """Keep it, once; move what it is about, never backwards. Agents hear that a requester was not reached."""
    if command.state not in RANKS or command.happened_at < command.at - OLD:
        raise Refused("invalid")
    signal = Signal(
        id=command.id,
        state=command.state,
        source=command.source,
        message_id=command.message_id,
        provider_id=command.provider_id,
        address=command.address.lower(),
        cause=command.cause,
        happened_at=min(command.happened_at, command.at),
        received_at=command.at,
    )
    Signal.objects.bulk_create([signal], ignore_conflicts=True)
    moved = _apply(signal)
    news = [caused_by(command, MailMoved, ticket_id=row.ticket_id) for row in moved[:1] if row.ticket_id]
    return news + [
        caused_by(
            command,
            MailFailed,
            ticket_id=row.ticket_id,
            delivery_id=row.pk,
            recipient_id=row.recipient_id,
            state=row.state,
        )
        for row in moved[:1]
        if row.state in _FAILED and row.ticket and row.ticket.requester_id == row.recipient_id
    ]


def say_again(now: datetime) -> int:
    """Words that came before the mail they are about was known, and it is by now: accepted once more; how many."""
    early = Signal.objects.filter(is_known=False, received_at__gt=now - LATE).order_by("received_at")[:500]
    known = [signal for signal in early if _is_known(signal)]
    for signal in known:
        said = {name: getattr(signal, name) for name in _SAID}
        mail_intake.record_signal(signal_id=signal.pk, **said)
    return len(known)


def forget_signals(now: datetime) -> int:
    """Delete words that nobody can repeat any more, some at a time; how many. What they moved stays as it is."""
    old = Signal.objects.filter(received_at__lt=now - OLD).order_by("received_at")
    gone, _ = Signal.objects.filter(pk__in=old.values_list("pk", flat=True)[:MOST_FORGOTTEN]).delete()
    return gone


def _apply(signal: Signal) -> list[Delivery]:
    state = State(signal.state)
    moved = observe(
        state,
        signal.happened_at,
        message_id=signal.message_id,
        provider_id=signal.provider_id,
        cause=signal.cause,
    )
    if _is_known(signal):
        Signal.objects.filter(pk=signal.pk).update(is_known=True)
    if moved and state in _FAILED:
        address = signal.address or moved[0].address
        suppress(address, _FAILED[state], signal.happened_at, cause=signal.cause, delivery=moved[0])
    return moved


def _is_known(signal: Signal) -> bool:
    rows = Delivery.objects.all()
    if signal.provider_id and rows.filter(provider_id=signal.provider_id).exists():
        return True
    return bool(signal.message_id) and rows.filter(message_id_header=signal.message_id).exists()

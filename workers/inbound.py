"""Inbound: mails that came in are fetched, sorted, and confirmed when what they became is stored; one task each."""

import uuid
from datetime import UTC, datetime
from typing import Any

from core import dispatch
from core.contracts import Event
from notifications import imap, services
from notifications.models import IncomingMail, MailOutcome
from support.mail_events import MailReceived
from workers.base import job, reaction

# The drain has stored by then what a mail asked for, unless it is behind; the sweep looks again.
CONFIRM_SECONDS = 0.3


@reaction("inbound.release")
def release(batch: list[Event]) -> Any:
    """Ring for each mail of the batch."""
    for event in batch:
        if isinstance(event, MailReceived):
            dispatch.publish("inbound.sort", mail=str(event.mail_id))


@job("inbound.sort")
def sort(mail: str, again: bool = True) -> str | None:
    """Read it, put it where it belongs; a moment later see that it is there."""
    outcome = services.sort(uuid.UUID(mail), datetime.now(UTC))
    waits = IncomingMail.objects.filter(pk=mail, outcome=MailOutcome.WAITING)
    if outcome is None and again and waits.exists():
        dispatch.publish("inbound.sort", countdown=CONFIRM_SECONDS, mail=mail, again=False)
    return str(outcome) if outcome else None


@job("inbound.sweep", send_events=False)
def sweep() -> int:
    """Ring for what waits; say again what providers said before we knew the mail."""
    now = datetime.now(UTC)
    waiting = services.find_waiting(now)
    for mail_id in waiting:
        dispatch.publish("inbound.sort", expires=30, mail=str(mail_id), again=False)
    services.say_again(now)
    return len(waiting)


@job("inbound.poll", send_events=False)
def poll() -> int:
    """Fetch what is new in the mailbox."""
    return imap.fetch_new()

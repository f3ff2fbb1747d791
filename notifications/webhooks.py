"""What providers tell us over HTTP: mails that came in, and what became of ours. anymail checks who says it.

Every provider that anymail knows has its addresses under /anymail/ (`notifications.webhook_urls`). anymail verifies the
secret and, where the provider signs, the signature, and reads the provider's own format; this module takes what it
read to the command log and nowhere else. An error is an answer 5xx: the provider says it again.
"""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from typing import Any, Final

from anymail import signals
from django.dispatch import receiver

from core import kept
from notifications import addresses
from support import mail_intake

_SIGNALS: Final = uuid.UUID("3f7b7c60-6a1e-5b52-8f0c-d1a1f4a9a1de")
# Headers that were read are written as they were: to fold the odd ones anew would fail.
_AS_IT_CAME: Final = policy.default.clone(refold_source="none")
# What a provider's word is in the ledger. "Rejected" is a provider that had it bounce before.
STATES: Final = {
    signals.EventType.DELIVERED: "delivered",
    signals.EventType.OPENED: "opened",
    signals.EventType.CLICKED: "opened",
    signals.EventType.BOUNCED: "bounced",
    signals.EventType.REJECTED: "bounced",
    signals.EventType.FAILED: "bounced",
    signals.EventType.COMPLAINED: "complained",
}


@receiver(signals.inbound, dispatch_uid="notifications.webhooks.inbound")
def mail_came_in(event: Any, esp_name: str, **_: Any) -> None:
    """Kept first, then accepted; when this returns the mail is ours, whatever dies next."""
    if event.message is None:  # a provider's report of a mail it could not take
        return
    raw = _source_of(event.message)
    mail_intake.receive_mail(
        digest=kept.put(raw),
        size=len(raw),
        via=esp_name.lower(),
        handed_over_as=str(event.event_id or ""),
        recipients=tuple(_handed_to(event.message)),
    )


@receiver(signals.tracking, dispatch_uid="notifications.webhooks.tracking")
def something_became_of_ours(event: Any, esp_name: str, **_: Any) -> None:
    """One word about one mail, under an id of its own: said a hundred times, it is one."""
    state = STATES.get(event.event_type)
    if state is None or not event.message_id:
        return
    happened = event.timestamp or datetime.now(UTC)
    said = f"{esp_name}/{event.event_id or happened.isoformat()}/{event.message_id}/{event.recipient}/{state}"
    mail_intake.record_signal(
        signal_id=uuid.uuid5(_SIGNALS, said),
        state=state,
        happened_at=happened,
        source=esp_name.lower(),
        message_id=_named(event),
        provider_id=str(event.message_id),
        address=event.recipient or "",
        cause=event.mta_response or event.description or event.reject_reason or "",
    )


def _named(event: Any) -> str:
    """The mail's Message-ID: as the provider gives it, or by the delivery that it was handed over under (`emails`)."""
    if str(event.message_id).startswith("<"):
        return str(event.message_id)
    try:
        return addresses.message_id(uuid.UUID(str((event.metadata or {}).get("delivery"))))
    except ValueError:
        return ""


def _source_of(message: EmailMessage) -> bytes:
    """The mail as it came, or as near to it as can be written: what cannot be read is quarantined, not lost here."""
    try:
        return message.as_bytes(policy=_AS_IT_CAME)
    except Exception:  # noqa: BLE001 - the library's generator fails on hostile mails in many ways
        return message.as_string(policy=policy.compat32).encode("utf-8", "surrogateescape")


def _handed_to(message: EmailMessage) -> Iterable[str]:
    """Whom the provider's server was told it is for; that may be named nowhere in the mail."""
    envelope = getattr(message, "envelope_recipient", None)
    return [str(envelope).lower()] if envelope else []

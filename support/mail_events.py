"""Events of mail that comes in, and of what became of ours. Ids and words only."""

import uuid

from core.contracts import Event, contract


@contract
class MailReceived(Event, frozen=True, kw_only=True):
    """A mail waits to be sorted, for the first time or because a support admin released it."""

    mail_id: uuid.UUID


@contract
class MailMoved(Event, frozen=True, kw_only=True):
    """A provider or a support admin says what became of a mail of ours about a ticket: open pages show it."""

    ticket_id: uuid.UUID


@contract
class MailFailed(Event, frozen=True, kw_only=True):
    """A mail of ours about a ticket came back, or was marked as spam: `state` is bounced or complained."""

    ticket_id: uuid.UUID
    delivery_id: uuid.UUID
    recipient_id: uuid.UUID | None
    state: str

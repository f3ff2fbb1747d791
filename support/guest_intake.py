"""Intake of guests: a message left, a chat begun, a link asked for, a conversation that joins an account.

A part of `support.intake`, which faces call.
"""

import uuid
from datetime import UTC, datetime
from typing import Final

from core import ids, receipts
from core.models import User
from support import commands, intake
from support.chat_identity import live_ticket_id
from support.chat_intake import begin_chat as begin_chat_of
from support.chat_intake import subject_of
from support.doorway import accept, append, stamp

SYSTEM: Final = "system:guests"


def leave_message(
    guest: User, *, message: str, browser_info: str = "", idempotency_key: str | None = None
) -> receipts.Accepted:
    """A ticket; what it is about is its first line."""
    return intake.open_ticket(
        guest,
        subject=subject_of(message),
        description=message,
        browser_info=browser_info,
        idempotency_key=idempotency_key,
    )


def begin_chat(guest: User, *, message: str, message_id: uuid.UUID | None = None) -> receipts.Accepted:
    """Their first live chat, under the id that every page of theirs will open as `general`."""
    ticket_id = live_ticket_id(guest.pk, None)
    return begin_chat_of(guest, ticket_id=ticket_id, message=message, message_id=message_id)


def send_link(address: str) -> None:
    """Looks nothing up: whether anybody wrote under this address is found out by a worker, and told by mail alone."""
    append(commands.SendGuestLink(id=ids.new_id(), actor=SYSTEM, at=datetime.now(UTC), address=address))


def join_ticket(user: User, ticket_id: uuid.UUID, guest_id: uuid.UUID) -> None:
    """A guest's ticket becomes this account's; nobody waits, and the service looks at the proof."""
    append(_claim(user, ticket_id, guest_id))


def claim_ticket(user: User, ticket_id: uuid.UUID, guest_id: uuid.UUID) -> receipts.Accepted:
    """The same, for somebody who waits to see it."""
    return accept(_claim(user, ticket_id, guest_id))


def _claim(user: User, ticket_id: uuid.UUID, guest_id: uuid.UUID) -> commands.ClaimTicket:
    """One id for one ticket and account: asked for by every sign-in and link, it is done once."""
    stamped = stamp(user, ids.derive(ticket_id, "claim", str(user.pk)))
    return commands.ClaimTicket(**stamped, ticket_id=ticket_id, guest_id=guest_id)

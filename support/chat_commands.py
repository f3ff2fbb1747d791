"""Commands of live chats between their beginning and their end: who takes them, and when silence ends them.

As in `support.commands`. Most are the system's own (`support.chat_care`).
"""

import uuid
from datetime import datetime

from core.contracts import Command, contract


@contract
class OfferChat(Command, frozen=True, kw_only=True):
    """Offer a waiting chat to an agent, as the offer of this number; made by the system."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID
    user_id: uuid.UUID
    number: int


@contract
class AcceptChat(Command, frozen=True, kw_only=True):
    """The actor takes a chat that waits, or goes on with one whose agent is away."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID


@contract
class DeclineChat(Command, frozen=True, kw_only=True):
    """The actor lets a chat pass that is offered to them."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID


@contract
class ExpireOffer(Command, frozen=True, kw_only=True):
    """The system found that nobody answered this offer."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID
    number: int


@contract
class HandOnChat(Command, frozen=True, kw_only=True):
    """The system found that a waiting chat waits for an agent who is gone."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID
    user_id: uuid.UUID


@contract
class FlagChat(Command, frozen=True, kw_only=True):
    """The system found that the agent of an active chat is gone, or back."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID
    user_id: uuid.UUID


@contract
class AnnounceQuiet(Command, frozen=True, kw_only=True):
    """Tell a thread in which nobody has written since `quiet_since` that its chat will end."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID
    quiet_since: datetime


@contract
class EndQuietChat(Command, frozen=True, kw_only=True):
    """The system ends a chat in which nobody has written since `quiet_since`."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID
    quiet_since: datetime


@contract
class SetChatCapacity(Command, frozen=True, kw_only=True):
    """How many live chats the actor takes at once; None is the installation's own number."""

    capacity: int | None = None

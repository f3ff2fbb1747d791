"""Events of live chats between their beginning and their end. As in `support.events`: ids and words of the workflow."""

import uuid

from core.contracts import Event, contract


@contract
class ChatStarted(Event, frozen=True, kw_only=True):
    """A live chat waits."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID


@contract
class ChatOffered(Event, frozen=True, kw_only=True):
    """A waiting chat is offered to an agent; `number` counts its offers."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID
    user_id: uuid.UUID
    number: int


@contract
class ChatPassedOn(Event, frozen=True, kw_only=True):
    """It does not wait for this agent any more: they declined, the offer expired, or they are gone."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID
    user_id: uuid.UUID
    reason: str


@contract
class ChatFlagged(Event, frozen=True, kw_only=True):
    """The agent of an active chat is away, or back."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID
    user_id: uuid.UUID
    is_flagged: bool


@contract
class QuietAnnounced(Event, frozen=True, kw_only=True):
    """A thread was told that its chat ends unless somebody writes."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID


@contract
class ChatCapacitySet(Event, frozen=True, kw_only=True):
    """An agent takes more live chats at once, or fewer."""

    user_id: uuid.UUID

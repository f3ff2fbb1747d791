"""Events: it has happened. Noun and past participle; ids and words of the workflow only, never what people wrote.

`id`, `command_id`, `actor` and `at` come from `core.contracts.Event`. An event's id is derived from its command's,
so a repeat announces the same event.
"""

import uuid
from typing import Any, TypeVar

from core.contracts import Command, Event, contract
from core.ids import derive
from support.chat_events import ChatFlagged, ChatOffered, ChatPassedOn, QuietAnnounced

AnyEvent = TypeVar("AnyEvent", bound=Event)


@contract
class TicketOpened(Event, frozen=True, kw_only=True):
    """A ticket exists."""

    ticket_id: uuid.UUID
    requester_id: uuid.UUID
    number: int


@contract
class MessagePosted(Event, frozen=True, kw_only=True):
    """A message is in the thread, under its numbers in both streams (None: not in the public one)."""

    ticket_id: uuid.UUID
    message_id: uuid.UUID
    author_id: uuid.UUID | None
    is_support: bool
    audience: str
    public_sequence: int | None
    staff_sequence: int
    source: str


@contract
class ChatAccepted(Event, frozen=True, kw_only=True):
    """A live chat is an agent's: they accepted or answered it, or took it over."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID
    agent_id: uuid.UUID


@contract
class ChatEnded(Event, frozen=True, kw_only=True):
    """A live chat is over; `by` is requester, agent or system, `cause` a word of `EndCause`."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID
    by: str
    cause: str


@contract
class ChatRated(Event, frozen=True, kw_only=True):
    """A requester said what they thought of a chat."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID
    score: int


@contract
class TranscriptRequested(Event, frozen=True, kw_only=True):
    """A requester wants what was said in a chat by mail."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID


@contract
class StatusChanged(Event, frozen=True, kw_only=True):
    """A ticket moved along its workflow."""

    ticket_id: uuid.UUID
    before: str
    after: str


@contract
class TicketAssigned(Event, frozen=True, kw_only=True):
    """A ticket has another agent, or none."""

    ticket_id: uuid.UUID
    before: uuid.UUID | None
    after: uuid.UUID | None


@contract
class PriorityChanged(Event, frozen=True, kw_only=True):
    """A ticket presses more or less."""

    ticket_id: uuid.UUID
    before: str
    after: str


@contract
class TagsChanged(Event, frozen=True, kw_only=True):
    """A ticket has other tags."""

    ticket_id: uuid.UUID


@contract
class ReadMoved(Event, frozen=True, kw_only=True):
    """A person has seen more; `sequence` counts in their own stream."""

    ticket_id: uuid.UUID
    user_id: uuid.UUID
    sequence: int
    is_support: bool


@contract
class DeliveredMoved(Event, frozen=True, kw_only=True):
    """More has reached a person's page."""

    ticket_id: uuid.UUID
    user_id: uuid.UUID
    sequence: int
    is_support: bool


@contract
class AvailabilityChanged(Event, frozen=True, kw_only=True):
    """An agent declared something else, or something else is observed of them; colleagues see it at once."""

    user_id: uuid.UUID
    before: str
    after: str
    is_online: bool
    reason: str = ""


@contract
class AvailabilityShown(Event, frozen=True, kw_only=True):
    """The public sees an agent's availability: it has held for the debounce, or their lease lapsed."""

    user_id: uuid.UUID
    before: str
    after: str


@contract
class GuestLinkRequested(Event, frozen=True, kw_only=True):
    """A guest asked for the link to this ticket, their newest."""

    ticket_id: uuid.UUID


@contract
class TicketClaimed(Event, frozen=True, kw_only=True):
    """What a guest asked is an account's now, with its history."""

    ticket_id: uuid.UUID
    guest_id: uuid.UUID
    user_id: uuid.UUID


@contract
class AccountMailRequested(Event, frozen=True, kw_only=True):
    """A mail of the account pages waits to be sent."""

    mail_id: uuid.UUID


@contract
class NoticesSeen(Event, frozen=True, kw_only=True):
    """A person has fewer new notices than before."""

    user_id: uuid.UUID


def caused_by(command: Command, kind: type[AnyEvent], **facts: Any) -> AnyEvent:
    """An event of `kind`, keyed by and dated with the command that caused it."""
    return kind(
        id=derive(command.id, kind.__name__),
        command_id=command.id,
        actor=command.actor,
        at=command.at,
        **facts,
    )


# What an open thread shows of its ticket besides messages and cursors: each makes a new revision of the ticket.
SHOWN_BY_THREADS = (
    StatusChanged,
    TicketAssigned,
    PriorityChanged,
    TagsChanged,
    ChatOffered,
    ChatPassedOn,
    ChatAccepted,
    ChatFlagged,
    QuietAnnounced,
    ChatEnded,
    ChatRated,
    TicketClaimed,
)

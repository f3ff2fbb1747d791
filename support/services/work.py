"""Work: what one batch has loaded, and what it will write. Loaded once, flushed once per table.

Called by the drain inside its transaction, after the tickets are locked. Services read the dictionaries and return
`Outcome`s; rows of a kind are written together by `flush`.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_noop as _

from core import rows
from core.contracts import Command, Event, encode, kind_of
from core.models import User
from core.problems import Refused
from support import commands
from support.events import SHOWN_BY_THREADS
from support.models import (
    Change,
    ChatMessage,
    ChatSession,
    Participant,
    ReplyPromise,
    SupportTicket,
    SupportUserStatus,
)
from support.models.sessions import SessionState
from support.services.handover import Handover, hand_over
from support.services.promises import Standing, standing
from support.services.tables import TABLES
from support.workflow import Audience


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a service did: rows new or changed, the events it caused, what becomes another's. All may be empty.

    `is_repeat`: the command was done before, and so were its effects; its events are told once more and no more.
    """

    rows: Sequence[Model] = ()
    events: Sequence[Event] = ()
    handovers: Sequence[Handover] = ()
    is_repeat: bool = False


@dataclass(kw_only=True)
class Work:
    """The loaded objects of one batch, by id, kept current as services go through it in log order.

    `chats` are the sessions by ticket: the one that has not ended, else one that ended in this batch.
    """

    tickets: dict[uuid.UUID, SupportTicket] = field(default_factory=dict)
    users: dict[uuid.UUID, User] = field(default_factory=dict)
    messages: dict[uuid.UUID, ChatMessage] = field(default_factory=dict)
    # The staff's number of each agent's last reply in a ticket, as far as a command of the batch may have missed it.
    replies: dict[tuple[uuid.UUID, uuid.UUID | None], int] = field(default_factory=dict)
    changes: dict[uuid.UUID, Change] = field(default_factory=dict)
    participants: dict[tuple[uuid.UUID, uuid.UUID], Participant] = field(default_factory=dict)
    sessions: dict[uuid.UUID, ChatSession] = field(default_factory=dict)
    chats: dict[uuid.UUID, ChatSession] = field(default_factory=dict)
    agents: dict[uuid.UUID, SupportUserStatus] = field(default_factory=dict)
    promises: dict[uuid.UUID, ReplyPromise] = field(default_factory=dict)
    # The newest ticket of any guest under an address, in lower case.
    guest_tickets: dict[str, uuid.UUID] = field(default_factory=dict)
    # The addresses, in lower case, that accounts which claim a guest's ticket have proven to be theirs.
    verified: dict[uuid.UUID, frozenset[str]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: iter(()))
    rows: dict[type[Model], dict[Any, Model]] = field(default_factory=dict)
    handovers: list[Handover] = field(default_factory=list)

    @cached_property
    def standing(self) -> Standing:
        """What support promises now; two queries for a batch in which something is promised, none for the others."""
        return standing()

    def ticket(self, ticket_id: uuid.UUID) -> SupportTicket:
        """The locked ticket; raises Refused not-found."""
        if ticket_id not in self.tickets:
            raise Refused("not-found")
        return self.tickets[ticket_id]

    def actor(self, command: Command) -> User:
        """The person who acts, as they are now; raises Refused when they may not act any more."""
        person = self.users.get(command.actor_id) if command.actor_id else None
        if person is None or not person.is_active:
            raise Refused("forbidden")
        return person

    def participant(self, ticket: SupportTicket, person: User) -> Participant:
        """The person's place in the ticket, new if need be."""
        place = (ticket.pk, person.pk)
        if place not in self.participants:
            role = "requester" if ticket.requester_id == person.pk else "agent"
            self.participants[place] = Participant(ticket=ticket, user=person, role=role)
        return self.participants[place]

    def live_session(self, ticket: SupportTicket) -> ChatSession | None:
        """The ticket's chat that has not ended."""
        session = self.chats.get(ticket.pk)
        return session if session and session.state != SessionState.ENDED else None

    def has_live_chat(self, person: User) -> bool:
        """Whether a chat of theirs waits or goes on, in any ticket; loaded for who begins or claims one."""
        return any(
            session.requester_id == person.pk and session.state != SessionState.ENDED
            for session in self.sessions.values()
        )

    def chat(self, command: Any) -> tuple[SupportTicket, ChatSession]:
        """The ticket and the chat that a command names; raises Refused not-found."""
        ticket, session = self.ticket(command.ticket_id), self.sessions.get(command.session_id)
        if session is None or session.ticket_id != command.ticket_id:
            raise Refused("not-found", _("There’s no chat on this ticket."))
        return ticket, session

    def load_of(self, agent_id: uuid.UUID) -> int:
        """How many live chats an agent has, offered ones included, as far as they were loaded."""
        return sum(
            agent_id in {session.agent_id, session.offered_to_id}
            for session in self.sessions.values()
            if session.state != SessionState.ENDED
        )

    def has_colleagues_reply(self, command: commands.PostMessage) -> bool:
        """Whether another agent replied after what the author of this message had seen."""
        return any(
            number > (command.seen or 0)
            for (ticket_id, author_id), number in self.replies.items()
            if ticket_id == command.ticket_id and author_id != command.actor_id
        )

    def keep(self, outcome: Outcome) -> None:
        """Take an outcome's rows for the flush, and make them findable for the commands behind it."""
        self.handovers += outcome.handovers
        for row in outcome.rows:
            self.rows.setdefault(type(row), {})[id(row) if row.pk is None else row.pk] = row
            match row:
                case SupportTicket():
                    self.tickets[row.pk] = row
                case ChatMessage():
                    self.messages[row.pk] = row
                    if row.is_support and row.audience == Audience.PUBLIC:
                        self.replies[row.ticket_id, row.author_id] = row.staff_sequence
                case Change():
                    self.changes[row.pk] = row
                case ChatSession():
                    self.sessions[row.pk] = self.chats[row.ticket_id] = row
                case ReplyPromise():
                    self.promises[row.ticket_id] = row
                case SupportUserStatus():
                    self.agents[row.user_id] = row
        for ticket_id in {
            event.ticket_id
            for event in outcome.events
            if outcome.rows and isinstance(event, SHOWN_BY_THREADS)
        }:
            ticket = self.tickets[ticket_id]
            ticket.revision += 1
            self.rows.setdefault(SupportTicket, {})[ticket.pk] = ticket

    def flush(self) -> None:
        """Write everything kept: one statement per table, two where some rows are new and some are not."""
        for model, unique, updated in TABLES:
            if kept := list(self.rows.get(model, {}).values()):
                rows.write(kept, unique=unique, updated=updated)

    def hand_over(self) -> None:
        """What becomes another's, after all that was written."""
        for move in self.handovers:
            hand_over(move)


def record(command: Command, events: Sequence[Event], *, user: User | None, **detail: Any) -> Change:
    """The history row of a command; its key is the command's id, so that a repeat finds it."""
    return Change(
        id=command.id,
        ticket_id=getattr(command, "ticket_id", None),
        actor=command.actor,
        user=user,
        kind=kind_of(command),
        detail={name: str(value) if value is not None else None for name, value in detail.items()},
        events=[encode(event).decode() for event in events],
        fingerprint=command.fingerprint(),
        created_at=command.at,
    )

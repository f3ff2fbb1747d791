"""Builds the commands of the demo from its script, as the web would have built them, dated back.

Pure. Called by `manage.py load_demo`. Every id is derived, so that the same commands come out each time and a repeat
changes nothing; sequences of read marks are counted along in both streams.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import singledispatch
from typing import Any

import msgspec

from core.contracts import Command
from core.ids import derive
from support import commands
from support.chat_identity import live_ticket_id
from support.demo.accounts import ACCOUNTS, DEMO
from support.demo.script import Assigns, Chat, Labels, Moves, Presses, Reads, Says, Step, Ticket
from support.workflow import Audience

STAFF = frozenset(account.username for account in ACCOUNTS if account.is_staff)
SITE = "https://app.psychpath.com.au"
BROWSER = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.3 Safari/605.1.15"
)


@dataclass
class Telling:
    """One ticket while its story is told: whose ids are whose, and how many messages each side can see."""

    ticket: Ticket
    ticket_id: uuid.UUID
    people: dict[str, uuid.UUID]
    now: datetime
    seen_by: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})

    def stamp(self, step: Step, command_id: uuid.UUID) -> dict[str, Any]:
        """What every command has, and the ticket it is about."""
        at = step.when(self.now).astimezone(UTC)
        return {
            "id": command_id,
            "actor": f"user:{self.people[step.who]}",
            "at": at,
            "ticket_id": self.ticket_id,
        }

    def count(self, audience: Audience) -> None:
        """One message more; notes are in the staff's stream only."""
        self.seen_by[True] += 1
        self.seen_by[False] += audience == Audience.PUBLIC


def ticket_id_of(ticket: Ticket, people: dict[str, uuid.UUID]) -> uuid.UUID:
    """A chat has the id that its requester's own tabs derive for it."""
    if isinstance(ticket, Chat):
        return live_ticket_id(people[ticket.requester], None)
    return derive(DEMO, "ticket", ticket.key)


def story(ticket: Ticket, people: dict[str, uuid.UUID], now: datetime) -> Iterator[Command]:
    """The commands of one ticket, in order."""
    telling = Telling(ticket, ticket_id_of(ticket, people), people, now)
    yield _opening(telling)
    for place, step in enumerate(ticket.steps):
        yield _told(step, telling, derive(telling.ticket_id, "step", str(place)))


def _opening(telling: Telling) -> Command:
    ticket = telling.ticket
    stamp = telling.stamp(Step(ticket.requester, ticket.when), derive(telling.ticket_id, "start"))
    if isinstance(ticket, Chat):
        session_id = derive(telling.ticket_id, "session")
        return commands.StartChat(**stamp, session_id=session_id, subject=ticket.subject)
    return commands.OpenTicket(
        **stamp,
        subject=ticket.subject,
        description=ticket.description,
        priority=ticket.priority.value,
        ticket_type=ticket.ticket_type.value,
        tags=ticket.tags,
        current_url=f"{SITE}{ticket.page}" if ticket.page else "",
        browser_info=BROWSER,
        context_data=msgspec.json.encode({"page": ticket.page} if ticket.page else {}).decode(),
    )


@singledispatch
def _told(step: Step, telling: Telling, command_id: uuid.UUID) -> Command:
    raise TypeError(f"nobody knows how to tell {type(step).__name__}")


@_told.register
def _(step: Says, telling: Telling, command_id: uuid.UUID) -> Command:
    telling.count(step.audience)
    return commands.PostMessage(
        **telling.stamp(step, command_id),
        body=step.text,
        audience=step.audience.value,
        source=telling.ticket.source.value,
    )


@_told.register
def _(step: Moves, telling: Telling, command_id: uuid.UUID) -> Command:
    return commands.ChangeStatus(**telling.stamp(step, command_id), status=step.status.value)


@_told.register
def _(step: Assigns, telling: Telling, command_id: uuid.UUID) -> Command:
    return commands.AssignTicket(**telling.stamp(step, command_id), assignee=telling.people[step.agent])


@_told.register
def _(step: Presses, telling: Telling, command_id: uuid.UUID) -> Command:
    return commands.ChangePriority(**telling.stamp(step, command_id), priority=step.priority.value)


@_told.register
def _(step: Labels, telling: Telling, command_id: uuid.UUID) -> Command:
    return commands.ChangeTags(**telling.stamp(step, command_id), tags=step.tags)


@_told.register
def _(step: Reads, telling: Telling, command_id: uuid.UUID) -> Command:
    return commands.MarkRead(**telling.stamp(step, command_id), sequence=telling.seen_by[step.who in STAFF])

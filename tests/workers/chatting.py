"""What tests of live chats share: a clock with its beats, agents who come and go, how a chat stands."""

from datetime import UTC, datetime, timedelta
from typing import Any

from core import command_log
from core.contracts import decode, kind_of
from core.ids import new_id
from core.models import User
from support import commands, presence
from support.models import Change, ChatSession, SupportTicket
from tests.support.conftest import Desk
from workers import chats
from workers.persistence import drain

BEGIN = datetime(2026, 3, 10, 10, 24, tzinfo=UTC)


class Clock:
    """The time that everything goes by, and beat with it."""

    def __init__(self, traveller: Any, desk: Desk) -> None:
        self.traveller, self.desk = traveller, desk
        self.to(0)

    def to(self, seconds: float) -> None:
        """So many seconds after the beginning."""
        self.desk.now = BEGIN + timedelta(seconds=seconds)
        self.traveller.move_to(self.desk.now, tick=False)

    def look(self, times: int = 1) -> list[str]:
        """So many beats at one moment, then the drain; the commands they found, each once."""
        for _ in range(times):
            chats.look(datetime.now(UTC))
        found = {entry.command_id: kind_of(decode(entry.payload)) for entry in command_log.read(0, count=50)}
        while command_log.length(0):
            drain(0)
        return sorted(found.values())


def is_here(desk: Desk, *agents: User) -> None:
    for agent in agents:
        presence.renew(agent.pk)
        command = commands.SetAvailability(id=new_id(), actor=agent.actor, at=desk.now, availability="online")
        command_log.append([command])
    drain(0)


def is_gone(agent: User) -> None:
    """As the presence worker finds it when their lease has lapsed."""
    command = commands.ExpirePresence(
        id=new_id(), actor="system:support", at=datetime.now(UTC), user_id=agent.pk
    )
    command_log.append([command])
    drain(0)


def take(agent: User, kind: Any, ticket: SupportTicket) -> None:
    session = session_of(ticket)
    command = kind(
        id=new_id(), actor=agent.actor, at=datetime.now(UTC), ticket_id=ticket.pk, session_id=session.pk
    )
    command_log.append([command])
    drain(0)


def session_of(ticket: SupportTicket) -> ChatSession:
    return ChatSession.objects.select_related("offered_to", "agent").get(ticket=ticket)


def standing(ticket: SupportTicket) -> tuple[str, str | None]:
    """Its state, and whoever it is offered to or has."""
    session = session_of(ticket)
    who = session.offered_to or session.agent
    return session.state, who.username if who else None


def kinds(ticket: SupportTicket) -> list[str]:
    return list(Change.objects.filter(ticket=ticket).order_by("created_at").values_list("kind", flat=True))


def chat_at(clock: Clock, person: User, seconds: float) -> SupportTicket:
    clock.to(seconds)
    ticket = clock.desk.chat(person)
    clock.to(seconds)
    return ticket

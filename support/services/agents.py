"""Services of availability: declared by an agent, borne out by their lease."""

import uuid
from datetime import datetime

from core.contracts import Command
from core.models import User
from core.problems import Refused
from support import commands, events
from support.models import SupportUserStatus
from support.policies import may
from support.services.work import Outcome, Work, record
from support.workflow import Availability


def set_availability(work: Work, command: commands.SetAvailability) -> Outcome:
    """What the agent declares holds at once: the page they declare it from bears it out."""
    agent = work.actor(command)
    if not may(agent).help:
        raise Refused("forbidden")
    return _change(work, command, agent, declared=command.availability, present=True)


def restore_presence(work: Work, command: commands.RestorePresence) -> Outcome:
    """Their page is open again."""
    agent = work.actor(command)
    if not may(agent).help:
        raise Refused("forbidden")
    return _change(work, command, agent, declared=None, present=True)


def expire_presence(work: Work, command: commands.ExpirePresence) -> Outcome:
    """Their lease has lapsed: whatever they declared, nobody is there."""
    agent = work.users.get(command.user_id)
    if agent is None:
        raise Refused("not-found", "That account does not exist any more.")
    return _change(work, command, agent, declared=None, present=False)


def _change(work: Work, command: Command, agent: User, *, declared: str | None, present: bool) -> Outcome:
    row = work.agents.get(agent.pk) or _fresh(agent.pk, command.at)
    before = row.effective
    row.declared = declared or row.declared
    row.is_present, row.changed_at = present, command.at
    row.last_seen_at = command.at if present else row.last_seen_at
    row.is_online = row.effective == Availability.ONLINE
    changed = events.caused_by(
        command,
        events.AvailabilityChanged,
        user_id=agent.pk,
        before=before,
        after=row.effective,
        is_online=row.is_online,
    )
    change = record(command, [changed], user=agent, **{"from": before, "to": row.effective})
    return Outcome(rows=[row, change], events=[changed])


def _fresh(user_id: uuid.UUID, at: datetime) -> SupportUserStatus:
    return SupportUserStatus(user_id=user_id, changed_at=at)

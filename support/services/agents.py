"""Services of availability: declared by an agent, observed by the system; what follows is `support.availability`'s.

Every command ends in `_settle`, which computes the effective availability, lets the public see it when it may, and
keeps the history. A command that changes nothing causes no event.
"""

import uuid
from copy import copy
from datetime import datetime

from django.utils.translation import gettext_noop as _

from core.contracts import Command, Event
from core.models import User
from core.problems import Refused
from support import chat_commands, chat_events, commands, events
from support.availability import Declared, Observed, effective, may_show
from support.models import SupportUserStatus
from support.policies import may
from support.services.availability import history
from support.services.work import Outcome, Work, record
from support.workflow import Availability


def set_availability(work: Work, command: commands.SetAvailability) -> Outcome:
    """What the agent declares holds at once: the page they declare it from bears it out."""
    agent = _helper(work, command)
    pin = command.pinned_until if command.availability == Availability.ONLINE else None
    said = Declared(command.availability, pin)
    return _settle(work, command, agent, Observed(is_present=True, input_at=command.at), said)


def restore_presence(work: Work, command: commands.RestorePresence) -> Outcome:
    """Their page is open again, or somebody touches it again."""
    observed = Observed(is_present=True, input_at=command.input_at)
    return _settle(work, command, _helper(work, command), observed)


def observe_presence(work: Work, command: commands.ObservePresence) -> Outcome:
    """Nobody touches their pages, a pin has run out, or a change has held long enough to be shown."""
    observed = Observed(command.is_present, command.input_at)
    return _settle(work, command, _person(work, command.user_id), observed)


def expire_presence(work: Work, command: commands.ExpirePresence) -> Outcome:
    """Their lease has lapsed: no page of theirs is open. What an agent no more declared, a pin too, ends with it."""
    row, person = work.agents.get(command.user_id), _person(work, command.user_id)
    observed = Observed(is_present=False, input_at=row.input_at if row else None)
    said = None if may(person).help else Declared(Availability.OFFLINE, None)
    return _settle(work, command, person, observed, said)


def set_chat_capacity(work: Work, command: chat_commands.SetChatCapacity) -> Outcome:
    """How many live chats they take at once from now on; what they have stays theirs."""
    agent = _helper(work, command)
    row = work.agents.get(agent.pk) or SupportUserStatus(user_id=agent.pk, changed_at=command.at)
    before, row.chat_capacity = row.chat_capacity, command.capacity
    chosen = events.caused_by(command, chat_events.ChatCapacitySet, user_id=agent.pk)
    change = record(command, [chosen], user=agent, **{"from": before, "to": command.capacity})
    return Outcome(rows=[row, change], events=[chosen])


def _helper(work: Work, command: Command) -> User:
    agent = work.actor(command)
    if not may(agent).help:
        raise Refused("forbidden")
    return agent


def _person(work: Work, user_id: uuid.UUID) -> User:
    agent = work.users.get(user_id)
    if agent is None:
        raise Refused("not-found", _("That account does not exist any more."))
    return agent


def _settle(
    work: Work, command: Command, agent: User, observed: Observed, said: Declared | None = None
) -> Outcome:
    row = work.agents.get(agent.pk) or SupportUserStatus(user_id=agent.pk, changed_at=command.at)
    before = copy(row)
    said = said or row.declaration
    row.declared, row.pinned_until = said.availability, said.pinned_until
    row.is_present, row.input_at = observed.is_present, observed.input_at
    row.last_seen_at = command.at if observed.is_present else row.last_seen_at
    found = effective(said, observed, command.at)
    row.availability, row.reason = found.availability, found.reason
    if found.availability != before.availability:
        row.changed_at = command.at
    _show(row, before, command.at)
    caused = _events(command, before, row)
    change = record(command, caused, user=agent, **{"from": before.availability, "to": row.availability})
    return Outcome(rows=[row, change, *history(command, before, row)], events=caused)


def _show(row: SupportUserStatus, before: SupportUserStatus, now: datetime) -> None:
    """Let the public see what is, if it has been so for long enough."""
    if row.wanted == row.shown:
        row.wanted_since = None
        return
    if row.wanted != before.wanted or row.wanted_since is None:
        row.wanted_since = now
    if may_show(row.wanted, row.wanted_since, row.observation, now):
        row.shown, row.wanted_since = row.wanted, None
        row.is_online = row.shown == Availability.ONLINE


def _events(command: Command, before: SupportUserStatus, row: SupportUserStatus) -> list[Event]:
    caused: list[Event] = []
    if _told(before) != _told(row):
        changed = events.caused_by(
            command,
            events.AvailabilityChanged,
            user_id=row.user_id,
            before=before.availability,
            after=row.availability,
            is_online=row.availability == Availability.ONLINE,
            reason=row.reason,
        )
        caused.append(changed)
    if before.shown != row.shown:
        shown = events.caused_by(
            command, events.AvailabilityShown, user_id=row.user_id, before=before.shown, after=row.shown
        )
        caused.append(shown)
    return caused


def _told(row: SupportUserStatus) -> tuple[object, ...]:
    """What colleagues see of an agent."""
    return row.declared, row.pinned_until, row.is_present, row.availability, str(row.reason)

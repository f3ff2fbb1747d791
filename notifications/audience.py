"""Who hears of an event, and the named reason each does or does not.

Pure functions on plain data: no database, no clock, no settings. Called by notifications.services.plan with what it
read for the whole batch. Everybody a rule speaks of gets an answer, so that events x audience = rows, always.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from core.contracts import Event, person_of
from notifications.models import Reason
from notifications.person import Person
from notifications.rules import Audience, Rule, switch
from notifications.transports.registry import TRANSPORTS
from support import events


@dataclass(frozen=True, kw_only=True)
class Cast:
    """The people around one event, as they are now."""

    requester: Person | None = None
    assignee: Person | None = None
    new_assignee: Person | None = None
    offered: Person | None = None
    agents: tuple[Person, ...] = ()
    address: Person | None = None


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """One person's answer: told, when `reason` is empty, else withheld for it."""

    person: Person
    reason: Reason | None = None


def hearings(rule: Rule, transport: str, event: Event, cast: Cast) -> list[Hearing]:
    """Everybody this rule speaks of, each with their answer for this transport."""
    return [
        Hearing(person=person, reason=_reason(rule, event, person) or _no_way_to(person, rule, transport))
        for person in listeners(rule, cast)
    ]


def listeners(rule: Rule, cast: Cast) -> Iterable[Person]:
    """Everybody this rule speaks of, told or not."""
    if rule.audience is Audience.AGENTS:
        return cast.agents
    if rule.audience is Audience.HELPERS:
        return [cast.assignee] if cast.assignee else cast.agents
    one = {
        Audience.REQUESTER: cast.requester,
        Audience.GUEST: cast.requester if cast.requester and cast.requester.is_guest else None,
        Audience.ASSIGNEE: cast.assignee,
        Audience.NEW_ASSIGNEE: cast.new_assignee,
        Audience.OFFERED: cast.offered,
        Audience.ADDRESS: cast.address,
    }[rule.audience]
    return [one] if one else []


def _reason(rule: Rule, event: Event, person: Person) -> Reason | None:
    if person.id and person_of(event.actor) == person.id and not rule.to_author:
        return Reason.AUTHOR
    if isinstance(event, events.MessagePosted) and event.audience != "public" and not rule.on_note:
        return Reason.INTERNAL_NOTE
    if isinstance(event, events.TicketAssigned) and rule.audience is Audience.REQUESTER:
        return Reason.NOT_FOR_REQUESTER
    return None if person.is_active else Reason.INACTIVE


def _no_way_to(person: Person, rule: Rule, transport: str) -> Reason | None:
    if switch(rule.notice, transport) in person.muted:
        return Reason.PREFERENCE
    return TRANSPORTS[transport].no_way_to(person)

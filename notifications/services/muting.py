"""Muting: which notices people have turned off, asked for a batch before it is planned.

Called by the drain, together with what its services need, and by the plan for whomever it did not know of then.
"""

import uuid
from collections.abc import Callable, Iterable, Set
from typing import Any, Final, NamedTuple

from core import rows
from notifications.models import Preference
from support.models import SupportTicket

Muted = dict[uuid.UUID, frozenset[str]]
_TURNED_OFF: Final = "user_id = ANY(%s) AND muted <> '[]'"


class Wishes(NamedTuple):
    """What was asked about `people`; who has turned nothing off is not in `muted`."""

    people: frozenset[uuid.UUID]
    muted: Muted


NOBODYS: Final = Wishes(frozenset(), {})


def ask_wishes(tickets: Iterable[SupportTicket]) -> Callable[[], Wishes]:
    """Ask for those of the people of these tickets; what comes back is called when they are wanted."""
    people = people_of(tickets)
    found: Callable[[], list[Preference]] = list
    if people:
        found = rows.ask(Preference, _TURNED_OFF, list(people))
    return lambda: Wishes(people, _muted(found()))


def muted_by(people: Set[uuid.UUID]) -> Muted:
    """What these have turned off; no query for nobody."""
    return _muted(rows.read(Preference, _TURNED_OFF, list(people))) if people else {}


def people_of(tickets: Iterable[SupportTicket]) -> frozenset[Any]:
    """Who asks in these, and who helps."""
    ids = {person for ticket in tickets for person in (ticket.requester_id, ticket.assigned_to_id)}
    return frozenset(ids - {None})


def _muted(chosen: Iterable[Preference]) -> Muted:
    return {preference.user_id: frozenset(preference.muted) for preference in chosen}

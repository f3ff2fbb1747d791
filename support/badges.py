"""Badges: what every page of a person counts, as frames of `/ws/notifications/`: what is unread, for staff their views.

The pages are told besides whether support is there, and agents who exactly. The same facts make the same text, so a
socket can tell whether its page has heard them. Called by the `unread` reaction, and by the sockets on connect and with
each heartbeat; those say also what another app counts (`also_on_pages`). It writes nothing.
"""

import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from core.models import User
from support import frames, selectors

Counter = Callable[[Collection[User]], Mapping[uuid.UUID, str]]
_others: Final[list[Counter]] = []


def badges_of(people: Collection[User]) -> dict[uuid.UUID, list[str]]:
    """The texts of each, in four queries at most, however many they are."""
    unread = selectors.unread_of(people)
    views = selectors.view_counts_of([person for person in people if person.is_staff])
    return {person_id: _texts(tickets, views.get(person_id)) for person_id, tickets in unread.items()}


def also_on_pages(counter: Counter) -> None:
    """An app that support does not know counts something too: one text for each of many people, in one query."""
    _others.append(counter)


def page_badges_of(people: Collection[User]) -> dict[uuid.UUID, list[str]]:
    """Whatever the pages of each show, what is unread before all else."""
    found = badges_of(people)
    here = frames.presence_frame(selectors.online_status(), selectors.agents_online())
    for person in people:
        found[person.pk].insert(1, (here.staff if person.is_staff else here.public) or "")
    for counter in _others:
        for person_id, text in counter(people).items():
            found[person_id].append(text)
    return found


def _texts(tickets: dict[str, int], views: dict[str, int] | None) -> list[str]:
    said: list[dict[str, Any]] = [{"type": "unread", "total": sum(tickets.values()), "tickets": tickets}]
    if views is not None:
        said.append({"type": "counts", "counts": views})
    return [frames.text(frame) for frame in said]

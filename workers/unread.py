"""Unread: counts derived from the cursors, told to the pages of those they concern."""

import uuid
from collections.abc import Iterable
from typing import Any

from core import layer
from core.contracts import Event
from core.layer import GroupFrame
from core.models import User
from support import frames, groups, selectors
from support.models import SupportTicket
from workers.base import reaction


@reaction("unread.refresh")
def refresh(batch: list[Event]) -> Any:
    """The counts of every requester whose tickets the batch touched, and of every agent who is there."""
    touched = {event.ticket_id for event in batch if hasattr(event, "ticket_id")}
    requesters = User.objects.filter(tickets__in=SupportTicket.objects.filter(pk__in=touched)).distinct()
    layer.send(_frames({person.pk: person for person in [*requesters, *selectors.agents_online()]}))


def _frames(people: dict[uuid.UUID, User]) -> Iterable[GroupFrame]:
    for person in people.values():
        tickets = selectors.unread_by_ticket(person)
        yield _to(person, {"type": "unread", "total": sum(tickets.values()), "tickets": tickets})
        if person.is_staff:
            yield _to(person, {"type": "counts", "counts": selectors.view_counts(person)})


def _to(person: User, frame: dict[str, Any]) -> GroupFrame:
    line = frames.text(frame)
    return GroupFrame(group=groups.person(person.pk), public=line, staff=line)

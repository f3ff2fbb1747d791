"""Unread: counts derived from the cursors, told to the pages of those they concern."""

import uuid
from collections.abc import Iterable
from typing import Any

from core import layer
from core.contracts import Event
from core.layer import GroupFrame
from core.models import User
from support import groups, selectors
from support.badges import badges_of
from support.models import SupportTicket
from workers.base import reaction


@reaction("unread.refresh")
def refresh(batch: list[Event]) -> Any:
    """The counts of every requester whose tickets the batch touched, and of every agent.

    An agent who said that they are offline may have a page open too; the queries are the same for one and for all.
    """
    touched = {event.ticket_id for event in batch if hasattr(event, "ticket_id")}
    requesters = User.objects.filter(tickets__in=SupportTicket.everything.filter(pk__in=touched)).distinct()
    layer.send(_frames({person.pk: person for person in [*requesters, *selectors.assignable_agents()]}))


def _frames(people: dict[uuid.UUID, User]) -> Iterable[GroupFrame]:
    for person_id, lines in badges_of(people.values()).items():
        for line in lines:
            yield GroupFrame(group=groups.person(person_id), public=line, staff=line)

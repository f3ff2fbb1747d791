"""Unread: counts derived from the cursors, told to the pages of those they concern."""

from collections.abc import Iterable
from typing import Any

from core import layer
from core.contracts import Event
from core.layer import GroupFrame
from core.models import User
from support import groups
from support.badges import badges_of
from support.models import SupportTicket
from workers.at_pages import at_pages
from workers.base import reaction


@reaction("unread.refresh")
def refresh(batch: list[Event]) -> Any:
    """The counts of every requester whose tickets the batch touched, and of every agent, where they have a page open.

    An agent who said that they are offline may have one too; the queries are the same for one and for all.
    """
    touched = {event.ticket_id for event in batch if hasattr(event, "ticket_id")}
    requesters = SupportTicket.everything.filter(pk__in=touched).order_by().values_list("requester_id")
    agents = User.objects.filter(is_staff=True, is_active=True).values_list("pk")
    if people := at_pages(pk for (pk,) in requesters.union(agents)):
        layer.send(_frames(people))


def _frames(people: list[User]) -> Iterable[GroupFrame]:
    for person_id, lines in badges_of(people).items():
        for line in lines:
            yield GroupFrame(group=groups.person(person_id), public=line, staff=line)

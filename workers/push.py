"""Push: notices to open pages and by other quick transports, and how many are left behind the bell.

Claimed like mail, so twice is once.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from core import dispatch, layer
from core.contracts import Event
from core.layer import GroupFrame
from notifications import bell, services
from notifications.models import IN_APP, Delivery
from support import groups
from support.events import NoticesSeen
from workers.at_pages import at_pages
from workers.base import job, reaction


@job("push.deliver")
def deliver(deliveries: list[str], transport: str = IN_APP) -> dict[str, int]:
    """Tell the open pages of their recipients; what is left after five seconds goes to a task of its own."""
    tally = services.deliver(transport, [uuid.UUID(delivery_id) for delivery_id in deliveries])
    if tally.counts and transport == IN_APP:
        told = Delivery.objects.filter(id__in=deliveries).exclude(recipient=None)
        _tell_unseen(told.values_list("recipient_id", flat=True))
    if tally.more:
        dispatch.publish("push.deliver", transport=transport, deliveries=deliveries)
    return dict(tally.counts)


@reaction("push.unseen")
def unseen(batch: list[Event]) -> Any:
    """The number behind the bell of everybody who has seen something."""
    readers = {event.user_id for event in batch if isinstance(event, NoticesSeen)}
    _tell_unseen(readers)


def _tell_unseen(readers: Iterable[uuid.UUID]) -> None:
    """Two queries, however many they are; one frame for each who has a page open."""
    if people := at_pages(readers):
        layer.send(
            GroupFrame(group=groups.person(person_id), public=line, staff=line)
            for person_id, line in bell.unseen_texts_of(people).items()
        )

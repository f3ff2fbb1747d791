"""Push: notices to open pages and by other quick transports, and how many are left behind the bell.

Claimed row by row like mail, so twice is once.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from core import dispatch, layer
from core.contracts import Event
from core.layer import GroupFrame
from core.models import User
from notifications import bell, services
from notifications.models import IN_APP, Delivery
from support import groups
from support.events import NoticesSeen
from workers.base import job, reaction


@job("push.deliver")
def deliver(deliveries: list[str], transport: str = IN_APP) -> dict[str, int]:
    """Tell the open pages of their recipients; what is left after ten seconds goes to a task of its own."""
    tally = services.deliver(transport, [uuid.UUID(delivery_id) for delivery_id in deliveries])
    if tally.counts and transport == IN_APP:
        told = Delivery.objects.filter(id__in=deliveries).values("recipient_id")
        layer.send(_unseen(User.objects.filter(id__in=told)))
    if tally.more:
        dispatch.publish("push.deliver", transport=transport, deliveries=deliveries)
    return dict(tally.counts)


@reaction("push.unseen")
def unseen(batch: list[Event]) -> Any:
    """The number behind the bell of everybody who has seen something."""
    readers = {event.user_id for event in batch if isinstance(event, NoticesSeen)}
    layer.send(_unseen(User.objects.filter(id__in=readers)))


def _unseen(people: QuerySet[User]) -> Iterable[GroupFrame]:
    """Two queries, however many they are."""
    for person_id, line in bell.unseen_texts_of(people).items():
        yield GroupFrame(group=groups.person(person_id), public=line, staff=line)

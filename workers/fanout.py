"""Fan-out: the one table that says which reactions each event has, and who is rung for them, and when.

A reaction is rung for at once, then at most every PACE_SECONDS: at three hundred batches a second each would run three
hundred times otherwise, which took more processor time than the messages themselves. Called by the drain, and by the
sweep for what a drain that died left unrung.
"""

import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

import redis

from core import dispatch, moments
from core.contracts import Event, encode
from support import chat_events, delivery_events, events, mail_events
from workers import gathering

PACE_SECONDS: Final = 0.25
# What is put where a task will take it must be there before the task runs.
MARGIN_SECONDS: Final = 0.1
Rings = Mapping[str, uuid.UUID]  # by reaction, the batch that rings for it
Publish = Callable[[str, str, float | None], bool]


class Rung(NamedTuple):
    """When the last task of a reaction may run (by the clock of the process), and whose ring it was."""

    due: float
    batch_id: uuid.UUID


NEVER: Final = Rung(float("-inf"), uuid.UUID(int=0))


def dispatch_by_name(name: str, task_id: str, countdown: float | None) -> bool:
    """Publish the task of a reaction."""
    return dispatch.publish(name, task_id=task_id, countdown=countdown)


REACTIONS: dict[type[Event], tuple[str, ...]] = {
    events.TicketOpened: ("broadcast.tickets", "unread.refresh", "notify.release"),
    events.MessagePosted: ("broadcast.tickets", "unread.refresh", "notify.release"),
    events.StatusChanged: ("broadcast.tickets", "unread.refresh", "notify.release"),
    events.TicketAssigned: ("broadcast.tickets", "unread.refresh", "notify.release"),
    chat_events.ChatStarted: ("chats.match", "broadcast.queue"),
    chat_events.ChatOffered: ("broadcast.tickets", "notify.release"),
    chat_events.ChatPassedOn: ("broadcast.tickets", "chats.match"),
    events.ChatAccepted: ("broadcast.tickets", "broadcast.queue"),
    chat_events.ChatFlagged: ("broadcast.tickets",),
    chat_events.QuietAnnounced: ("broadcast.tickets",),
    events.ChatEnded: ("broadcast.tickets", "unread.refresh", "chats.match", "broadcast.queue"),
    events.ChatRated: ("broadcast.tickets",),
    events.TranscriptRequested: ("notify.release",),
    events.PriorityChanged: ("broadcast.tickets",),
    events.TagsChanged: ("broadcast.tickets",),
    events.ReadMoved: ("broadcast.cursors", "unread.refresh"),
    events.DeliveredMoved: ("broadcast.cursors",),
    events.AvailabilityChanged: ("broadcast.presence", "chats.match"),
    chat_events.ChatCapacitySet: ("chats.match",),
    events.AvailabilityShown: ("broadcast.presence",),
    events.GuestLinkRequested: ("notify.release",),
    events.TicketClaimed: ("broadcast.tickets", "unread.refresh"),
    events.AccountMailRequested: ("notify.release",),
    events.NoticesSeen: ("push.unseen",),
    delivery_events.DeliveriesReleased: ("notify.release_due",),
    delivery_events.DeliveryRunStarted: ("notify.start_runs",),
    mail_events.MailReceived: ("inbound.release",),
    mail_events.MailMoved: ("broadcast.mailed",),
    mail_events.MailFailed: ("notify.release",),
}


class Bell:
    """Rings for reactions, under ids that follow from a batch's, so that operators find its tasks in Flower.

    A task that is not due yet takes what comes meanwhile, so nobody rings for that; it is found under who did.
    """

    def __init__(
        self, publish: Publish = dispatch_by_name, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._publish = publish
        self._clock = clock
        self._last: dict[str, Rung] = {}

    def who_rings(self, reactions: Iterable[str], batch_id: uuid.UUID) -> Rings:
        """The batch that rings for each of these: this one, unless what another has rung for is to come."""
        soon = self._clock() + MARGIN_SECONDS
        last = ((name, self._last.get(name, NEVER)) for name in reactions)
        return {name: rung.batch_id if rung.due > soon else batch_id for name, rung in last}

    def ring(self, rings: Rings, batch_id: uuid.UUID) -> None:
        """What this batch rings for has gathered."""
        now = self._clock()
        for name in (name for name, whose in rings.items() if whose == batch_id):
            due = max(now, self._last.get(name, NEVER).due + PACE_SECONDS)
            if self._publish(name, moments.task_id(batch_id, name), due - now or None):
                self._last[name] = Rung(due, batch_id)


bell = Bell()


def queue(pipe: redis.client.Pipeline, caused: Iterable[Event], batch_id: uuid.UUID) -> Rings:
    """Queue events for their reactions on a pipeline of the ephemeral instance; who is to ring for them after it."""
    gathered: dict[str, list[bytes]] = defaultdict(list)
    for event in caused:
        encoded = encode(event)
        for name in REACTIONS[type(event)]:
            gathered[name].append(encoded)
    for name, encoded_events in gathered.items():
        gathering.queue_put(pipe, name, encoded_events)
    return bell.who_rings(gathered, batch_id)


def sweep() -> None:
    """Ring for whatever has gathered: a drain may have died before it rang, or its ring been lost."""
    every: set[Any] = set().union(*REACTIONS.values())
    for name in gathering.waiting(sorted(every)):
        dispatch.publish(name, expires=10)

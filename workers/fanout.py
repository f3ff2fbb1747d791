"""Fan-out: the one table that says which reactions each event has, and their publication, once per drained batch."""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from core import dispatch, moments
from core.contracts import Event, encode
from support import chat_events, delivery_events, events, mail_events

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


def names(caused: Iterable[Event]) -> tuple[str, ...]:
    """The reactions that a batch rings for."""
    return tuple(dict.fromkeys(name for kind in dict.fromkeys(map(type, caused)) for name in REACTIONS[kind]))


def publish(caused: Iterable[Event], batch_id: uuid.UUID) -> None:
    """One task per reaction with everything the batch has for it; what cannot be published is found by a sweep.

    A task's id follows from the batch's, so that operators find it in Flower.
    """
    batches: dict[str, list[str]] = defaultdict(list)
    for event in caused:
        encoded = encode(event).decode()
        for name in REACTIONS[type(event)]:
            batches[name].append(encoded)
    for name, encoded_events in batches.items():
        dispatch.publish(name, task_id=moments.task_id(batch_id, name), events=encoded_events)

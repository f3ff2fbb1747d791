"""Fan-out: the one table that says which reactions each event has, and what a drained batch has for them."""

import logging
from collections import defaultdict
from collections.abc import Iterable

import redis

from core import dispatch
from core.contracts import Event, encode
from support import chat_events, delivery_events, events, mail_events
from workers import gathering

logger = logging.getLogger(__name__)
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
    mail_events.MailFailed: ("notify.release",),
}


def publish(caused: Iterable[Event]) -> None:
    """Gather what the batch has for each reaction, and ring where no ring is under way; sweeps find what is lost."""
    gathered: dict[str, list[str]] = defaultdict(list)
    for event in caused:
        encoded = encode(event).decode()
        for name in REACTIONS[type(event)]:
            gathered[name].append(encoded)
    if not gathered:
        return
    try:
        rings = gathering.put(gathered)
    except redis.RedisError as error:
        logger.warning("fanout: %s will not hear of a batch (%s)", ", ".join(gathered), error)
        return
    for name in rings:
        dispatch.publish(name)

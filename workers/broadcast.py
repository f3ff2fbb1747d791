"""Broadcasts: what open pages show of a change, built from the rows as they are now. At most once by nature.

The hot frame, a stored chat message, is the drain's own. Everything here may be lost: pages ask for what they missed.
"""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils import timezone

from core import dispatch, layer, valkey
from core.contracts import Event
from core.layer import GroupFrame
from core.models import User
from support import events, frames, groups, selectors
from support.mail_events import MailMoved
from support.models import ChatSession, SupportTicket
from workers.base import job, reaction


@reaction("broadcast.tickets")
def tickets(batch: list[Event]) -> Any:
    """Each ticket's new state to its requester and the desk; to its thread unless it only got a message.

    A new one too: whoever began it as a live chat is in its thread already.
    """
    touched = {event.ticket_id for event in batch if hasattr(event, "ticket_id")}
    others = [event for event in batch if not isinstance(event, events.MessagePosted)]
    changed = {event.ticket_id for event in others if hasattr(event, "ticket_id")}
    layer.send(_ticket_frames(touched, changed))


def _ticket_frames(ticket_ids: Iterable[uuid.UUID], changed: set[uuid.UUID]) -> Iterable[GroupFrame]:
    chats = selectors.chats_of(ticket_ids)
    for ticket in SupportTicket.objects.filter(pk__in=ticket_ids).select_related("requester", "assigned_to"):
        public, staff = (_ticket_frame(ticket, chats.get(ticket.pk), staff=staff) for staff in (False, True))
        if ticket.pk in changed:
            yield GroupFrame(group=groups.chat(ticket.pk), public=public, staff=staff)
        yield GroupFrame(group=groups.person(ticket.requester_id), public=public, staff=staff)
        yield GroupFrame(group=groups.STAFF, staff=staff)


def _ticket_frame(ticket: SupportTicket, chat: ChatSession | None, *, staff: bool) -> str:
    return frames.text({"type": "ticket", "ticket": frames.ticket_state(ticket, staff=staff, chat=chat)})


@reaction("broadcast.cursors")
def cursors(batch: list[Event]) -> Any:
    """Delivered and seen, for the writers of what was read. A requester's stream and the staff's count differently."""
    moves = [event for event in batch if isinstance(event, events.ReadMoved | events.DeliveredMoved)]
    found = selectors.in_both_streams([(move.ticket_id, move.sequence, move.is_support) for move in moves])
    layer.send(_cursor_frame(move, *both) for move, both in zip(moves, found, strict=True))


def _cursor_frame(move: events.ReadMoved | events.DeliveredMoved, public: int, staff: int) -> GroupFrame:
    kind = "read" if isinstance(move, events.ReadMoved) else "received"
    frame = {"type": kind, "user_id": str(move.user_id), "is_support": move.is_support}
    return GroupFrame(
        group=groups.chat(move.ticket_id),
        public=frames.text({**frame, "sequence": public}),
        staff=frames.text({**frame, "sequence": staff}),
    )


@reaction("broadcast.mailed")
def mailed(batch: list[Event]) -> Any:
    """The desk hears that what it says of a ticket's mails is not true any more."""
    layer.send([frames.mailed_frame({event.ticket_id for event in batch if isinstance(event, MailMoved)})])


@reaction("broadcast.queue")
def queue(_batch: list[Event]) -> Any:
    """Everybody's place in the queue, when somebody came or left it: at most once a second, and not before the last.

    One small frame for each who waits. Whoever comes within the second is told at its end.
    """
    client = valkey.ephemeral()
    if client.set("queue:told", "1", nx=True, px=1000):
        places = selectors.places(timezone.now())
        waiting = frames.text({"type": "queue", "waiting": len(places)})
        told = [frames.queue_frame(ticket_id, place) for ticket_id, place in places.items()]
        layer.send([GroupFrame(group=groups.STAFF, staff=waiting), *told])
    elif client.set("queue:due", "1", nx=True, px=900):  # gone when the task it stands for runs
        dispatch.publish("broadcast.queue", events=[], countdown=1)


@reaction("broadcast.presence")
def presence(batch: list[Event]) -> Any:
    """Who is there: all agents to staff at once, whether support is there to everybody when the public may see it."""
    here = frames.presence_frame(selectors.online_status(), selectors.agents_online())
    is_public = any(isinstance(event, events.AvailabilityShown) for event in batch)
    layer.send([here if is_public else replace(here, public=None)])


@job("broadcast.typing", autoretry_for=(), expires=3)
def typing(*, ticket_id: str, user_id: str, name: str, is_support: bool, audience: str = "public") -> None:
    """Somebody is writing. Worthless after three seconds, so it is neither retried nor kept."""
    who = {"id": user_id, "name": name, "is_support": is_support}
    line = frames.text({"type": "typing", "user": who, "audience": audience})
    layer.send(
        [GroupFrame(group=groups.chat(ticket_id), public=line if audience == "public" else None, staff=line)]
    )


@job("broadcast.viewing", autoretry_for=(), expires=10)
def viewing(*, ticket_id: str, user_id: str, over: bool) -> None:
    """An agent looks at a thread, or has left it. For colleagues alone; the next one says it again."""
    agents = User.objects.filter(pk=user_id, is_staff=True, is_active=True)
    layer.send(frames.viewing_frame(ticket_id, agent, over=over) for agent in agents)

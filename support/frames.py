"""Frames: how the domain's objects look on the wire, over HTTP and WebSocket alike.

A stored message is rendered once per kind of reader, in the drain; sockets forward the text. Requesters never see an
agent's own address, an internal note or the numbers of the staff's stream.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings

from core.layer import GroupFrame
from core.models import User
from core.problems import Refused
from support import groups, richtext
from support.file_list import with_files
from support.files import file_json
from support.models import ChatMessage, ChatSession, SupportTicket
from support.models.sessions import Place, SessionState
from support.selectors import MessagePage, OnlineStatus

_encoder = msgspec.json.Encoder()


class _Refusal(msgspec.Struct, frozen=True):
    """What a refusal says on its way to the sender's socket."""

    code: str
    words: str
    values: dict[str, str]
    id: str


_refusals = msgspec.json.Decoder(_Refusal)


def text(frame: dict[str, Any]) -> str:
    """The JSON text of a frame."""
    return _encoder.encode(frame).decode()


def moment(value: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return value.isoformat().replace("+00:00", "Z") if value else None


def person_json(user: User | None, *, staff: bool) -> dict[str, Any] | None:
    """A person as others see them. An agent's own address is for staff only."""
    if user is None:
        return None
    return {
        "id": str(user.pk),
        "email": user.mail_address if staff or not user.is_staff else settings.SUPPORT_EMAIL,
        "first_name": user.first_name,
        "last_name": user.last_name if staff or not user.is_staff else "",
        "name": user.display_name,
        "initials": user.initials if staff or not user.is_staff else user.display_name[:2].upper(),
        "hue": user.hue,
    }


def message_html(message: ChatMessage) -> str:
    """What it looks like, to everybody alike."""
    return with_files(richtext.render(message.body), message.ticket_id, message.files)


def message_json(
    message: ChatMessage,
    *,
    staff: bool,
    author: User | None = None,
    html: str | None = None,
    requester_read: int = 0,
    staff_read: int = 0,
) -> dict[str, Any]:
    """A message of the contract. The cursors count in their owners' streams; the author's side has read by writing."""
    return {
        "id": str(message.pk),
        "ticket_id": str(message.ticket_id),
        "sequence": message.sequence(staff=staff),
        "message": message.body,
        "html": message_html(message) if html is None else html,
        "files": [file_json(message.ticket_id, file) for file in message.files],
        "sender": person_json(author or message.author, staff=staff),
        "is_support": message.is_support,
        "audience": message.audience,
        "source": message.source,
        "created_at": moment(message.created_at),
        "read_by_user": not message.is_support or 0 < (message.public_sequence or 0) <= requester_read,
        "read_by_support": message.is_support or message.staff_sequence <= staff_read,
    }


def messages_json(page: MessagePage, *, staff: bool) -> list[dict[str, Any]]:
    """The messages of a page, each with whether both sides have seen it."""
    return [
        message_json(message, staff=staff, requester_read=page.requester_read, staff_read=page.staff_read)
        for message in page.messages
    ]


def message_frame(message: ChatMessage, author: User | None) -> GroupFrame:
    """A stored message for everybody in its thread."""
    html = message_html(message)

    def to(*, staff: bool) -> str:
        said = message_json(message, staff=staff, author=author, html=html)
        return text({"type": "message", "message": said})

    public = to(staff=False) if message.public_sequence is not None else None
    numbers = (message.public_sequence or 0, message.staff_sequence)
    at = (message.created_at.timestamp(), *numbers, str(message.author_id))
    return GroupFrame(group=groups.chat(message.ticket_id), public=public, staff=to(staff=True), said=at)


def refusal_frame(ticket_id: uuid.UUID, actor: str, refused: Refused, message_id: uuid.UUID) -> GroupFrame:
    """Tells the sender, and nobody else, that a command was refused or held after it was accepted.

    Not yet in words: the sender's socket knows their language and says it.
    """
    told = _Refusal(refused.code, refused.words, refused.values, str(message_id))
    line = _encoder.encode(told).decode()
    return GroupFrame(group=groups.chat(ticket_id), public=line, staff=line, only=actor)


def read_refusal(line: str) -> tuple[Refused, str]:
    """The refusal of such a frame, and the id of what was refused."""
    told = _refusals.decode(line)
    return Refused(told.code, told.words, values=told.values), told.id


def canary_frame(sent_at: datetime) -> GroupFrame:
    """For the web processes themselves; no socket is in that group."""
    return GroupFrame(group=groups.CANARY, public=text({"type": "canary", "sent_at": sent_at.timestamp()}))


def viewing_frame(ticket_id: uuid.UUID | str, agent: User, *, over: bool) -> GroupFrame:
    """An agent looks at a thread, or not any more: for the other agents there, never for its requester."""
    who = {"id": str(agent.pk), "name": agent.display_name, "initials": agent.initials, "hue": agent.hue}
    line = text({"type": "viewing", "user": who, "over": over})
    return GroupFrame(group=groups.chat(ticket_id), public=None, staff=line)


def chat_json(session: ChatSession, *, staff: bool) -> dict[str, Any]:
    """A live chat, and what its requester thought of it. To whom it is offered is the team's own business."""
    facts = {
        "id": str(session.pk),
        "ticket_id": str(session.ticket_id),
        "state": SessionState.WAITING.value if session.is_queued else session.state,
        "position": session.place.position if session.place else None,
        "expected_wait": session.place.expected_wait if session.place else None,
        "agent": person_json(session.agent, staff=staff),
        "created_at": moment(session.created_at),
        "accepted_at": moment(session.accepted_at),
        "ended_at": moment(session.ended_at),
        "ended_by": person_json(session.ended_by, staff=staff),
        "end_cause": session.end_cause,
        "rating": session.rating,
        "rating_comment": session.rating_comment,
        "quiet_ends_at": moment(_quiet_ends_at(session)),
    }
    if not staff:
        return facts
    offer = {"agent": person_json(session.offered_to, staff=True), "ends_at": moment(session.offer_ends_at)}
    return facts | {
        "offer": offer if session.offered_to else None,
        "unattended_since": moment(session.unattended_since),
    }


def _quiet_ends_at(session: ChatSession) -> datetime | None:
    """When silence ends it, as the thread was told."""
    if session.state != SessionState.ACTIVE or session.warned_at is None:
        return None
    return session.warned_at + timedelta(seconds=settings.CHAT_QUIET_NOTICE)


def queue_frame(ticket_id: uuid.UUID, place: Place) -> GroupFrame:
    """Somebody's place in the queue, for their thread."""
    line = text(
        {
            "type": "queue",
            "ticket_id": str(ticket_id),
            "position": place.position,
            "expected_wait": place.expected_wait,
        }
    )
    return GroupFrame(group=groups.chat(ticket_id), public=line, staff=line)


def ticket_state(ticket: SupportTicket, *, staff: bool, chat: ChatSession | None = None) -> dict[str, Any]:
    """What a thread's page shows of its ticket, for `ticket` frames; `chat` is its newest live chat."""
    return {
        "id": str(ticket.pk),
        "number": ticket.number,
        "reference": ticket.reference,
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "ticket_type": ticket.ticket_type,
        "tags": ticket.tags,
        "assigned_to": person_json(ticket.assigned_to, staff=staff),
        "updated_at": moment(ticket.updated_at),
        "resolved_at": moment(ticket.resolved_at),
        "last_sequence": ticket.last_sequence(staff=staff),
        "revision": ticket.revision,
        "chat": chat_json(chat, staff=staff) if chat else None,
    }


def mailed_frame(tickets: Iterable[uuid.UUID]) -> GroupFrame:
    """For the desk: what became of these tickets' mails has changed."""
    return GroupFrame(
        group=groups.STAFF, staff=text({"type": "mailed", "tickets": sorted(map(str, tickets))})
    )


def presence_frame(status: OnlineStatus, agents: Iterable[User]) -> GroupFrame:
    """Whether support is there, for everybody's pages; who exactly, for staff."""
    known = {
        "type": "presence",
        "is_online": status.is_online,
        "availability": status.availability,
        "support_name": status.support_name,
    }
    present = [
        {"id": str(agent.pk), "name": agent.display_name, "availability": agent.support_status.availability}
        for agent in agents
    ]
    return GroupFrame(group=groups.PRESENCE, public=text(known), staff=text({**known, "agents": present}))

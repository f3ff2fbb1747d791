"""Histories: what a page is told of a thread when it comes, when it comes back, and when it looks further up.

One builder for both ways to a page: the sockets say it as a `chat_history` frame, the API answers with it, so that a
page without a socket ends with the same view. Every read starts from what the person may see now, not from what they
might when they came. It writes nothing.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.models import User
from core.problems import Refused
from support import frames, selectors
from support.models import SupportTicket
from support.selectors import Reader
from support.selectors.threads import MESSAGES, MessagePage

History = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Thread:
    """Whose eyes, which ticket. A live chat has no ticket until its first message is stored."""

    user: User
    ticket_id: uuid.UUID
    may_be_unborn: bool = False


def opening(thread: Thread, limit: int = MESSAGES) -> History:
    """The newest messages, the ticket, and how far both sides are: all a page needs to be right."""
    ticket = _visible(thread)
    if ticket is None:
        return _history(thread, None) | _before_this(thread.user)
    page = selectors.messages_of(ticket, staff=thread.user.is_staff, limit=limit)
    return _history(thread, page) | _standing(thread, ticket)


def behind(thread: Thread, after: int) -> History:
    """What a page missed since `after`, and how everything else stands."""
    ticket = _visible(thread)
    if ticket is None:
        return _history(thread, None) | {"after": after} | _before_this(thread.user)
    page = selectors.messages_of(ticket, staff=thread.user.is_staff, after=after)
    return _history(thread, page) | {"after": after} | _standing(thread, ticket)


def before(thread: Thread, before: int, limit: int = MESSAGES) -> History:
    """What came earlier than `before`."""
    ticket = _visible(thread)
    staff = thread.user.is_staff
    page = selectors.messages_of(ticket, staff=staff, before=before, limit=limit) if ticket else None
    return _history(thread, page) | {"before": before}


def _visible(thread: Thread) -> SupportTicket | None:
    """The ticket; None for a live chat before its first message. Raises Refused not-found."""
    visible = SupportTicket.objects.visible_to(thread.user).select_related("assigned_to")
    ticket = visible.filter(pk=thread.ticket_id).first()
    if ticket is None and not thread.may_be_unborn:
        raise Refused("not-found")
    return ticket


def _history(thread: Thread, page: MessagePage | None) -> History:
    page = page or MessagePage([], 0)
    return {
        "ticket_id": str(thread.ticket_id),
        "messages": frames.messages_json(page, staff=thread.user.is_staff),
        "last_sequence": page.last_sequence,
        "limited": page.limited,
    }


def _before_this(user: User) -> History:
    """The chat that ended a moment ago: its page, loaded anew, may still show and rate it."""
    chat = selectors.just_ended(user, datetime.now(UTC))
    if chat is None:
        return {}
    return {"previous": frames.ticket_state(chat.ticket, staff=user.is_staff, chat=chat)}


def _standing(thread: Thread, ticket: SupportTicket) -> History:
    """The ticket, the reader's own place, and how far the other side is, counted in the reader's stream."""
    staff = thread.user.is_staff
    chat = selectors.chats_of([ticket.pk]).get(ticket.pk)
    [progress] = selectors.progress_of([Reader(thread.user.pk, ticket.pk, staff)])
    return {
        "ticket": frames.ticket_state(ticket, staff=staff, chat=chat),
        "read_sequence": progress.own_read,
        "others": {"read": progress.read, "received": progress.received},
    }

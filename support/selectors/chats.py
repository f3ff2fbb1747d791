"""Live chats as their readers see them: the newest of a ticket, and a person's last.

Called by the pages, the API, the sockets and the broadcasts. It writes nothing.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Case, When
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from core.models import User
from core.problems import Refused
from support.chat_identity import live_ticket_id
from support.models import ChatSession, SupportTicket
from support.models.sessions import RATABLE_FOR, SessionState
from support.selectors.queue import places

# After this, who opens the chat wants to ask something new, not to look back.
FRESH: Final = timedelta(hours=1)


def chats_of(ticket_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, ChatSession]:
    """The newest chat of each ticket that has one, by ticket; those that wait with their place."""
    rows = ChatSession.objects.filter(ticket_id__in=list(ticket_ids))
    rows = rows.select_related("agent", "ended_by", "offered_to").order_by("ticket_id", "-created_at")
    found = {row.ticket_id: row for row in rows.distinct("ticket_id")}
    queue = places(timezone.now()) if any(row.is_queued for row in found.values()) else {}
    for ticket_id, row in found.items():
        row.place = queue.get(ticket_id)
    return found


def chat_of(ticket: SupportTicket) -> ChatSession:
    """The ticket's newest chat; raises Refused("not-found")."""
    found = chats_of([ticket.pk]).get(ticket.pk)
    if found is None:
        raise Refused("not-found", _("There’s no chat on this ticket."))
    return found


def live_chat_of(user: User) -> tuple[uuid.UUID, bool]:
    """The ticket that is the person's `general`, and whether it exists: until its first message it does not.

    A person has one live session at most. It need not be the newest: one begun as a guest may have joined later.
    """
    live_first = Case(When(state=SessionState.ENDED, then=1), default=0)
    newest = ChatSession.objects.filter(requester=user).order_by(live_first, "-created_at").first()
    if newest and newest.state != SessionState.ENDED:
        return newest.ticket_id, True
    return live_ticket_id(user.pk, newest.pk if newest else None), False


def is_ratable(chat: ChatSession, now: datetime) -> bool:
    """Whether its requester may say what they thought of it: ended within seven days, and no other begun since."""
    if chat.ended_at is None or now - chat.ended_at > RATABLE_FOR:
        return False
    newer = ChatSession.objects.filter(requester_id=chat.requester_id, created_at__gt=chat.created_at)
    return not newer.exists()


def just_ended(user: User, now: datetime) -> ChatSession | None:
    """The person's newest chat if it ended within the last hour: its words and its rating are still at hand."""
    rows = ChatSession.objects.filter(requester=user).select_related(
        "agent", "ended_by", "ticket__assigned_to"
    )
    newest = rows.order_by("-created_at").first()
    if newest is None or newest.state != SessionState.ENDED or newest.ended_at is None:
        return None
    return newest if now - newest.ended_at <= FRESH else None

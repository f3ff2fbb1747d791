"""The queue of live chats: who waits in which place, what the wait usually is, which agents could take one.

Called by the faces (through `selectors.chats_of`), the broadcasts and workers.chats. A handful of rows whatever was
chatted before: what is live has an index of its own. It writes nothing.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from support.matching import Asker, Helper
from support.models import ChatSession
from support.models.sessions import QUEUED, Place, SessionState
from support.selectors.agents import agents_for_chats
from support.waits import usual_wait

RECENT: Final = timedelta(hours=1)
_LIVE: Final = ~Q(state=SessionState.ENDED)


def places(now: datetime) -> dict[uuid.UUID, Place]:
    """Every waiting chat with its place, by ticket, first come first served."""
    waiting = ChatSession.objects.filter(_LIVE, state__in=sorted(QUEUED)).order_by("created_at", "pk")
    ticket_ids = list(waiting.values_list("ticket_id", flat=True))
    if not ticket_ids:
        return {}
    wait = _usual_wait(now)
    return {ticket_id: Place(number, wait) for number, ticket_id in enumerate(ticket_ids, start=1)}


def _usual_wait(now: datetime) -> int | None:
    """From the chats of the last hour and those that have waited for longer."""
    recent = Q(created_at__gt=now - RECENT) | (_LIVE & Q(state__in=sorted(QUEUED)))
    served: list[int] = []
    unserved: list[int] = []
    for began, accepted, ended in ChatSession.objects.filter(recent).values_list(
        "created_at", "accepted_at", "ended_at"
    ):
        length = max(0, round(((accepted or ended or now) - began).total_seconds()))
        (served if accepted else unserved).append(length)
    return usual_wait(served, unserved)


def queued() -> list[ChatSession]:
    """Whoever waits, longest first, with their tickets and requesters, for the desk."""
    waiting = ChatSession.objects.filter(_LIVE, state__in=sorted(QUEUED)).select_related("ticket__requester")
    return list(waiting.order_by("created_at", "pk"))


def live_chats() -> list[ChatSession]:
    """All that wait or go on, longest first, each with its ticket and what is known of whoever it depends on."""
    people = ("agent__support_status", "offered_to__support_status", "ticket__assigned_to__support_status")
    rows = ChatSession.objects.filter(_LIVE).select_related("ticket", *people)
    return list(rows.order_by("created_at", "pk"))


def waiting_chats(live: Iterable[ChatSession]) -> list[Asker]:
    """Those that can be offered to somebody."""
    return [
        Asker(
            session_id=session.pk,
            since=session.created_at,
            assignee=session.ticket.assigned_to_id,
            passes={uuid.UUID(who): datetime.fromisoformat(at) for who, at in session.passes.items()},
        )
        for session in live
        if session.state == SessionState.WAITING
    ]


def helpers(live: Iterable[ChatSession]) -> list[Helper]:
    """The agents who are online with a page open; one who is only pinned would not see an offer."""
    busy = [who for session in live for who in {session.agent_id, session.offered_to_id} if who]
    return [
        Helper(
            id=agent.pk,
            chats=busy.count(agent.pk),
            capacity=agent.support_status.capacity,
            last_chat_at=getattr(agent, "last_chat_at", None),
        )
        for agent in agents_for_chats()
        if agent.support_status.is_present
    ]

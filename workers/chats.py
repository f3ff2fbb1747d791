"""Chats: whoever waits is offered to somebody, whoever is gone is relieved, silence ends what nobody goes on with.

Beat rings every five seconds, and every event that changes who waits or who could help rings at once. It looks at the
rows as they are and appends what follows (`support.chat_care`); two who look at the same moment find the same and name
it the same. It writes no row: the drain does.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings

from core import dispatch
from core.contracts import Event
from support import chat_care, selectors
from support.matching import match
from support.models import ChatSession, SupportUserStatus
from support.models.sessions import SessionState
from workers.base import job, reaction

# Whoever has just accepted a chat is there, even without an open page: no colleague takes it from under their hands.
ACCEPTED_LATELY: Final = timedelta(seconds=10)


@reaction("chats.match")
def match_now(_batch: list[Event]) -> Any:
    """Somebody waits, came, has room again, or let a chat pass."""
    look(datetime.now(UTC))


@job("chats.sweep", send_events=False)
def sweep() -> None:
    """The same by the clock; and whoever waits hears again how things stand, in case they did not."""
    if any(session.is_queued for session in look(datetime.now(UTC))):
        dispatch.publish("broadcast.queue", events=[], expires=5)


def look(now: datetime) -> Sequence[ChatSession]:
    """Ask for what is due of every live chat; those chats."""
    live = selectors.live_chats()
    by_id = {session.pk: session for session in live}
    for session in live:
        _care(session, now)
    for session_id, agent_id in match(selectors.waiting_chats(live), selectors.helpers(live), now).items():
        chat_care.offer(by_id[session_id], agent_id)
    return live


def _care(session: ChatSession, now: datetime) -> None:
    if session.state == SessionState.ACTIVE:
        _watch(session, now)
        return
    whose = session.offered_to or session.ticket.assigned_to
    row = _row_of(whose)
    if row is not None and not row.is_present:
        chat_care.hand_on(session, row)
    elif session.offer_ends_at and session.offer_ends_at <= now:
        chat_care.expire(session)


def _watch(session: ChatSession, now: datetime) -> None:
    row = _row_of(session.agent)
    is_new = session.accepted_at is not None and now - session.accepted_at < ACCEPTED_LATELY
    if row is not None and row.is_present == (session.unattended_since is not None) and not is_new:
        chat_care.flag(session, row)
    since = session.quiet_since(session.ticket)
    notice = timedelta(seconds=settings.CHAT_QUIET_NOTICE)
    if session.was_warned_since(since):
        if session.warned_at and session.warned_at + notice <= now:
            chat_care.end_quiet(session, since)
    elif since + timedelta(seconds=settings.CHAT_QUIET) - notice <= now:
        chat_care.announce_quiet(session, since)


def _row_of(person: Any) -> SupportUserStatus | None:
    """What is known of an agent; nothing of somebody who never declared anything."""
    return getattr(person, "support_status", None)

"""What the system does for live chats, as commands: offered, expired, handed on, flagged, ended by silence.

Called by workers.chats alone. Every id is derived from the chat and from what was found, so that two beats, or a beat
and an event, that find the same ask for it once. Writes nothing: the services look again before they do it.
"""

import uuid
from datetime import UTC, datetime
from typing import Any

from core import ids
from support import chat_commands
from support.doorway import SYSTEM, append
from support.models import ChatSession, SupportUserStatus


def offer(session: ChatSession, agent_id: uuid.UUID) -> None:
    """The next offer of this chat."""
    number = session.offers + 1
    about = _about(session, "offer_chat", str(number), str(agent_id))
    append(chat_commands.OfferChat(**about, user_id=agent_id, number=number))


def expire(session: ChatSession) -> None:
    """Nobody answered the offer that stands."""
    number = session.offers
    append(chat_commands.ExpireOffer(**_about(session, "expire_offer", str(number)), number=number))


def hand_on(session: ChatSession, gone: SupportUserStatus) -> None:
    """It waits for somebody who is gone: the ticket's revision rises whenever it comes to them, and leaves them."""
    about = _about(session, "hand_on_chat", str(gone.user_id), str(session.ticket.revision))
    append(chat_commands.HandOnChat(**about, user_id=gone.user_id))


def flag(session: ChatSession, agent: SupportUserStatus) -> None:
    """Its agent is gone, or back."""
    edge = session.unattended_since or agent.last_seen_at
    about = _about(session, "flag_chat", str(agent.user_id), f"{agent.is_present}/{edge}")
    append(chat_commands.FlagChat(**about, user_id=agent.user_id))


def announce_quiet(session: ChatSession, since: datetime) -> None:
    """Nobody has written for a while."""
    append(chat_commands.AnnounceQuiet(**_about(session, "announce_quiet", str(since)), quiet_since=since))


def end_quiet(session: ChatSession, since: datetime) -> None:
    """Nobody has written since, although the thread was told."""
    append(chat_commands.EndQuietChat(**_about(session, "end_quiet_chat", str(since)), quiet_since=since))


def _about(session: ChatSession, *found: str) -> dict[str, Any]:
    return {
        "id": ids.derive(session.pk, *found),
        "actor": SYSTEM,
        "at": datetime.now(UTC),
        "ticket_id": session.ticket_id,
        "session_id": session.pk,
    }

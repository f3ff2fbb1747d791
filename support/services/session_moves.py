"""How a chat session moves: the only code that changes its state, along the table `FOLLOWS`.

Called by the services of chats, offers, messages and tickets with loaded sessions. A move that the table does not have
is not made, and says so by False: what ends twice has ended once, what two accept has one agent.
"""

from datetime import datetime

from core.models import User
from support.models import ChatSession
from support.models.sessions import FOLLOWS, EndCause, SessionState


def offer(session: ChatSession, agent: User, at: datetime) -> bool:
    """It waits for this agent's answer."""
    if not _move(session, SessionState.OFFERED):
        return False
    session.offered_to, session.offered_at = agent, at
    session.offers += 1
    return True


def pass_on(session: ChatSession, at: datetime) -> bool:
    """Whoever it was offered to does not take it: it waits for somebody else."""
    whose = session.offered_to_id
    if not _move(session, SessionState.WAITING):
        return False
    session.passes = {**session.passes, str(whose): at.isoformat()}
    _forget_offer(session)
    return True


def accept(session: ChatSession, agent: User, at: datetime) -> bool:
    """An agent answers, offered or not: the chat is theirs."""
    if not _move(session, SessionState.ACTIVE):
        return False
    session.agent, session.accepted_at = agent, at
    _forget_offer(session)
    return True


def take_over(session: ChatSession, agent: User) -> bool:
    """A colleague goes on where an agent has left their desk; the chat stays active."""
    if session.state != SessionState.ACTIVE or session.unattended_since is None:
        return False
    session.agent, session.unattended_since = agent, None
    return True


def end(session: ChatSession, at: datetime, *, by: User | None, cause: EndCause) -> bool:
    """It is over; `by` is None when the system ends it."""
    if not _move(session, SessionState.ENDED):
        return False
    session.ended_at, session.ended_by, session.end_cause = at, by, cause
    session.unattended_since = None
    _forget_offer(session)
    return True


def _forget_offer(session: ChatSession) -> None:
    session.offered_to, session.offered_at = None, None


def _move(session: ChatSession, after: SessionState) -> bool:
    if after not in FOLLOWS[session.state]:
        return False
    session.state = after
    return True

"""How a chat session moves: the only code that changes its state, along the table `FOLLOWS`.

Called by the services of chats, messages and tickets with loaded sessions. A move that the table does not have is not
made, and says so by False: what ends twice has ended once.
"""

from datetime import datetime

from core.models import User
from support.models import ChatSession
from support.models.sessions import FOLLOWS, EndCause, SessionState


def accept(session: ChatSession, agent: User, at: datetime) -> bool:
    """An agent answers: the chat is theirs."""
    if not _move(session, SessionState.ACTIVE):
        return False
    session.agent, session.accepted_at = agent, at
    return True


def end(session: ChatSession, at: datetime, *, by: User | None, cause: EndCause) -> bool:
    """It is over; `by` is None when the system ends it."""
    if not _move(session, SessionState.ENDED):
        return False
    session.ended_at, session.ended_by, session.end_cause = at, by, cause
    return True


def _move(session: ChatSession, after: SessionState) -> bool:
    if after not in FOLLOWS[session.state]:
        return False
    session.state = after
    return True

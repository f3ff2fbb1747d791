"""Snapshots: what a socket says first, and when it is asked for more. Run in a reading thread; text comes out.

Called by the consumers. What a thread's history holds is said by `support.histories`.
"""

from dataclasses import dataclass

from core.models import User
from support import frames, histories
from support.badges import page_badges_of
from support.histories import Thread
from support.selectors.threads import MESSAGES


@dataclass(frozen=True, slots=True)
class History:
    """A `chat_history` frame, and the last number it knows of."""

    text: str
    last_sequence: int


def opening(thread: Thread) -> History:
    """What a connection begins with."""
    return _said(histories.opening(thread))


def behind(thread: Thread, after: int) -> History:
    """The answer to `resume`."""
    return _said(histories.behind(thread, after))


def before(thread: Thread, before: int, limit: int = MESSAGES) -> History:
    """The answer to `history`."""
    return _said(histories.before(thread, before, limit))


def inbox(user: User) -> list[str]:
    """What the page shows, whichever it is."""
    return page_badges_of([user])[user.pk]


def _said(history: histories.History) -> History:
    return History(frames.text({"type": "chat_history", **history}), history["last_sequence"])

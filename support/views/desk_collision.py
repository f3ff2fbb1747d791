"""Two agents, one ticket: which colleague replied while somebody was writing, for the banner above the thread.

Called by support.views.desk_page with messages it has loaded, after the drain refused a reply as "overtaken"
(support.services.messages). What the page does by itself, with script, is js/desk/collision.js. Reads nothing.
"""

from collections.abc import Sequence

from core.models import User
from core.problems import Refused
from support.models import ChatMessage
from support.workflow import Audience


def overtaking_reply(
    problem: Refused | None, messages: Sequence[ChatMessage], user: User
) -> ChatMessage | None:
    """The colleague's reply that the agent has to read first; None when nothing of the kind happened."""
    if problem is None or problem.code != "overtaken":
        return None
    replies = (
        message
        for message in reversed(messages)
        if message.is_support and message.audience == Audience.PUBLIC and message.author_id != user.pk
    )
    return next(replies, None)

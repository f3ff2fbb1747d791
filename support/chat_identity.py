"""The identity of a person's live chat before it exists.

`/ws/chat/general/` stands for uuid5(user, id of the person's last ended session), so every tab opens the same
conversation, and a new one begins when the last has ended. Pure; asked by the sockets and the pages.
"""

import uuid

from core.ids import derive

GENERAL = "general"


def live_ticket_id(user_id: uuid.UUID, last_ended_session_id: uuid.UUID | None) -> uuid.UUID:
    """The ticket behind the live chat that follows the given session."""
    return derive(user_id, str(last_ended_session_id or "first"))

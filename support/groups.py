"""Group names of the channel layer, each in one place."""

import uuid

STAFF = "staff"
PRESENCE = "presence"
# Heard by the web processes themselves (support.sockets.canary_ear).
CANARY = "canary"


def chat(ticket_id: uuid.UUID | str) -> str:
    """The sockets that show a ticket's thread."""
    return f"chat_{ticket_id}"


def person(user_id: uuid.UUID | str) -> str:
    """Every notification socket of one person."""
    return f"user_{user_id}"

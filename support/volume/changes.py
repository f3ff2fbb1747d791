"""The history row of a made-up command, as `support.services.work.record` writes it."""

from collections.abc import Sequence
from typing import Any

from core.contracts import Command, Event, encode, kind_of
from core.models import User


def change(command: Command, caused: Sequence[Event], user: User, **detail: str) -> dict[str, Any]:
    """By column. Events travel as their own JSON within a list."""
    return {
        "id": command.id,
        "ticket_id": getattr(command, "ticket_id", None),
        "actor": command.actor,
        "user_id": user.pk,
        "kind": kind_of(command),
        "detail": detail,
        "events": [encode(event).decode() for event in caused],
        "fingerprint": command.fingerprint(),
        "created_at": command.at,
    }

"""Dead letters: what could not be applied is kept whole; what is applied after all is marked as replayed.

Called by the drain inside its transaction. An operator replays a letter by appending its command again
(`support.admin`); it comes through the log like every other.
"""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

from core import rows
from core.command_log import Entry
from support.models import DeadLetter
from support.models.changes import LetterState

_SETTLE = "UPDATE support_deadletter SET state = %s WHERE state = %s AND id = ANY(%s)"


def hold(shard: int, entry: Entry, kind: str, error: str) -> None:
    """Keep what could not be applied until somebody has looked at it; a second failure leaves one letter, held."""
    letter = DeadLetter(
        id=entry.command_id,
        shard=shard,
        kind=kind,
        payload=entry.payload.decode(errors="backslashreplace"),
        error=error[:2000],
        created_at=datetime.now(UTC),
    )
    DeadLetter.objects.bulk_create([letter], ignore_conflicts=True)


def settle_letters(applied: Iterable[uuid.UUID]) -> None:
    """Commands that went through have no letter waiting any more. One query, on a table that is nearly empty.

    Within their savepoint: what is held after all takes this with it.
    """
    rows.tell(_SETTLE, LetterState.REPLAYED.value, LetterState.HELD.value, list(applied))

"""Refusals: what was refused stays refused, though its drain died before the entry was out of the log.

Called by the drain inside its transaction: asked for with the entries that are taken, kept with what they changed.
By the time an entry is applied again its reason may be gone, and its sender has been told.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from core import rows
from core.command_log import Entry
from core.ids import derive
from core.problems import Refused
from support.models import Refusal

KEPT: Final = timedelta(days=7)


def ask(entries: Sequence[Entry]) -> Callable[[], dict[str, Refused]]:
    """Ask which of these were refused before; what comes back is called for those, by entry id."""
    entry_ids = {_key(entry): entry.entry_id for entry in entries}
    found = rows.ask(Refusal, "id = ANY(%s)", list(entry_ids))

    def answer() -> dict[str, Refused]:
        return {entry_ids[row.pk]: Refused(row.code, row.sentence, values=row.values) for row in found()}

    return answer


def keep(entries: Sequence[Entry], refused: Mapping[int, Refused]) -> None:
    """Remember these, by the entry's place; those that were remembered already stay as they are."""
    now = datetime.now(UTC)
    if kept := [_row(entries[place], why, now) for place, why in refused.items()]:
        rows.write(kept, once=True)


def forget(now: datetime) -> int:
    """Delete those whose entries left the log long ago; how many."""
    gone, _ = Refusal.objects.filter(created_at__lt=now - KEPT).delete()
    return gone


def _key(entry: Entry) -> uuid.UUID:
    return derive(uuid.NAMESPACE_OID, entry.command_id, entry.entry_id)


def _row(entry: Entry, why: Refused, now: datetime) -> Refusal:
    return Refusal(id=_key(entry), code=why.code, sentence=why.words, values=why.values, created_at=now)

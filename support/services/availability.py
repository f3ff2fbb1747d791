"""The history of availability: one row for each change that colleagues see, and for each that the public sees."""

from django.db.models import Model

from core.contracts import Command
from core.ids import derive
from support.models import AvailabilityRecord, SupportUserStatus


def history(command: Command, before: SupportUserStatus, row: SupportUserStatus) -> list[Model]:
    """What a command changed; nothing for a repeat."""
    lines: list[Model] = []
    if (before.availability, str(before.reason)) != (row.availability, str(row.reason)):
        lines.append(_line(command, row, row.availability, is_public=False))
    if before.shown != row.shown:
        lines.append(_line(command, row, row.shown, is_public=True))
    return lines


def _line(command: Command, row: SupportUserStatus, availability: str, *, is_public: bool) -> Model:
    return AvailabilityRecord(
        id=derive(command.id, "shown" if is_public else "availability"),
        user_id=row.user_id,
        at=command.at,
        availability=availability,
        reason=row.reason,
        declared=row.declared,
        pinned_until=row.pinned_until,
        is_public=is_public,
    )

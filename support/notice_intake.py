"""Intake of what a person does with their notices: seen, and how they want to be told. Called by their pages."""

import uuid
from collections.abc import Iterable

from core import ids, receipts
from core.models import User
from support import commands
from support.doorway import accept, append, stamp


def mark_notices_seen(
    user: User, *, notices: Iterable[uuid.UUID] = (), about: uuid.UUID | None = None
) -> None:
    """Seen: these, those about a ticket, or all there are."""
    command_id = ids.new_id()
    append(commands.MarkNoticesSeen(**stamp(user, command_id), notices=tuple(notices), about=about))


def set_notice_preferences(
    user: User,
    *,
    browser: bool,
    sound: bool,
    muted: Iterable[str],
    quiet_from: str = "",
    quiet_until: str = "",
) -> receipts.Accepted:
    """How they want to be told, as a whole."""
    wishes = {"browser": browser, "sound": sound, "muted": tuple(muted)}
    quiet = {"quiet_from": quiet_from, "quiet_until": quiet_until}
    return accept(commands.SetNoticePreferences(**stamp(user, ids.new_id()), **wishes, **quiet))  # type: ignore[arg-type]

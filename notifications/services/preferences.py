"""Preferences: how a person wants to be told, replaced as a whole, or one switch off from a mail.

Called by the drain inside its transaction.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, time

from core.contracts import Event
from core.problems import Refused
from notifications.models import Preference
from notifications.rules import SWITCHES
from support.commands import SetNoticePreferences
from support.delivery_commands import MuteNotice
from support.guests.people import accounts_joined


def set_notice_preferences(command: SetNoticePreferences) -> Sequence[Event]:
    """The newest choice holds, whenever it is applied; switches that nobody has are forgotten."""
    if command.actor_id is None:
        raise Refused("forbidden")
    known = Preference.objects.filter(user_id=command.actor_id).first()
    if known and known.changed_at >= command.at:
        return []
    choice = {
        "browser": command.browser,
        "sound": command.sound,
        "muted": sorted(SWITCHES & {*command.muted}),
        "quiet_from": _clock(command.quiet_from),
        "quiet_until": _clock(command.quiet_until),
        "changed_at": command.at,
    }
    Preference.objects.update_or_create(user_id=command.actor_id, defaults=choice)
    for switch in SWITCHES & {*command.muted} - {*(known.muted if known else ())}:
        _mute_with_joined(command.actor_id, switch, command.at)
    return []


def mute_notice(command: MuteNotice) -> Sequence[Event]:
    """One switch off."""
    if command.actor_id is None or command.switch not in SWITCHES:
        raise Refused("invalid")
    mute(command.actor_id, command.switch, command.at)
    _mute_with_joined(command.actor_id, command.switch, command.at)
    return []


def _mute_with_joined(guest_id: uuid.UUID, switch: str, at: datetime) -> None:
    """What a guest stops in a mail stops with the accounts that their conversations have joined."""
    for user_id in accounts_joined(guest_id):
        mute(user_id, switch, at)


def mute(user_id: uuid.UUID, switch: str, at: datetime) -> None:
    """Somebody who chose since then has chosen."""
    fresh = {"muted": [switch], "changed_at": at}
    rows = Preference.objects.select_for_update()  # others' shards may write it as well
    known, is_new = rows.get_or_create(user_id=user_id, defaults=fresh)
    if not is_new and known.changed_at <= at and switch not in known.muted:
        known.muted, known.changed_at = sorted([*known.muted, switch]), at
        known.save(update_fields=["muted", "changed_at"])


def _clock(word: str) -> time | None:
    return time.fromisoformat(word) if word else None

"""Preferences: how a person wants to be told, replaced as a whole, or one switch off from a mail.

Called by the drain inside its transaction.
"""

from collections.abc import Sequence
from datetime import time

from core.contracts import Event
from core.problems import Refused
from notifications.models import Preference
from notifications.rules import SWITCHES
from support.commands import SetNoticePreferences
from support.delivery_commands import MuteNotice


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
    return []


def mute_notice(command: MuteNotice) -> Sequence[Event]:
    """One switch off. Somebody who chose since then has chosen."""
    if command.actor_id is None or command.switch not in SWITCHES:
        raise Refused("invalid")
    fresh = {"muted": [command.switch], "changed_at": command.at}
    known, is_new = Preference.objects.get_or_create(user_id=command.actor_id, defaults=fresh)
    if not is_new and known.changed_at < command.at and command.switch not in known.muted:
        known.muted, known.changed_at = sorted([*known.muted, command.switch]), command.at
        known.save(update_fields=["muted", "changed_at"])
    return []


def _clock(word: str) -> time | None:
    return time.fromisoformat(word) if word else None

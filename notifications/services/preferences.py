"""Preferences: how a person wants to be told, replaced as a whole. Called by the drain inside its transaction."""

from collections.abc import Sequence

from core.contracts import Event
from core.problems import Refused
from notifications.models import Preference
from notifications.rules import SWITCHES
from support.commands import SetNoticePreferences


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
        "changed_at": command.at,
    }
    Preference.objects.update_or_create(user_id=command.actor_id, defaults=choice)
    return []

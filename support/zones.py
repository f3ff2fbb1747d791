"""Time zones: the one of a name, and all that people choose from, by region, with what o'clock it is there.

`zone` and `zone_or_ours` are called by whoever tells a person the time; the rest by the profile form. Reading the names
costs a walk through the zone files, so it is done once per process; the offsets are those of the moment. Must not:
leave out a zone that somebody has already chosen.
"""

from datetime import datetime, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

_REGIONS: Final = {
    "Australia": _("Australia"),
    "Pacific": _("Pacific"),
    "Asia": _("Asia"),
    "Indian": _("Indian Ocean"),
    "Europe": _("Europe"),
    "Africa": _("Africa"),
    "America": _("America"),
    "Atlantic": _("Atlantic"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "": _("Other"),
}
_NO_PLACE: Final = {"Factory", "localtime"}


def zone(name: str) -> ZoneInfo | None:
    """The zone of this name; None when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the name of a directory is an IsADirectoryError
        return None


def zone_or_ours(name: str) -> tzinfo:
    """The zone of this name, else the support's own."""
    return zone(name) or get_default_timezone()


@cache
def names() -> frozenset[str]:
    """Every zone that can be chosen."""
    return frozenset(available_timezones() - _NO_PLACE)


def by_region(now: datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups for a select: zones beginning with their city, so that typing its first letters finds it."""
    groups: dict[str, list[tuple[str, str]]] = {region: [] for region in _REGIONS}
    for name in names():
        region, _slash, place = name.partition("/")
        known = region in _REGIONS and place
        groups[region if known else ""].append((name, _label(place if known else name, name, now)))
    return [
        (str(_REGIONS[region]), sorted(zones, key=lambda zone: zone[1])) for region, zones in groups.items()
    ]


def _label(place: str, name: str, now: datetime) -> str:
    """Melbourne (UTC+11:00); Buenos Aires, Argentina (UTC-03:00)."""
    city = ", ".join(reversed(place.replace("_", " ").split("/")))
    offset = now.astimezone(ZoneInfo(name)).strftime("%z")
    return f"{city} (UTC{offset[:3]}:{offset[3:5]})"

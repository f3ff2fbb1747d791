"""Lengths of time in words, short enough for a table or a line of reasons: 40 s, 12 min, 2 h 10 min, 3 days. Pure."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def length_words(length: timedelta | None) -> str:
    """As one would say it in passing; a dash when there is none."""
    if length is None:
        return "–"
    seconds = max(0, round(length.total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if not minutes:
        return _("{n} s").format(n=seconds)
    if not hours:
        return _("{n} min").format(n=minutes)
    if not days:
        rest = minutes % 60
        words = _("{hours} h {minutes} min") if rest else _("{hours} h")
        return words.format(hours=hours, minutes=rest)
    return ngettext("{n} day", "{n} days", days).format(n=days)

"""How a ticket came along, for the panel beside its thread: its changes and the first reply, in order.

Pure; called by the ticket page. Says no more than the thread does.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from support.models import Change, SupportTicket
from support.thread import line_of
from support.thread_items import Reader, SystemLine

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def progress(
    ticket: SupportTicket,
    changes: Iterable[Change],
    reader: Reader,
    *,
    first_reply_at: datetime | None,
    names: Mapping[str, str],
) -> list[SystemLine]:
    """The lines to draw, oldest first."""
    lines = [line for change in changes if (line := line_of(change, reader, names))]
    if first_reply_at:
        lines.append(_first_reply(ticket, first_reply_at))
    return sorted(lines, key=lambda line: line.at)


def _first_reply(ticket: SupportTicket, at: datetime) -> SystemLine:
    words = _("{first} after {time}")
    first = format_html("<b>{}</b>", _("First reply"))
    return SystemLine(
        icon="chat",
        at=at,
        sentence=format_html(words, first=first, time=duration_words(at - ticket.created_at)),
    )


def duration_words(passed: timedelta) -> str:
    """11 minutes, 2 hours, 3 days: the biggest whole unit, a minute at least."""
    if passed >= DAY:
        return ngettext("{n} day", "{n} days", passed.days).format(n=passed.days)
    if passed >= HOUR:
        hours = passed // HOUR
        return ngettext("{n} hour", "{n} hours", hours).format(n=hours)
    minutes = max(1, passed // timedelta(minutes=1))
    return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)

"""Runs and days: which messages stand together under one name, and what separates the others.

Pure; called by support.thread. Days are the reader's own: the active time zone decides.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from support.thread_items import Bubble, Day, Item, SystemLine
from support.times import day_words, said_inside

# Messages of one sender within this time stand together under one name.
GROUPED_WITHIN: Final = timedelta(minutes=5)


def in_runs(moments: Sequence[Bubble | SystemLine]) -> None:
    """Group runs of one sender, and show the delivery state on the last message of a run only."""
    before: Bubble | SystemLine | None = None
    for moment in moments:
        if isinstance(moment, Bubble):
            moment.grouped = _belongs(moment, before)
            moment.state_shown = bool(moment.state)
            if moment.grouped and isinstance(before, Bubble):
                before.state_shown = before.state_shown and before.state != moment.state
        before = moment


def _belongs(bubble: Bubble, before: Bubble | SystemLine | None) -> bool:
    """To the message before it: same sender, same day, within minutes, and not the first unread one."""
    return (
        isinstance(before, Bubble)
        and (before.sender, before.author) == (bubble.sender, bubble.author)
        and bubble.at - before.at < GROUPED_WITHIN
        and localtime(bubble.at).date() == localtime(before.at).date()
        and bubble.unread == before.unread
    )


def with_days(moments: Iterable[Bubble | SystemLine], today: date) -> list[Item]:
    """The moments with a separator before each new day and before the first unread message."""
    items: list[Item] = []
    last: date | None = None
    marked = False
    for moment in moments:
        day = localtime(moment.at).date()
        first_unread = isinstance(moment, Bubble) and moment.unread and not marked
        if day != last or first_unread:
            items.append(_separator(day, today, changed=day != last, new=first_unread))
        marked, last = marked or first_unread, day
        items.append(moment)
    return items


def _separator(day: date, today: date, *, changed: bool, new: bool) -> Day:
    if not new:
        return Day(label=day_words(day, today), date=day)
    label = _("New messages, {day}").format(day=said_inside(day, today)) if changed else _("New messages")
    return Day(label=label, date=day, new=True)

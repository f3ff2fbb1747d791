"""Two more mails that come by the calendar: replies a requester has not read, and a week of the team.

Pure: facts in, words in the active language out; both wear the daily summary's template. Called by
notifications.digest_facts and by previews. Must not: hold what people wrote, only subjects, names and numbers.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications import links
from notifications.digest import KIND, Line, line_of
from notifications.models import NoticeKind
from notifications.notices import Action, Notice, Reader, manage
from support import times
from support.lengths import length_words
from support.selectors.reports import share

TEMPLATE: Final = f"support/emails/{KIND}"


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week of the team; `active` and `first_reply` (the median) as of its end."""

    begins: date
    opened: int
    resolved: int
    active: int
    kept: int
    broken: int
    first_reply: timedelta | None


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A ticket with replies that its requester has not read; `url` leads this reader there."""

    ticket_id: uuid.UUID
    reference: str
    subject: str
    count: int
    url: str


def unread_replies(name: str, day: date, tickets: Sequence[Unread], reader: Reader) -> Notice:
    """For a requester: support answered, and they have not looked since."""
    total = sum(ticket.count for ticket in tickets)
    heading = _("Hello {name}, you have unread replies").format(name=name)
    action = Action(label=_("Read the reply"), url=tickets[0].url)
    return _notice(
        NoticeKind.UNREAD,
        ngettext(
            "{brand}: an unread reply about {reference}", "{brand}: unread replies about {reference}", total
        ).format(brand=settings.BRAND_NAME, reference=", ".join(ticket.reference for ticket in tickets[:3])),
        action,
        day=times.date_words(day, day),
        heading=heading,
        summary=ngettext(
            "{n} reply has been waiting for you for a day or longer.",
            "{n} replies have been waiting for you for a day or longer.",
            total,
        ).format(n=total),
        lines=[_waiting(ticket) for ticket in tickets],
        because=_("Sent once when a reply has not been read for a day."),
        manage=manage(reader),
    )


def team_summary(name: str, week: Week, oldest: Sequence[Line]) -> Notice:
    """For a support admin: last week in numbers, and what has been open longest."""
    action = Action(label=_("Open the reports"), url=links.to_reports())
    kept = share(week.kept, week.broken)
    stats = [
        (str(week.opened), _("New tickets")),
        (str(week.resolved), _("Resolved")),
        (str(week.active), _("Still open")),
    ]
    notes = [_("Promised replies in time: {share}").format(share="–" if kept is None else f"{kept}%")]
    notes.append(_("First reply, median: {length}").format(length=length_words(week.first_reply)))
    return _notice(
        NoticeKind.SUMMARY,
        _("{brand}: the week from {day}").format(
            brand=settings.BRAND_NAME, day=times.date_words(week.begins, week.begins)
        ),
        action,
        day=_("The week from {day}").format(day=times.date_words(week.begins, week.begins)),
        heading=_("Hello {name}, this was last week").format(name=name),
        summary=" ".join(f"{note}." for note in notes),
        stats=stats,
        lines=[line_of(line) for line in oldest],
        because=_("Sent to support admins every Monday."),
        manage=Action(label=_("Change or stop this summary"), url=links.to_preferences()),
    )


def _notice(kind: NoticeKind, subject: str, action: Action, **context: Any) -> Notice:
    known = {"stats": [], "notes": [], "action": action, "preheader": context["summary"]}
    return Notice(kind=kind, template=TEMPLATE, subject=subject, context=known | context, actions=(action,))


def _waiting(ticket: Unread) -> dict[str, Any]:
    news = ngettext("{n} new message", "{n} new messages", ticket.count).format(n=ticket.count)
    return {
        "url": ticket.url,
        "reference": ticket.reference,
        "subject": ticket.subject,
        "about": ticket.reference,
        "pill": ("", news, "open"),
    }

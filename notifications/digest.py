"""The daily summary, as a notice: what is with an agent this morning.

Pure: facts in, words in the active language out. Built and previewed; whoever sends it brings the facts. Must not:
hold what people wrote, only subjects, first names and states.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications import links, wording
from notifications.notices import Action, Notice
from support import times
from support.workflow import ACTIVE, Priority, Status

KIND: Final = "digest"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One ticket that is with the agent. `due`: by when it wants a first answer, in the reader's zone."""

    ticket_id: uuid.UUID
    reference: str
    subject: str
    requester: str
    status: Status
    priority: Priority = Priority.MEDIUM
    unread: int = 0
    due: datetime | None = None
    is_overdue: bool = False


@dataclass(frozen=True, kw_only=True)
class Around:
    """What an agent should know besides their own tickets. `oldest`: since when somebody has waited longest."""

    unassigned: int = 0
    oldest: datetime | None = None
    broken: int = 0


def digest(
    name: str,
    now: datetime,
    lines: Sequence[Line],
    *,
    first_reply: int | None = None,
    around: Around | None = None,
) -> Notice:
    """For one agent; `now` in their zone, `first_reply` the median minutes of the last day."""
    due = [line for line in lines if line.due]
    heading = _("{greeting}, {name}").format(greeting=times.greeting(now), name=name)
    summary = _summary(len(lines), due)
    action = Action(label=_("Open your inbox"), url=links.to_desk())
    return Notice(
        kind=KIND,
        template=f"support/emails/{KIND}",
        subject=_("{brand}: your tickets on {day}").format(brand=settings.BRAND_NAME, day=_day(now)),
        context={
            "day": _day(now),
            "heading": heading,
            "preheader": summary,
            "summary": summary,
            "stats": _stats(len(lines), len(due), first_reply),
            "notes": _notes(around, now) if around else [],
            "lines": [line_of(line) for line in [*due, *(line for line in lines if not line.due)]],
            "action": action,
            "because": _("Sent every morning on weekdays."),
            "manage": Action(label=_("Change or stop this summary"), url=links.to_preferences()),
        },
        actions=(action,),
    )


def _day(now: datetime) -> str:
    return times.date_words(now.date(), now.date())


def _summary(count: int, due: Sequence[Line]) -> str:
    held = ngettext("{n} ticket is with you.", "{n} tickets are with you.", count).format(n=count)
    said, late = [held], sum(line.is_overdue for line in due)
    if late:
        said.append(ngettext("{n} reply is overdue.", "{n} replies are overdue.", late).format(n=late))
    if coming := [line.due for line in due if line.due and not line.is_overdue]:
        wanted = ngettext("{n} needs a reply before {time}.", "{n} need a reply before {time}.", len(coming))
        said.append(wanted.format(n=len(coming), time=times.clock(max(coming))))
    return " ".join(said)


def _stats(count: int, due: int, first_reply: int | None) -> list[tuple[str, str]]:
    stats = [(str(count), _("In your inbox")), (str(due), _("Due this morning"))]
    if first_reply is not None:
        stats.append((_("{n} min").format(n=first_reply), _("Median first reply")))
    return stats


def _notes(around: Around, now: datetime) -> list[str]:
    """A sentence each, and none about nothing."""
    notes = []
    if around.unassigned:
        words = ngettext("{n} ticket has nobody yet.", "{n} tickets have nobody yet.", around.unassigned)
        notes.append(words.format(n=around.unassigned))
    if around.oldest:
        day = times.date_words(around.oldest.date(), now.date())
        notes.append(_("The oldest open ticket has waited since {day}.").format(day=day))
    if around.broken:
        words = ngettext(
            "{n} reply that was promised came late or not at all since yesterday.",
            "{n} replies that were promised came late or not at all since yesterday.",
            around.broken,
        )
        notes.append(words.format(n=around.broken))
    return notes


def line_of(line: Line) -> dict[str, Any]:
    """A ticket as a row of the mail."""
    news = ngettext("{n} new message", "{n} new messages", line.unread).format(n=line.unread)
    urgent = str(Priority.URGENT.label).lower() if line.priority is Priority.URGENT else ""
    about = [line.requester, news if line.unread else "", urgent]
    return {
        "url": links.to_ticket(line.ticket_id, staff=True),
        "reference": line.reference,
        "subject": line.subject,
        "about": ", ".join(part for part in about if part),
        "pill": _pill(line),
    }


def _pill(line: Line) -> wording.Pill:
    if line.is_overdue:
        return ("", _("Overdue"), "high")
    if line.due:
        return ("", _("Due {time}").format(time=times.clock(line.due)), "high")
    working = line.status in ACTIVE - {Status.WAITING_USER}
    return ("", str(line.status.label), "open" if working else "note")

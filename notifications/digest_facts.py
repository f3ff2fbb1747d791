"""What the mails that come by the calendar say, read at the moment they leave: each number is as of then.

Selectors. Called by the delivery of such a mail, which asks first whether there is anything to say, and by the mail
itself. None: nothing to say. Writes nothing.
"""

import math
import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from core.models import User
from notifications import links
from notifications.digest import Around, Line, digest
from notifications.models import Delivery, NoticeKind
from notifications.notices import Notice, Reader
from notifications.summaries import Unread, Week, team_summary, unread_replies
from support.models import ChatMessage, ReplyPromise, SupportTicket
from support.models.tickets import TicketQuerySet
from support.selectors.reports import Median
from support.selectors.tickets import requester_unread, team_unread
from support.workflow import ACTIVE, Priority, PromiseOutcome, Status
from support.zones import zone_or_ours

DAY: Final = timedelta(days=1)
# A reply that was never read is somebody's choice by then.
LONG_AGO: Final = timedelta(days=14)
MOST: Final = 20
OLDEST: Final = 5


def notice_of(row: Delivery) -> Notice | None:
    """The mail of this row, for its recipient."""
    person = row.recipient
    if person is None:
        return None
    day = date.fromisoformat(row.facts["day"])
    if row.notice == NoticeKind.UNREAD:
        since = row.facts.get("since")
        return _unread(person, day, row.created_at, datetime.fromisoformat(since) if since else None)
    return (_weekly if row.notice == NoticeKind.SUMMARY else _daily)(person, day)


def _daily(agent: User, _day: date) -> Notice | None:
    if not agent.is_staff:
        return None
    now = timezone.now().astimezone(zone_or_ours(agent.timezone))
    lines, around = _held(agent, now), _around(agent, now)
    if not lines and not around.unassigned:
        return None
    return digest(agent.display_name, now, lines, first_reply=_first_reply(now), around=around)


def _first_reply(now: datetime) -> int | None:
    """The team's median of the last day, in minutes begun."""
    replies = ReplyPromise.objects.filter(replied_at__lt=now, replied_at__gte=now - DAY)
    length = replies.aggregate(median=Median(F("replied_at") - F("made_at")))["median"]
    return math.ceil(length / timedelta(minutes=1)) if length else None


def _held(agent: User, now: datetime) -> list[Line]:
    due = ReplyPromise.objects.filter(ticket=OuterRef("pk"), outcome=PromiseOutcome.OPEN).order_by("due_at")
    mine = _active().filter(assigned_to=agent).annotate(due=Subquery(due.values("due_at")[:1]))
    mine = mine.annotate(unread=team_unread()).select_related("requester")
    return [
        _line(ticket, now) for ticket in mine.order_by(F("due").asc(nulls_last=True), "updated_at")[:MOST]
    ]


def _line(ticket: Any, now: datetime) -> Line:
    """A reply is due this morning when it was promised for today or earlier."""
    due = ticket.due.astimezone(now.tzinfo) if getattr(ticket, "due", None) else None
    return Line(
        ticket_id=ticket.pk,
        reference=ticket.reference,
        subject=ticket.subject,
        requester=ticket.requester.display_name,
        status=Status(ticket.status),
        priority=Priority(ticket.priority),
        unread=getattr(ticket, "unread", 0),
        due=due if due and due.date() <= now.date() else None,
        is_overdue=bool(due and due < now),
    )


def _around(agent: User, now: datetime) -> Around:
    counted = _active().aggregate(
        unassigned=Count("pk", Q(assigned_to=None)),
        oldest=Min("created_at", filter=~Q(status=Status.WAITING_USER)),
    )
    theirs = Q(ticket__assigned_to=agent) | Q(ticket__assigned_to=None)
    broken = ReplyPromise.objects.filter(_late(now), theirs, due_at__lt=now, due_at__gte=now - DAY)
    oldest = counted["oldest"]
    return Around(
        unassigned=counted["unassigned"],
        oldest=oldest.astimezone(now.tzinfo) if oldest else None,
        broken=broken.count(),
    )


def _late(now: datetime) -> Q:
    """Promises that were not kept. What may still be counts as neither."""
    return Q(outcome=PromiseOutcome.BROKEN) | Q(outcome=PromiseOutcome.OPEN, due_at__lt=now)


def _active() -> Any:
    return SupportTicket.objects.filter(status__in=sorted(ACTIVE))


def _unread(requester: User, day: date, now: datetime, since: datetime | None) -> Notice | None:
    """Of replies as old as `now`, when it was planned: what gets older until it leaves is for the next one."""
    tickets = unread_tickets(requester, now, since=since)
    reader = Reader(
        is_support=False,
        timezone=requester.timezone,
        guest=requester if requester.is_guest else None,
        person_id=requester.pk,
    )
    return unread_replies(requester.display_name, day, tickets, reader) if tickets else None


def unread_tickets(requester: User, now: datetime, *, since: datetime | None = None) -> list[Unread]:
    """Their tickets with replies that they have not read for a day, and that are a day old only `since` then.

    `since`: when a reminder was sent last; each speaks of what the ones before did not.
    """
    waiting = _a_day_old(now)
    if since:
        waiting = waiting.filter(created_at__gte=since - DAY)
    found = _with_unread(SupportTicket.objects.filter(requester=requester), waiting)
    return [_waiting(ticket, requester) for ticket in found.order_by("-updated_at")[:MOST]]


def _with_unread(tickets: TicketQuerySet, waiting: QuerySet[ChatMessage]) -> TicketQuerySet:
    """Those of which the newest of these replies lies beyond its requester's cursor; `waiting` counts those beyond."""
    these = waiting.filter(ticket=OuterRef("pk"))
    last = these.order_by("-public_sequence").values("public_sequence")[:1]
    beyond = these.filter(public_sequence__gt=OuterRef("public_sequence") - OuterRef("unread"))
    counted = beyond.order_by().values("ticket").annotate(count=Count("pk")).values("count")
    found = tickets.annotate(unread=requester_unread(), answered=Subquery(last))
    found = found.filter(unread__gt=0, answered__gt=F("public_sequence") - F("unread"))
    return found.annotate(waiting=Subquery(counted))


def _a_day_old(now: datetime) -> QuerySet[ChatMessage]:
    replies = ChatMessage.objects.filter(is_support=True, public_sequence__isnull=False)
    return replies.filter(created_at__lt=now - DAY, created_at__gte=now - LONG_AGO)


def _waiting(ticket: Any, requester: User) -> Unread:
    url = (
        links.to_guest(requester, ticket.pk)
        if requester.is_guest
        else links.to_ticket(ticket.pk, staff=False)
    )
    return Unread(
        ticket_id=ticket.pk, reference=ticket.reference, subject=ticket.subject, count=ticket.waiting, url=url
    )


def _weekly(admin: User, monday: date) -> Notice | None:
    if not admin.is_superuser:
        return None
    zone = zone_or_ours(admin.timezone)
    begins = datetime(monday.year, monday.month, monday.day, tzinfo=zone)
    ends = begins + 7 * DAY
    now = timezone.now().astimezone(zone)
    return team_summary(admin.display_name, _week(begins, ends, now), _oldest(now))


def _week(begins: datetime, ends: datetime, now: datetime) -> Week:
    during = {"gte": begins, "lt": ends}
    # What was opened or resolved since has changed since: the rest of all years need not be looked at.
    tickets = SupportTicket.objects.filter(updated_at__gte=begins).aggregate(
        opened=Count("pk", _within("created_at", during)),
        resolved=Count("pk", _within("resolved_at", during)),
    )
    promises = ReplyPromise.objects.filter(_within("made_at", during)).aggregate(
        kept=Count("pk", Q(outcome=PromiseOutcome.KEPT)),
        broken=Count("pk", _late(now)),
        first_reply=Median(F("replied_at") - F("made_at"), filter=Q(replied_at__isnull=False)),
    )
    return Week(begins=begins.date(), active=_active().count(), **tickets, **promises)


def _within(column: str, during: dict[str, datetime]) -> Q:
    return Q(**{f"{column}__{sign}": moment for sign, moment in during.items()})


def _oldest(now: datetime) -> Sequence[Line]:
    waiting = _active().exclude(status=Status.WAITING_USER).select_related("requester")
    return [_line(ticket, now) for ticket in waiting.order_by("created_at")[:OLDEST]]


def unread_people(now: datetime) -> set[uuid.UUID]:
    """Requesters who have something unread for a day, and may know it already: a first look, by what changed lately."""
    lately = SupportTicket.objects.filter(updated_at__gte=now - LONG_AGO)
    return set(_with_unread(lately, _a_day_old(now)).values_list("requester_id", flat=True).distinct())

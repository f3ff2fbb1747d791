"""Digests: who is due for a mail by the calendar, as rows of the ledger, once per person and period for ever.

Called by `digests.plan` (beat, every quarter of an hour: there are zones of half and quarter hours). The period is a
day or week of the person's own calendar and part of the row's id, so five beats, a killed one and an hour that comes
twice or never plan one row. What it says is read when it leaves (`notifications.digest_facts`).
"""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from core.ids import derive
from core.models import User
from notifications import addresses, digest_facts
from notifications.models import EMAIL, Delivery, NoticeKind, Plan, Reason
from support.zones import zone_or_ours

_BY_CALENDAR: Final = uuid.UUID("5c1f2b4e-8a37-5a9e-b1a5-3f0e0f6f2d55")
# Whoever was down all morning is not told in the afternoon: it would not be this morning any more.
HOURS: Final = 4
FRIDAY: Final = 4


class Due(NamedTuple):
    """A mail for a day or week; `since`: a reminder says what is new since then."""

    kind: NoticeKind
    person: User
    day: date
    since: datetime | None = None


def plan_digests(now: datetime) -> list[uuid.UUID]:
    """The rows of everybody whose morning it is and who has none yet for the period; which are new."""
    due = [*_staff(now), *_unread(now)]
    rows = {row.id: row for row in (_row(each, now) for each in due)}
    known = set(Delivery.objects.filter(id__in=rows).values_list("id", flat=True))
    new = [row for row_id, row in rows.items() if row_id not in known]
    with transaction.atomic():
        Delivery.objects.bulk_create(new, ignore_conflicts=True)
        Plan.objects.bulk_create([_plan(row, now) for row in new], ignore_conflicts=True)
    return [row.id for row in new]


def _staff(now: datetime) -> Iterable[Due]:
    for person in User.objects.filter(is_active=True, is_staff=True).exclude(email=""):
        here = now.astimezone(zone_or_ours(person.timezone))
        if not _is_morning(here):
            continue
        if here.weekday() <= FRIDAY:
            yield Due(NoticeKind.DIGEST, person, here.date())
        if person.is_superuser and here.weekday() == 0:
            yield Due(NoticeKind.SUMMARY, person, here.date() - timedelta(days=7))


def _unread(now: datetime) -> Iterable[Due]:
    """Of each reply once: what a reminder was sent about is not reminded of again. One that came too late was none."""
    people = digest_facts.unread_people(now)
    told = Delivery.objects.filter(notice=NoticeKind.UNREAD, recipient_id__in=people)
    told = told.exclude(reason=Reason.LATE).order_by()
    last = dict(told.values_list("recipient_id").annotate(Max("created_at")))
    for person in User.objects.filter(pk__in=people, is_active=True, is_staff=False):
        here = now.astimezone(zone_or_ours(person.timezone))
        if not _is_morning(here) or not person.mail_address:
            continue
        since = last.get(person.pk)
        if since and since.astimezone(here.tzinfo).date() == here.date():
            continue
        if digest_facts.unread_tickets(person, now, since=since):
            yield Due(NoticeKind.UNREAD, person, here.date(), since)


def _is_morning(here: datetime) -> bool:
    first = int(settings.DIGEST_HOUR)
    return first <= here.hour < first + HOURS


def _row(due: Due, now: datetime) -> Delivery:
    kind, person, day, since = due
    event_id = derive(_BY_CALENDAR, kind, str(person.pk), day.isoformat())
    row_id = derive(event_id, EMAIL, str(person.pk))
    return Delivery(
        id=row_id,
        event_id=event_id,
        event_kind="Calendar",
        command_id=event_id,
        facts={"day": day.isoformat()} | ({"since": since.isoformat()} if since else {}),
        notice=kind,
        recipient=person,
        address=person.mail_address,
        transport=EMAIL,
        created_at=now,
        due_at=now,
        message_id_header=addresses.message_id(row_id),
    )


def _plan(row: Delivery, now: datetime) -> Plan:
    return Plan(
        event_id=row.event_id,
        event_kind=row.event_kind,
        command_id=row.command_id,
        expected=1,
        happened_at=now,
        planned_at=now,
    )

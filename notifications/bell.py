"""What stands behind the bell: a person's notices, newest first, and how many are new.

Selectors: they write nothing, start from the reader's own deliveries and show none whose ticket the reader may no
longer see. Called by the pages, by the reactions that tell open pages how many are left, and by the sockets, as one of
the badges of every page (`notifications.apps`).
"""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.models import User
from notifications.in_app import InApp, actor_of, in_app
from notifications.models import IN_APP, SHOWN, Delivery, NoticeKind, Preference
from support import frames
from support.selectors import paging

PAGE = 20
_NEWEST = paging.Order(key="newest", column="created_at")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the list: the notice, its row (when, and whether it was seen)."""

    notice: InApp
    row: Delivery


def notices_of(reader: User, *, cursor: str | None = None) -> paging.Page[Delivery]:
    """A page of the reader's notices. Raises Refused("invalid") on a cursor that we did not give out."""
    rows = _shown(reader).select_related("ticket__requester")
    return paging.paged(rows, cursor=cursor, limit=PAGE, order=_NEWEST)


def entries(reader: User, rows: Iterable[Delivery]) -> list[Entry]:
    """These rows in words; one query for the names."""
    rows = list(rows)
    people = get_user_model().objects.in_bulk({actor for row in rows if (actor := actor_of(row))})
    return [
        Entry(notice=in_app(row, row.ticket, reader, people.get(actor_of(row))), row=row)
        for row in rows
        if row.ticket
    ]


def notice_of(reader: User, notice_id: uuid.UUID) -> Delivery | None:
    """One of the reader's own, or nothing."""
    return _shown(reader).filter(id=notice_id).select_related("ticket").first()


def unseen_of(readers: Collection[User]) -> dict[uuid.UUID, dict[str, int]]:
    """How many new notices each of these has about which ticket, in one query; one that is not named has none."""
    new = _shown(*readers).filter(seen_at=None).order_by("ticket")
    found: dict[uuid.UUID, dict[str, int]] = {reader.pk: {} for reader in readers}
    for recipient, ticket, count in new.values_list("recipient", "ticket").annotate(new=Count("id")):
        found[recipient][str(ticket)] = count
    return found


@dataclass(frozen=True, kw_only=True)
class Bell:
    """New notices, and whether they also come as the browser's own or with a tone."""

    unseen: int = 0
    browser: bool = False
    sound: bool = False


def bell_of(reader: User) -> Bell:
    """What every page shows of its reader's notices, in one query."""
    new = (
        _shown(reader)
        .filter(seen_at=None)
        .order_by()
        .values("recipient")
        .annotate(new=Count("id"))
        .values("new")
    )
    wishes = ("notice_preference__browser", "notice_preference__sound")
    found = User.objects.filter(pk=reader.pk).values_list(*wishes, Coalesce(Subquery(new), 0))
    browser, sound, unseen = found.get()
    return Bell(unseen=unseen, browser=bool(browser), sound=bool(sound))


def preference_of(reader: User) -> Preference | None:
    """How the reader wants to be told, if they ever said so."""
    return Preference.objects.filter(user=reader).first()


def unseen_texts_of(readers: Collection[User]) -> dict[uuid.UUID, str]:
    """How many are new, as the pages of each hear it: the same text of the same facts (`support.badges`)."""
    found = unseen_of(readers)
    return {reader_id: frames.text(_unseen_frame(tickets)) for reader_id, tickets in found.items()}


def _unseen_frame(tickets: dict[str, int]) -> dict[str, Any]:
    return {"type": "unseen", "total": sum(tickets.values()), "tickets": tickets}


def _shown(*readers: User) -> QuerySet[Delivery]:
    """What each of them may see: staff all, who asked their own tickets without notes."""
    staff = [reader.pk for reader in readers if reader.is_staff]
    others = [reader.pk for reader in readers if not reader.is_staff]
    seen = Q(recipient__in=staff, ticket__isnull=False)
    if others:  # for nobody it would read all tickets besides
        notes = Q(notice=NoticeKind.INTERNAL_NOTE)
        seen |= Q(recipient__in=others, ticket__requester=F("recipient")) & ~notes
    return Delivery.objects.filter(seen, transport=IN_APP, state__in=SHOWN)

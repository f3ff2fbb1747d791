"""Breakers: too many mails to one address, about one ticket or by one rule within an hour are held, never dropped.

A loop or a mistake shall fill nobody's mailbox before somebody has looked. What is held stays planned and says so on
the page of deliveries until a support admin releases it; then it goes, and the breaker counts afresh. Called by the
delivery of a row. The counts of one call are kept between its rows, so that a fan-out to a thousand asks once.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet

from notifications.models import EMAIL, GONE_OUT, WAITING, Breaker, Delivery, Hold, NoticeKind

WINDOW: Final = timedelta(hours=1)


def key_of(row: Delivery, hold: Hold) -> str:
    """What a breaker of this kind counts for a row."""
    if hold is Hold.ADDRESS:
        return row.address
    return str(row.ticket_id or "") if hold is Hold.THREAD else f"{row.event_kind}:{row.notice}"


def limit_of(hold: Hold) -> int:
    """How many within the hour are still all right; 0: any number."""
    limits = {Hold.ADDRESS: "MAILS_PER_ADDRESS", Hold.THREAD: "MAILS_PER_THREAD", Hold.RULE: "MAILS_PER_RULE"}
    return int(getattr(settings, limits[hold]))


def held_by(breaker: Breaker) -> QuerySet[Delivery]:
    """The rows that wait for this one."""
    return Delivery.objects.filter(
        _like(Hold(breaker.hold), breaker.key), state__in=WAITING, held=breaker.hold
    )


@dataclass
class Guard:
    """The breakers as one call of delivery meets them."""

    counted: dict[str, set[uuid.UUID]] = field(default_factory=dict)
    known: dict[str, Breaker] = field(default_factory=dict)

    def foresee(self, rows: Iterable[Delivery], now: datetime) -> None:
        """Read for all of them what `holds` asks about each: their breakers, and what left to their addresses."""
        watched = {name: hold for row in rows for name, hold in _watched(row).items()}
        self.known = Breaker.objects.in_bulk(list(watched))
        unknown = {name for name, hold in watched.items() if hold is Hold.ADDRESS} - {
            *self.known,
            *self.counted,
        }
        self.counted |= {name: set() for name in unknown}
        keys = [name.partition(":")[2] for name in unknown]
        gone = Delivery.objects.filter(
            address__in=keys, transport=EMAIL, state__in=GONE_OUT, settled_at__gte=now - WINDOW
        )
        for address, row_id in gone.values_list("address", "id") if keys else ():
            self.counted[f"{Hold.ADDRESS}:{address}"].add(row_id)

    def holds(self, row: Delivery, now: datetime) -> Hold | None:
        """For what this mail is held, if for anything. Opens the breaker it is too much for."""
        if row.transport != EMAIL or row.released or row.notice == NoticeKind.ACCOUNT:
            return None
        for name, hold in _watched(row).items():
            breaker = self.known.get(name)
            if breaker and breaker.released_at is None:
                return hold
            since = max(now - WINDOW, breaker.released_at or now - WINDOW) if breaker else now - WINDOW
            if len(self._counted(name, hold, row, since) | {_unit(hold, row)}) > limit_of(hold):
                self.known[name] = _open(name, hold, key_of(row, hold), now)
                return hold
        return None

    def sent(self, row: Delivery) -> None:
        """One more."""
        for hold in Hold:
            if (name := f"{hold}:{key_of(row, hold)}") in self.counted:
                self.counted[name].add(_unit(hold, row))

    def _counted(self, name: str, hold: Hold, row: Delivery, since: datetime) -> set[uuid.UUID]:
        if name not in self.counted:
            gone = Delivery.objects.filter(
                _like(hold, key_of(row, hold)), transport=EMAIL, state__in=GONE_OUT, settled_at__gte=since
            )
            # A thousand readers of one event are one event; a loop is many.
            units: Iterable[uuid.UUID] = gone.values_list(
                "id" if hold is Hold.ADDRESS else "event_id", flat=True
            )
            self.counted[name] = set(units)
        return self.counted[name]


def _unit(hold: Hold, row: Delivery) -> uuid.UUID:
    return row.id if hold is Hold.ADDRESS else row.event_id


def _like(hold: Hold, key: str) -> Q:
    if hold is Hold.ADDRESS:
        return Q(address=key)
    if hold is Hold.THREAD:
        return Q(ticket_id=uuid.UUID(key))
    event_kind, _, notice = key.partition(":")
    return Q(event_kind=event_kind, notice=notice)


def _watched(row: Delivery) -> dict[str, Hold]:
    """The breakers that may hold it, by name."""
    return {f"{hold}:{key}": hold for hold in Hold if limit_of(hold) and (key := key_of(row, hold))}


def _open(name: str, hold: Hold, key: str, now: datetime) -> Breaker:
    values = {"hold": hold, "key": key, "count": limit_of(hold), "opened_at": now, "released_at": None}
    return Breaker.objects.update_or_create(id=name, defaults=values)[0]

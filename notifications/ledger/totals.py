"""Totals: how many deliveries are in which state, and since when the oldest that is due waits.

What waits or is being sent is counted however old it is, what has ended when it was planned within a day: both by an
index, so that asking every few seconds costs little in a ledger of millions. Called by `notifications.metrics` and the
operations page.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Min, Q

from notifications.models import WAITING, Delivery, State

PERIOD: Final = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Totals:
    """By transport and state; by transport, since when the oldest is due that nobody holds back."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    due_since: dict[str, datetime] = field(default_factory=dict)

    def of(self, *states: str) -> int:
        """Over all transports."""
        return sum(count for (_, state), count in self.counts.items() if state in states)

    @property
    def oldest(self) -> datetime | None:
        return min(self.due_since.values(), default=None)


def totals(now: datetime) -> Totals:
    """Two queries."""
    open_ones = Q(state__in=WAITING) | Q(state=State.SENDING)
    counted = Delivery.objects.filter(open_ones | Q(created_at__gte=now - PERIOD)).order_by()
    due = Delivery.objects.filter(state__in=WAITING, held="", due_at__lte=now).order_by()
    return Totals(
        counts={
            (transport, state): count
            for transport, state, count in counted.values_list("transport", "state").annotate(Count("pk"))
        },
        due_since=dict(due.values_list("transport").annotate(Min("due_at"))),
    )

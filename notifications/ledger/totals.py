"""Totals: how many deliveries are in which state, and since when the oldest that is due waits.

What waits or is being sent is counted however old it is, what has ended when it was planned within a day: both by an
index, so that asking every few seconds costs little in a ledger of millions. Called by `notifications.metrics` and the
operations page.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Min, Q

from notifications.ledger.looks import LOOKS
from notifications.models import WAITING, Delivery, State
from notifications.transports.registry import TRANSPORTS
from support.look import Look

PERIOD: Final = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Totals:
    """By transport and state, at a moment; by transport how many are due that nobody holds back, and since when."""

    at: datetime
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    waiting: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    @property
    def due(self) -> int:
        """Over all transports."""
        return sum(count for count, _ in self.waiting.values())

    @property
    def oldest_due(self) -> float | None:
        """For how many seconds the oldest has been due."""
        since = min((since for _, since in self.waiting.values()), default=None)
        return (self.at - since).total_seconds() if since else None

    @property
    def looks(self) -> list[tuple[Look, int]]:
        """Each state that occurs, as it looks, with how many there are."""
        found = {
            state: sum(self.counts.get((each, state), 0) for each in TRANSPORTS) for state in State.values
        }
        return [(LOOKS[state], count) for state, count in found.items() if count]

    def due_for(self, transport: str) -> float:
        """For how many seconds the oldest of this transport has been due; 0.0 when none is."""
        if transport not in self.waiting:
            return 0.0
        return (self.at - self.waiting[transport][1]).total_seconds()


def totals(now: datetime) -> Totals:
    """Two queries."""
    open_ones = Q(state__in=WAITING) | Q(state=State.SENDING)
    counted = Delivery.objects.filter(open_ones | Q(created_at__gte=now - PERIOD)).order_by()
    due = Delivery.objects.filter(state__in=WAITING, held="", due_at__lte=now).order_by()
    by_state = counted.values_list("transport", "state").annotate(Count("pk"))
    by_transport = due.values_list("transport").annotate(Count("pk"), Min("due_at"))
    return Totals(
        at=now,
        counts={(transport, state): count for transport, state, count in by_state},
        waiting={transport: (count, since) for transport, count, since in by_transport},
    )

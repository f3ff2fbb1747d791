"""What stands beside the list: how many are in trouble, what is held back, which runs go on.

Selectors for the page of support admins. One query each.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db.models import Count, F, Q
from django.utils import timezone

from notifications.ledger.conditions import TROUBLED
from notifications.models import WAITING, Breaker, Delivery, Run, RunState, Suppression

RUNS_SHOWN: Final = 5
LISTED: Final = 100
RECENT: Final = timedelta(days=30)


def counts() -> dict[str, int]:
    """How many are held, are in trouble, and wait; of the last 30 days as far as they are over."""
    recent = Q(created_at__gte=timezone.now() - RECENT)
    return Delivery.objects.aggregate(
        kept_back=Count("id", Q(state__in=WAITING) & ~Q(held="")),
        trouble=Count("id", recent & Q(state__in=TROUBLED)),
        waiting=Count("id", Q(state__in=WAITING, held="")),
    )


def open_breakers() -> Iterable[Breaker]:
    """What is held back just now, and since when."""
    return Breaker.objects.filter(released_at=None).order_by("-opened_at")[:LISTED]


def suppressions() -> Iterable[Suppression]:
    """Addresses that take no mail from us, newest first."""
    return Suppression.objects.order_by("-since")[:LISTED]


def runs() -> Iterable[Run]:
    """The latest runs, whether they go on or are over."""
    return Run.objects.select_related("by").order_by(F("ended_at").desc(nulls_first=True), "-until")[
        :RUNS_SHOWN
    ]


def is_running() -> bool:
    """Whether a run goes on, so that the page looks again."""
    return Run.objects.filter(state=RunState.RUNNING).exists()

"""What stands beside the list: how many are in trouble, what is held back, which runs go on.

Selectors for the page of support admins. One query each, two for the counts.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db.models import Count, F, Q
from django.utils import timezone

from notifications.models import TROUBLED, WAITING, Breaker, Delivery, Run, RunState, Suppression

RUNS_SHOWN: Final = 5
LISTED: Final = 100
RECENT: Final = timedelta(days=30)


def counts() -> dict[str, int]:
    """How many are held, wait, and were in trouble of late; each from an index, however long the ledger is."""
    waiting = Delivery.objects.filter(state__in=WAITING)
    recent = Delivery.objects.filter(created_at__gte=timezone.now() - RECENT, state__in=TROUBLED)
    on_their_way = waiting.aggregate(kept_back=Count("id", ~Q(held="")), waiting=Count("id", Q(held="")))
    return on_their_way | {"trouble": recent.count()}


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

"""Lists of the ledger: a page of rows, newest first, by key; what may be done with each; what stands beside them.

Selectors for the page of support admins, who see every row. A fixed number of queries whatever there is.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from notifications.ledger.filters import TROUBLED, Filter
from notifications.models import (
    GONE_OUT,
    WAITING,
    Breaker,
    Delivery,
    Run,
    RunAction,
    RunState,
    State,
    Suppression,
)
from support.selectors import paging

PAGE: Final = 50
RUNS_SHOWN: Final = 5
LISTED: Final = 100
RECENT: Final = timedelta(days=30)
# What each action may be done to. What was withheld stays so: the reason was ours, and still holds.
_OVER: Final = (*GONE_OUT, State.FAILED, State.UNCERTAIN, State.CANCELLED)
# What each action may be done to. What was withheld stays so: the reason was ours, and still holds. The text of an
# account mail is gone with its last try.
OPEN_TO: Final[dict[str, Q]] = {
    RunAction.REPLAY: Q(state__in=_OVER, account_mail=None) | Q(state__in=WAITING, held=""),
    RunAction.CANCEL: Q(state__in=WAITING),
    RunAction.RELEASE: Q(state__in=WAITING) & ~Q(held=""),
}


def page_of(wanted: Filter, cursor: str | None) -> paging.Page[Delivery]:
    """Fifty rows. Raises Refused("invalid") on a cursor that we did not give out."""
    rows = wanted.of(Delivery.objects.all()).select_related("recipient", "ticket", "carrier")
    if cursor:
        rows = beyond(rows, paging.read(cursor))
    found = list(rows.order_by("-created_at", "-id")[: PAGE + 1])
    shown = found[:PAGE]
    after = paging.write(paging.Place(shown[-1].created_at, shown[-1].id)) if len(found) > PAGE else None
    return paging.Page(shown, after)


def beyond(rows: QuerySet[Delivery], place: paging.Place) -> QuerySet[Delivery]:
    """What comes after a place, newest first."""
    older = Q(created_at__lt=place.updated_at) | Q(id__lt=place.id)
    return rows.filter(older, created_at__lte=place.updated_at)


def concerned(action: str, wanted: Filter, until: datetime) -> QuerySet[Delivery]:
    """The rows that an action over this filter is about: those it may be done to, created until then."""
    return wanted.of(Delivery.objects.filter(OPEN_TO[action], created_at__lte=until))


def counts() -> dict[str, int]:
    """How many are held, are in trouble, and wait; of the last 30 days as far as they are over."""
    recent = Q(created_at__gte=timezone.now() - RECENT)
    return Delivery.objects.aggregate(
        held=Count("id", Q(state__in=WAITING) & ~Q(held="")),
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

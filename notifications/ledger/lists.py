"""Lists of the ledger: a page of rows, newest first, by key; and which rows an action may be done to.

Selectors for the page of support admins, who see every row, and for the service that does what they ask.
"""

from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from notifications.ledger.filters import Filter
from notifications.models import (
    GONE_OUT,
    WAITING,
    Delivery,
    RunAction,
    State,
)
from support.selectors import paging

PAGE: Final = 50
NEWEST: Final = paging.Order(key="newest", column="created_at")
# What each action may be done to. What was withheld stays so: the reason was ours, and still holds.
REPLAYABLE: Final = (*GONE_OUT, State.FAILED, State.UNCERTAIN, State.CANCELLED)
# What each action may be done to. What was withheld stays so: the reason was ours, and still holds. The text of an
# account mail is gone with its last try.
OPEN_TO: Final[dict[str, Q]] = {
    RunAction.REPLAY: Q(state__in=REPLAYABLE, account_mail=None) | Q(state__in=WAITING, held=""),
    RunAction.CANCEL: Q(state__in=WAITING),
    RunAction.RELEASE: Q(state__in=WAITING) & ~Q(held=""),
}


def page_of(wanted: Filter, cursor: str | None) -> paging.Page[Delivery]:
    """Fifty rows. Raises Refused("invalid") on a cursor that we did not give out."""
    rows = wanted.of(Delivery.objects.all()).select_related("recipient", "ticket", "carrier")
    return paging.paged(rows, cursor=cursor, limit=PAGE, order=NEWEST)


def concerned(action: str, wanted: Filter, until: datetime) -> QuerySet[Delivery]:
    """The rows that an action over this filter is about: those it may be done to, created until then."""
    return wanted.of(Delivery.objects.filter(OPEN_TO[action], created_at__lte=until))

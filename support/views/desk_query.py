"""What the desk's address asks for: which view, which order, which search, which ticket.

Called by support.views.desk and desk_actions. Anything unknown falls back to the inbox, latest change first; only a
ticket id that is no id is refused, as not found, because somebody followed a link to a ticket.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.problems import Refused
from support.selectors.filters import harmless
from support.selectors.lists import ROWS
from support.selectors.paging import MOST_ROWS, NEWEST_FIRST, OLDEST_FIRST, URGENT_FIRST, Order

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, kw_only=True)
class View:
    """One list of tickets: its key in `selectors.staff_tickets`, its name, its icon."""

    key: str
    label: "StrOrPromise"
    icon: str


@dataclass(frozen=True, kw_only=True)
class Sort:
    """One way to put a list in order, as its menu names it. The default is not in the address."""

    order: Order
    label: "StrOrPromise"

    @property
    def key(self) -> str:
        """Its word in the address."""
        return self.order.key

    @property
    def in_address(self) -> str | None:
        """For a link; None leaves the default out."""
        return None if self.order is NEWEST_FIRST else self.key


VIEWS: Final = (
    View(key="inbox", label=_("Your inbox"), icon="inbox"),
    View(key="unassigned", label=_("Unassigned"), icon="user"),
    View(key="open", label=_("All open"), icon="st-open"),
    View(key="waiting", label=_("Waiting on requester"), icon="st-waiting"),
    View(key="chats", label=_("Live chats"), icon="chat"),
    View(key="resolved", label=_("Resolved"), icon="check"),
)
BY_KEY: Final = {view.key: view for view in VIEWS}
# A search looks everywhere: the agent knows the ticket, not where it is.
RESULTS: Final = View(key="all", label=_("Search results"), icon="search")
SORTS: Final = (
    Sort(order=NEWEST_FIRST, label=_("Newest first")),
    Sort(order=OLDEST_FIRST, label=_("Oldest first")),
    Sort(order=URGENT_FIRST, label=_("Urgent first")),
)
SORT_BY_KEY: Final = {sort.key: sort for sort in SORTS}


@dataclass(frozen=True, kw_only=True)
class DeskQuery:
    """The parsed query string. `before` pages the thread back, `details` opens the panel without script.

    `rows`: how many script has on the page and wants to see again.
    """

    view: View
    sort: Sort = SORTS[0]
    search: str = ""
    ticket_id: UUID | None = None
    cursor: str | None = None
    before: int | None = None
    rows: int = ROWS
    details: bool = False

    @property
    def shown(self) -> View:
        """The list on the page: the view, or the results of a search."""
        return RESULTS if self.search else self.view


def parse(data: QueryDict, ticket_id: UUID | None = None, rows: str = "") -> DeskQuery:
    """Read a query string; raises Refused("not-found") for a ticket id that is none."""
    return DeskQuery(
        view=BY_KEY.get(data.get("view", ""), VIEWS[0]),
        sort=SORT_BY_KEY.get(data.get("sort", ""), SORTS[0]),
        search=harmless(data.get("q", "")),
        ticket_id=ticket_id or _ticket_id(data.get("ticket", "")),
        cursor=data.get("cursor") or None,
        before=_number(data.get("before", "")),
        rows=min(max(_number(rows) or ROWS, ROWS), MOST_ROWS),
        details=data.get("details") == "1",
    )


def _ticket_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Refused("not-found") from None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

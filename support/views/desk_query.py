"""What the desk's address asks for: which view, which search, which ticket.

Called by support.views.desk and desk_actions. Anything unknown falls back to the inbox; only a ticket id that is no
id is refused, as not found, because somebody followed a link to a ticket.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import QueryDict

from core.problems import Refused

MOST_SEARCH: Final = 200


@dataclass(frozen=True, kw_only=True)
class View:
    """One list of tickets: its key in `selectors.staff_tickets`, its name, its icon."""

    key: str
    label: str
    icon: str


VIEWS: Final = (
    View(key="inbox", label="Your inbox", icon="inbox"),
    View(key="unassigned", label="Unassigned", icon="user"),
    View(key="open", label="All open", icon="st-open"),
    View(key="waiting", label="Waiting on requester", icon="st-waiting"),
    View(key="chats", label="Live chats", icon="chat"),
    View(key="resolved", label="Resolved", icon="check"),
)
BY_KEY: Final = {view.key: view for view in VIEWS}
# A search looks everywhere: the agent knows the ticket, not where it is.
RESULTS: Final = View(key="all", label="Search results", icon="search")


@dataclass(frozen=True, kw_only=True)
class DeskQuery:
    """The parsed query string. `before` pages the thread back, `details` opens the panel without script."""

    view: View
    search: str = ""
    ticket_id: UUID | None = None
    cursor: str | None = None
    before: int | None = None
    details: bool = False

    @property
    def shown(self) -> View:
        """The list on the page: the view, or the results of a search."""
        return RESULTS if self.search else self.view


def parse(data: QueryDict, ticket_id: UUID | None = None) -> DeskQuery:
    """Read a query string; raises Refused("not-found") for a ticket id that is none."""
    before = data.get("before", "")
    return DeskQuery(
        view=BY_KEY.get(data.get("view", ""), VIEWS[0]),
        search=data.get("q", "").replace("\0", "").strip()[:MOST_SEARCH],
        ticket_id=ticket_id or _ticket_id(data.get("ticket", "")),
        cursor=data.get("cursor") or None,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None,
        details=data.get("details") == "1",
    )


def _ticket_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Refused("not-found") from None

"""What the address of the ticket list asks for: search, tab, priority, tag, place.

Called by support.views.tickets. Unknown words fall back to everything, because a list is never worth an error page;
the selectors refuse only a cursor that is not theirs.
"""

from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from support.workflow import Priority, Status

MOST_SEARCH: Final = 200
TABS: Final = (("", "All"), ("open", "Open"), ("waiting", "Waiting on you"), ("resolved", "Resolved"))
_STATUSES: Final = {key for key, _ in TABS} | set(Status.values)


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One tab: where it leads, what it says, how many are behind it."""

    label: str
    count: int
    address: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class TicketQuery:
    """The parsed query string; the empty string asks for everything. `selected` is the ticket open beside the list."""

    search: str = ""
    status: str = ""
    priority: str = ""
    tag: str = ""
    cursor: str | None = None
    selected: UUID | None = None

    @property
    def narrowed(self) -> bool:
        """Whether something hides tickets."""
        return any((self.search, self.status, self.priority, self.tag))

    def address(self, **changed: str | None) -> str:
        """The list's address with some of the query changed; a new question starts at the top."""
        asked = asdict(self) | {"cursor": None, "selected": None} | changed
        query = urlencode({name: value for name, value in asked.items() if value})
        return reverse("tickets") + (f"?{query}" if query else "")

    def tabs(self, counts: dict[str, int]) -> list[Tab]:
        """The tabs with their counts."""
        return [
            Tab(
                label=label,
                count=counts[key or "all"],
                address=self.address(status=key),
                current=self.status == key,
            )
            for key, label in TABS
        ]


def parse(data: QueryDict) -> TicketQuery:
    """Read a query string."""
    return TicketQuery(
        search=_clean(data.get("search", "")),
        status=data.get("status", "") if data.get("status", "") in _STATUSES else "",
        priority=data.get("priority", "") if data.get("priority", "") in Priority.values else "",
        tag=_clean(data.get("tag", "")),
        cursor=data.get("cursor") or None,
        selected=_uuid(data.get("selected", "")),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()[:MOST_SEARCH]

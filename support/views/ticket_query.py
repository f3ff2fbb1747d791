"""What the address of the ticket list asks for: search, tab, priority, tag, place.

Called by support.views.tickets. Unknown words fall back to everything, because a list is never worth an error page;
the selectors refuse only a cursor that is not theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support.selectors.filters import harmless
from support.workflow import Priority, Status

TABS: Final = (
    ("", gettext_lazy("All")),
    ("open", gettext_lazy("Open")),
    ("waiting", gettext_lazy("Waiting on you")),
    ("resolved", gettext_lazy("Resolved")),
)
_STATUSES: Final = {key for key, _label in TABS} | set(Status.values)


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One tab: where it leads, what it says, how many are behind it."""

    key: str
    label: str
    count: int
    address: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter that is on: what it is called, what was chosen, and the address of the list without it."""

    name: str
    label: str
    value: str
    address: str


@dataclass(frozen=True, kw_only=True)
class TicketQuery:
    """The parsed query string; the empty string asks for everything.

    `selected` is the ticket that is open, beside the list or `alone`.
    """

    search: str = ""
    status: str = ""
    priority: str = ""
    tag: str = ""
    cursor: str | None = None
    selected: UUID | None = None
    alone: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether something hides tickets."""
        return any((self.search, self.status, self.priority, self.tag))

    @property
    def filters(self) -> dict[str, str]:
        """What the selectors take."""
        return {"search": self.search, "status": self.status, "priority": self.priority, "tag": self.tag}

    @property
    def suffix(self) -> str:
        """What a ticket's own address carries, so that the list beside it stays as it was."""
        return _query(self.filters)

    @property
    def full_suffix(self) -> str:
        """The ticket without the list, which comes back as it was."""
        return _query({**self.filters, "view": "full"})

    @property
    def posted_suffix(self) -> str:
        """What the forms of an open ticket post to, so that the answer has the same list or none beside it."""
        return self.full_suffix if self.alone else self.suffix

    @property
    def here(self) -> str:
        """The address a browser shows: the open ticket's, or the list's."""
        path = reverse("ticket", args=[self.selected]) if self.selected else reverse("tickets")
        return path + self.suffix

    @property
    def beside(self) -> str:
        """The open ticket's address with this page of the list beside it."""
        return reverse("ticket", args=[self.selected]) + _query({**self.filters, "cursor": self.cursor or ""})

    @property
    def everything(self) -> str:
        """The list without any filter, the open ticket still beside it."""
        return self.address(search="", status="", priority="", tag="")

    def address(self, **changed: str | None) -> str:
        """The list's address with some of the query changed; a new question starts at the top."""
        return reverse("tickets") + _query({**self.filters, "selected": str(self.selected or ""), **changed})

    def tabs(self, counts: dict[str, int]) -> list[Tab]:
        """The tabs with their counts."""
        return [
            Tab(
                key=key or "all",
                label=str(label),
                count=counts[key or "all"],
                address=self.address(status=key),
                current=self.status == key,
            )
            for key, label in TABS
        ]

    def chips(self) -> list[Chip]:
        """The filters that are on and that no tab shows, each with its way out."""
        known = dict(TABS)
        status = "" if self.status in known else str(Status(self.status).label)
        priority = str(Priority(self.priority).label) if self.priority else ""
        named = [
            ("status", _("Status"), status),
            ("priority", _("Priority"), priority),
            ("tag", _("Tag"), self.tag),
        ]
        return [
            Chip(name=name, label=label, value=value, address=self.address(**{name: ""}))
            for name, label, value in named
            if value
        ]


def parse(data: QueryDict, selected: UUID | None = None) -> TicketQuery:
    """Read a query string; `selected` when the address is the ticket's own."""
    return TicketQuery(
        search=harmless(data.get("search", "")),
        status=data.get("status", "") if data.get("status", "") in _STATUSES else "",
        priority=data.get("priority", "") if data.get("priority", "") in Priority.values else "",
        tag=harmless(data.get("tag", "")),
        cursor=data.get("cursor") or None,
        selected=selected or _uuid(data.get("selected", "")),
        alone=data.get("view") == "full",
    )


def _query(asked: Mapping[str, str | None]) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"?{query}" if query else ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None

"""Counts beside the views, tabs and badges, each in one query.

Called by the pages, the sockets and the `unread` reactions.
"""

from typing import Any

from django.db.models import Count, Q, Sum

from core.models import User
from support.models import SupportTicket
from support.selectors import filters
from support.selectors.lists import views_of
from support.selectors.tickets import requester_unread, staff_unread
from support.workflow import ACTIVE

# A count of everything that was ever answered tells nobody anything, and costs a scan of the table.
COUNTED_VIEWS = ("inbox", "unassigned", "open", "waiting", "chats")


def view_counts(user: User) -> dict[str, int]:
    """How many tickets wait in each view of the desk that has a count (COUNTED_VIEWS)."""
    views = views_of(user)
    active = SupportTicket.objects.visible_to(user).filter(status__in=sorted(ACTIVE))
    counted = {name: Count("pk", filter=views[name]) for name in COUNTED_VIEWS}
    return active.aggregate(**counted)


def status_counts(user: User, *, search: str = "", priority: str = "", tag: str = "") -> dict[str, int]:
    """How many of a person's own tickets stand under each tab: all, open, waiting, resolved.

    With the list's other filters, so that a tab's number is what stands behind it.
    """
    tabs = {tab: Q(status__in=sorted(filters.TABS[tab])) for tab in ("open", "waiting", "resolved")}
    own = SupportTicket.objects.visible_to(user).filter(requester=user)
    own = filters.narrowed(own, status="", priority=priority, tag=tag)
    if text := filters.harmless(search):
        own = own.filter(filters.contains(text))
    counted = {tab: Count("pk", filter=condition) for tab, condition in tabs.items()}
    return own.aggregate(all=Count("pk"), **counted)


def unread_total(user: User) -> int:
    """The number on the badge."""
    return int(_badge(user).aggregate(total=Sum("unread"))["total"] or 0)


def unread_by_ticket(user: User) -> dict[str, int]:
    """What the badge's number is made of: by ticket id, those with something unread."""
    rows = _badge(user).values_list("pk", "unread")
    return {str(ticket_id): unread for ticket_id, unread in rows if unread}


def _badge(user: User) -> Any:
    """A requester's: messages they have not seen.

    An agent's: messages that nobody on staff has seen, in active tickets that are theirs or nobody's.
    """
    tickets = SupportTicket.objects.visible_to(user)
    if not user.is_staff:
        return tickets.annotate(unread=requester_unread(user))
    theirs = Q(assigned_to=user) | Q(assigned_to=None)
    return tickets.filter(theirs, status__in=sorted(ACTIVE)).annotate(unread=staff_unread())

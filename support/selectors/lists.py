"""The lists of tickets: a requester's own, and the views of the staff desk.

Called by the pages and the API. Keyset pages, two joins and no counting of rows: the same cost at a thousand
tickets and at a hundred thousand.
"""

import uuid

from django.db.models import Q

from core.models import User
from support.models import SupportTicket
from support.models.tickets import SEARCHED, TicketQuerySet
from support.selectors import filters
from support.selectors.few import named_if_few
from support.selectors.paging import NEWEST_FIRST, Order, Page, paged
from support.selectors.tickets import as_read_by, live_chat, tickets_for
from support.workflow import ACTIVE, Status

ROWS = 25
VIEWS = ("all", "inbox", "unassigned", "open", "waiting", "chats", "resolved")


def views_of(user: User) -> dict[str, Q]:
    """The views of the desk: each name and the condition behind it."""
    active = Q(status__in=sorted(ACTIVE))
    return {
        "all": Q(),
        "inbox": active & Q(assigned_to=user),
        "unassigned": active & Q(assigned_to=None),
        "open": active,
        "waiting": Q(status=Status.WAITING_USER),
        "chats": Q(live_chat()),
        "resolved": Q(status__in=sorted(filters.DONE)),
    }


def requester_tickets(
    user: User,
    *,
    search: str = "",
    status: str = "",
    priority: str = "",
    tag: str = "",
    cursor: str | None = None,
    limit: int = ROWS,
) -> Page[SupportTicket]:
    """A person's own tickets, staff or not; `status` is a status or a tab of `filters.TABS`."""
    tickets = tickets_for(user).filter(requester=user)
    tickets = filters.narrowed(tickets, status=status, priority=priority, tag=tag)
    if text := filters.harmless(search):
        tickets = tickets.filter(filters.contains(text))
    return paged(as_read_by(user, tickets), cursor=cursor, limit=limit)


def has_tickets(user: User) -> bool:
    """Whether a person ever asked anything."""
    return SupportTicket.objects.visible_to(user).filter(requester=user).exists()


def staff_tickets(
    user: User,
    *,
    view: str = "all",
    search: str = "",
    q: str = "",
    status: str = "",
    priority: str = "",
    tag: str = "",
    assignee: str | uuid.UUID = "",
    unassigned: bool = False,
    order: Order = NEWEST_FIRST,
    cursor: str | None = None,
    limit: int = ROWS,
) -> Page[SupportTicket]:
    """A view of the desk. `search` takes beginnings of words, a reference or an address; `q` is full text."""
    tickets = tickets_for(user).filter(filters.known(views_of(user), "view", view))
    tickets = filters.narrowed(tickets, status=status, priority=priority, tag=tag)
    tickets = filters.owned(tickets, assignee=assignee, unassigned=unassigned)
    if search or q or tag:
        found = _searched(tickets, filters.harmless(search), filters.harmless(q))
        tickets = named_if_few(user, found, is_guessed=filters.is_plain(q))
    return paged(as_read_by(user, tickets), cursor=cursor, limit=limit, order=order)


def _searched(tickets: TicketQuerySet, search: str, q: str) -> TicketQuerySet:
    if search or q:
        tickets = tickets.alias(words=SEARCHED)
    if search:
        tickets = tickets.filter(filters.as_typed(search))
    return tickets.filter(filters.full_text(q)) if q else tickets

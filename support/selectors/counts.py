"""Counts beside the views, tabs and badges, each in one query or two.

Called by the pages, the sockets and the `unread` reactions.
"""

import uuid
from collections.abc import Collection, Iterable

from django.db.models import Count, Q

from core.models import User
from support.models import SupportTicket
from support.selectors import filters
from support.selectors.lists import views_of
from support.selectors.tickets import live_tickets, requester_unread, team_unread
from support.workflow import ACTIVE

# A count of everything that was ever answered tells nobody anything, and costs a scan of the table.
COUNTED_VIEWS = ("inbox", "unassigned", "open", "waiting", "chats")


def view_counts(user: User) -> dict[str, int]:
    """How many tickets wait in each view of the desk that has a count (COUNTED_VIEWS)."""
    # Asked of each row it would cost a look a ticket: what is live is a handful, and known at once.
    views = views_of(user) | {"chats": Q(pk__in=live_tickets())}
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


def view_counts_of(agents: Collection[User]) -> dict[uuid.UUID, dict[str, int]]:
    """`view_counts` of many agents, in two queries: the inbox alone differs from one to the other."""
    if not agents:
        return {}
    active = SupportTicket.objects.filter(status__in=sorted(ACTIVE))
    owned = (
        active.filter(assigned_to__in=agents).order_by().values_list("assigned_to").annotate(n=Count("pk"))
    )
    inboxes = dict(owned)
    shared = view_counts(next(iter(agents)))
    return {agent.pk: shared | {"inbox": inboxes.get(agent.pk, 0)} for agent in agents}


def unread_total(user: User) -> int:
    """The number on the badge."""
    return sum(unread_by_ticket(user).values())


def unread_by_ticket(user: User) -> dict[str, int]:
    """What the badge's number is made of: by ticket id, those with something unread."""
    return unread_of([user])[user.pk]


def unread_of(people: Collection[User]) -> dict[uuid.UUID, dict[str, int]]:
    """The badges of many, in a query for requesters and one for agents; by ticket id, in the order of ids.

    A requester's: messages they have not seen. An agent's: messages that nobody on staff has seen, in active tickets
    that are theirs or nobody's and that somebody else asked.
    """
    found: dict[uuid.UUID, dict[str, int]] = {person.pk: {} for person in people}
    if askers := [person for person in people if not person.is_staff]:
        for asker, ticket, unread in _unread_by_requesters(askers):
            found[asker][str(ticket)] = unread
    if agents := [person for person in people if person.is_staff]:
        for ticket, assignee, requester, unread in _unread_by_team(agents):
            for agent in agents:
                if assignee in {None, agent.pk} and requester != agent.pk:
                    found[agent.pk][str(ticket)] = unread
    return found


def _unread_by_requesters(askers: Collection[User]) -> Iterable[tuple[uuid.UUID, uuid.UUID, int]]:
    tickets = SupportTicket.objects.filter(requester__in=askers).annotate(unread=requester_unread())
    return tickets.filter(unread__gt=0).order_by("pk").values_list("requester", "pk", "unread")


def _unread_by_team(agents: Collection[User]) -> Iterable[tuple[uuid.UUID, uuid.UUID | None, uuid.UUID, int]]:
    theirs = Q(assigned_to__in=agents) | Q(assigned_to=None)
    tickets = SupportTicket.objects.filter(theirs, status__in=sorted(ACTIVE)).annotate(unread=team_unread())
    rows = tickets.filter(unread__gt=0).order_by("pk")
    return rows.values_list("pk", "assigned_to", "requester", "unread")

"""Agents: who is there, in public and for colleagues.

Called by the API's online-status, the pages and the presence frames. Colleagues see what is effective, the public what
is shown (after the debounce). Rows are what the presence worker keeps true; leases in Valkey are not read here.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, OuterRef, QuerySet, Subquery

from core.models import User
from support.models import ChatSession, SupportUserStatus
from support.workflow import Availability


@dataclass(frozen=True)
class OnlineStatus:
    """What everybody may know: whether support is there, and under which name it answers."""

    is_online: bool
    availability: str
    support_name: str


def agents_online() -> list[User]:
    """The agents who are there, by name, each with `availability` (online or away): for colleagues, at once."""
    here = _active().exclude(support_status__availability=Availability.OFFLINE)
    here = here.exclude(support_status__availability=Availability.AWAY, support_status__is_present=False)
    here = here.annotate(availability=F("support_status__availability"))
    return list(here.select_related("support_status").order_by("first_name", "username"))


def assignable_agents() -> list[User]:
    """Everybody a ticket may be given to, by name."""
    return list(User.objects.filter(is_staff=True, is_active=True).order_by("first_name", "username"))


def availability_of(agent: User) -> str:
    """What an agent is to colleagues: online, away or offline."""
    row = SupportUserStatus.objects.filter(user=agent).first()
    return str(row.availability if row else Availability.OFFLINE)


def agents_for_chats() -> list[User]:
    """The agents who can take a chat now, who have been online longest first: effective, not what the public sees.

    `is_present` says whether a page of theirs is open; a pinned agent may have none. `last_chat_at`: when they last
    got a chat.
    """
    ready = _active().filter(support_status__availability=Availability.ONLINE)
    last = ChatSession.objects.filter(agent=OuterRef("pk")).order_by("-created_at").values("accepted_at")
    ready = ready.annotate(is_present=F("support_status__is_present"), last_chat_at=Subquery(last[:1]))
    return list(ready.select_related("support_status").order_by("support_status__changed_at", "pk"))


def online_status() -> OnlineStatus:
    """Online while any agent is; away while nobody is online but somebody is away; else offline.

    The name is that of the agent who has been online longest.
    """
    shown = _active().exclude(support_status__shown=Availability.OFFLINE)
    longest = shown.order_by("support_status__changed_at", "pk")
    present = list(longest.values_list("support_status__shown", "first_name"))
    names = [name for availability, name in present if availability == Availability.ONLINE]
    away = Availability.AWAY if present else Availability.OFFLINE
    return OnlineStatus(
        is_online=bool(names),
        availability=(Availability.ONLINE if names else away).value,
        support_name=next(filter(None, names), f"{settings.BRAND_NAME} Support"),
    )


def _active() -> "QuerySet[User]":
    return User.objects.filter(support_status__isnull=False, is_active=True, is_staff=True)

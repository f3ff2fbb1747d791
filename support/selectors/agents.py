"""Agents: who is there, in public and for colleagues.

Called by the API's online-status, the pages and the presence frames. What a row says is what
the presence reactions keep true; leases in Valkey are not read here.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, QuerySet

from core.models import User
from support.models import SupportUserStatus
from support.workflow import Availability


@dataclass(frozen=True)
class OnlineStatus:
    """What everybody may know: whether support is there, and under which name it answers."""

    is_online: bool
    availability: str
    support_name: str


def agents_online() -> list[User]:
    """The agents who are there, by name, each with `availability` (online or away)."""
    return list(_present().select_related("support_status").order_by("first_name", "username"))


def assignable_agents() -> list[User]:
    """Everybody a ticket may be given to, by name."""
    return list(User.objects.filter(is_staff=True, is_active=True).order_by("first_name", "username"))


def availability_of(agent: User) -> str:
    """What an agent is to others: online, away or offline."""
    row = SupportUserStatus.objects.filter(user=agent).first()
    return str(row.effective if row else Availability.OFFLINE)


def online_status() -> OnlineStatus:
    """Online while any agent is; away while nobody is online but somebody is away; else offline.

    The name is that of the agent who has been online longest.
    """
    longest = _present().order_by("support_status__changed_at")
    present = list(longest.values_list("support_status__declared", "first_name"))
    names = [name for availability, name in present if availability == Availability.ONLINE]
    away = Availability.AWAY if present else Availability.OFFLINE
    return OnlineStatus(
        is_online=bool(names),
        availability=(Availability.ONLINE if names else away).value,
        support_name=next(filter(None, names), f"{settings.BRAND_NAME} Support"),
    )


def _present() -> "QuerySet[User]":
    here = User.objects.filter(support_status__is_present=True, is_active=True, is_staff=True)
    return here.exclude(support_status__declared=Availability.OFFLINE).annotate(
        availability=F("support_status__declared")
    )

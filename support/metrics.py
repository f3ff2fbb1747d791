"""What Prometheus is told of people at work: agents by what they are just now, live chats by state.

Called by `core.metrics`, which `core.urls` puts together. One query each, over few rows. Must not name anybody.
"""

from collections.abc import Iterator

from django.db.models import Count
from prometheus_client import Metric

from core.metrics import gauge
from support.models import ChatSession, SupportUserStatus
from support.models.sessions import FOLLOWS
from support.workflow import Availability

LIVE = [state for state, next_ones in FOLLOWS.items() if next_ones]


def families() -> Iterator[Metric]:
    """Raises DatabaseError when PostgreSQL is away."""
    agents = SupportUserStatus.objects.filter(user__is_active=True, user__is_staff=True)
    present = dict(agents.order_by().values_list("availability").annotate(Count("pk")))
    text = "Agents who have ever declared themselves, by effective availability."
    yield gauge(
        "support_agents",
        text,
        "availability",
        {name: float(present.get(name, 0)) for name in Availability.values},
    )
    chats = ChatSession.objects.filter(state__in=LIVE).order_by()
    live = dict(chats.values_list("state").annotate(Count("pk")))
    yield gauge("support_chats", "Live chats.", "state", {state: float(live.get(state, 0)) for state in LIVE})

"""Presence: compares what rows say of agents with the leases their pages hold, and appends what differs.

Beat rings every five seconds; two beats find the same and name it the same. Rows are the starting point, so that a
flushed Valkey cannot leave anybody online for ever; for one lease after a flush a missing lease proves nothing.
It writes no row: the drain does, so that availability has one history.
"""

from support import intake, presence
from support.models import SupportUserStatus
from support.policies import may
from support.workflow import Availability
from workers.base import job


@job("presence.expire", send_events=False)
def expire() -> None:
    """Agents whose lease lapsed are gone; agents who hold one, and want to be seen, are back."""
    agents = SupportUserStatus.objects.filter(user__is_active=True, user__is_staff=True).select_related(
        "user"
    )
    rows = list(agents.exclude(is_present=False, declared=Availability.OFFLINE))
    holding = presence.alive([row.user_id for row in rows])
    absence_counts = presence.absence_counts()
    for row in rows:
        holds = row.user_id in holding
        if row.is_present and not holds and absence_counts:
            intake.expire_presence(row.user_id, row.changed_at.isoformat())
        elif holds and not row.is_present and may(row.user).help:
            intake.restore_presence(row.user)

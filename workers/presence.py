"""Presence: compares what rows say of agents with the leases their pages hold and the clock; appends what differs.

Beat rings every five seconds; two beats find the same and name it the same. Rows are the starting point, so that a
flushed Valkey cannot leave anybody online for ever; for one lease after a flush a missing lease proves nothing.
It writes no row: the drain does, so that availability has one history.
"""

from datetime import UTC, datetime

from support import intake, presence
from support.availability import Observed, Reason, may_show
from support.models import SupportUserStatus
from support.policies import may
from support.presence import Lease
from support.workflow import Availability
from workers.base import job


@job("presence.expire", send_events=False)
def expire() -> None:
    """Agents whose lease lapsed are gone, who hold one are back; idle pages, ended pins and waiting changes count.

    Whoever is an agent no more is gone likewise, pinned or not: others go on with their chats.
    """
    agents = SupportUserStatus.objects.select_related("user")
    rows = list(agents.exclude(is_present=False, declared=Availability.OFFLINE))
    leases = presence.leases([row.user_id for row in rows])
    absence_counts = presence.absence_counts()
    now = datetime.now(UTC)
    for row in rows:
        lease = leases.get(row.user_id)
        helps = may(row.user).help
        if lease is None and (row.is_present or not helps) and absence_counts:
            intake.expire_presence(row.user_id, _edge(row))
        elif helps and is_due(row, seen := _seen(row, lease), now):
            intake.observe_presence(row.user_id, seen, _edge(row))


def is_due(row: SupportUserStatus, seen: Observed, now: datetime) -> bool:
    """Whether the row does not say any more what follows from the declaration, the lease and the clock."""
    if not row.agrees(seen, now):
        return True
    return row.wanted_since is not None and may_show(row.wanted, row.wanted_since, seen, now)


def _seen(row: SupportUserStatus, lease: Lease | None) -> Observed:
    """What the lease says. What it does not say (a Valkey that forgot, a page that has not said) is as it was."""
    if lease and lease.input_at:
        return lease.observed
    idle_since = row.input_at if row.reason == Reason.IDLE else None
    return Observed(is_present=lease is not None or row.is_present, input_at=idle_since)


def _edge(row: SupportUserStatus) -> str:
    """Names the state that is left, so that two beats name its end alike, and the next one differently."""
    return f"{row.last_seen_at}/{row.changed_at}/{row.wanted_since}/{row.reason}/{may(row.user).help}"

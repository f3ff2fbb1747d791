"""Balance: events x audience x transports = rows, always.

Each event that a rule speaks of left a plan with the number of its rows, counted apart from them. Here the rows are
held against the plans, and the plans against what happened: messages, changes and account mails. Four numbers are 0
unless something was lost, doubled or never planned. Called by the page of deliveries and by tests. Writes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Min

from core.contracts import kind_of
from notifications.models import Plan
from notifications.rules import RULES
from support.probing import ACTOR, PROBE_ID

_PLANS: Final = """
SELECT count(*), coalesce(sum(expected), 0), coalesce(sum(found), 0)::bigint,
       count(*) FILTER (WHERE found < expected), count(*) FILTER (WHERE found > expected)
FROM (SELECT plan.expected, count(row.id) AS found
      FROM notifications_plan plan LEFT JOIN notifications_delivery row ON row.event_id = plan.event_id
      WHERE plan.planned_at >= %(since)s GROUP BY plan.event_id) AS held"""
_WITHOUT_PLAN: Final = """
SELECT count(*) FROM notifications_delivery row
WHERE row.created_at >= %(since)s
  AND NOT EXISTS (SELECT FROM notifications_plan plan WHERE plan.event_id = row.event_id)"""
_UNPLANNED: Final = """
SELECT count(*) FROM (
    SELECT id FROM support_chatmessage
    WHERE created_at >= %(since)s AND author_id IS DISTINCT FROM %(probe)s
    UNION ALL SELECT id FROM notifications_accountmail WHERE created_at >= %(since)s
    UNION ALL SELECT id FROM support_change, jsonb_array_elements_text(events) AS event
              WHERE created_at >= %(since)s AND actor <> %(actor)s AND event::jsonb->>'kind' = ANY(%(kinds)s)
) AS happened
WHERE NOT EXISTS (SELECT FROM notifications_plan plan WHERE plan.command_id = happened.id)"""


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What a period came to. `short` and `surplus`: events with too few or too many rows."""

    since: datetime
    events: int
    expected: int
    rows: int
    short: int
    surplus: int
    without_plan: int
    unplanned: int

    @property
    def holds(self) -> bool:
        """Whether every row is accounted for."""
        return self.expected == self.rows and not (
            self.short or self.surplus or self.without_plan or self.unplanned
        )


def balance(since: datetime) -> Balance:
    """Since then; what is older than the first plan was not counted at the time."""
    first = Plan.objects.aggregate(first=Min("planned_at"))["first"]
    since = max(since, first or since)
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"since": since, "kinds": [kind_of(kind) for kind in RULES]}
        values |= {"probe": PROBE_ID, "actor": ACTOR}
        cursor.execute(_PLANS, values)
        events, expected, rows, short, surplus = cursor.fetchone()
        cursor.execute(_WITHOUT_PLAN, values)
        (without_plan,) = cursor.fetchone()
        cursor.execute(_UNPLANNED, values)
        (unplanned,) = cursor.fetchone()
    return Balance(
        since=since,
        events=events,
        expected=expected,
        rows=rows,
        short=short,
        surplus=surplus,
        without_plan=without_plan,
        unplanned=unplanned,
    )

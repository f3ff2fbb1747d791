"""Whether the ledger balances: events x audience x transports = rows. Asked of the rows, not of our code."""

from tests.system.processes import System

_PLANNED_OTHERWISE = """
SELECT count(*) FROM (
    SELECT plan.event_id FROM notifications_plan plan
    LEFT JOIN notifications_delivery delivery ON delivery.event_id = plan.event_id
    GROUP BY plan.event_id HAVING count(delivery.id) <> plan.expected
) AS plans"""
# What the self-probe says is of interest to nobody, and stands for a moment.
_UNPLANNED = """
SELECT count(*) FROM support_chatmessage message JOIN core_user author ON author.id = message.author_id
WHERE author.username <> 'self-probe'
AND NOT EXISTS (SELECT FROM notifications_plan plan WHERE plan.command_id = message.id)"""
_WITHOUT_PLAN = """
SELECT count(*) FROM notifications_delivery delivery
WHERE NOT EXISTS (SELECT FROM notifications_plan plan WHERE plan.event_id = delivery.event_id)"""


def unbalanced(system: System) -> int:
    """Events with another number of rows than planned, messages never planned, rows of nothing that was planned."""
    return sum(system.rows(query)[0][0] for query in (_PLANNED_OTHERWISE, _UNPLANNED, _WITHOUT_PLAN))

"""The orders of the desk's lists: each page by page without a gap, and by an index, not by sorting."""

from typing import Any

import pytest
from django.db import connection

from core.models import User
from core.problems import Refused
from support import selectors
from support.models import SupportTicket
from support.probing import PROBE_ID
from support.selectors.paging import NEWEST_FIRST, OLDEST_FIRST, URGENT_FIRST, Order, paged
from support.workflow import ACTIVE
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
ORDERS = {"newest": NEWEST_FIRST, "oldest": OLDEST_FIRST, "priority": URGENT_FIRST}
# Two of each, asked in this order.
ASKED = ("LOW", "URGENT", "MEDIUM", "HIGH", "URGENT", "LOW", "HIGH", "MEDIUM")
# The self-probe's tickets, one at a time, are left out of whatever is read.
WITHOUT_PROBES = f"Filter: (requester_id <> '{PROBE_ID}'::uuid)"
NUMBERS = {
    "newest": [8, 7, 6, 5, 4, 3, 2, 1],
    "oldest": [1, 2, 3, 4, 5, 6, 7, 8],
    "priority": [2, 5, 4, 7, 3, 8, 1, 6],
}


@pytest.fixture
def tickets(desk: Desk, amira: User) -> int:
    """Eight tickets of all priorities; the number before the first."""
    found = [desk.ask(amira, priority=priority) for priority in ASKED]
    return found[0].number - 1


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("limit", [1, 3, 8])
def test_page_by_page_every_ticket_comes_once_and_in_order(
    name: str, limit: int, tickets: int, ben: User
) -> None:
    found: list[int] = []
    cursor: str | None = None
    while True:
        page = selectors.staff_tickets(ben, view="open", order=ORDERS[name], cursor=cursor, limit=limit)
        found += [ticket.number - tickets for ticket in page.items]
        cursor = page.next
        if cursor is None:
            break

    assert found == NUMBERS[name]


@pytest.mark.parametrize("name", ORDERS)
def test_tickets_of_the_same_moment_come_once(name: str, tickets: int, ben: User) -> None:
    SupportTicket.objects.update(updated_at="2026-03-10T10:24:00Z", priority="HIGH")

    first = selectors.staff_tickets(ben, order=ORDERS[name], limit=5)
    second = selectors.staff_tickets(ben, order=ORDERS[name], limit=5, cursor=first.next)

    assert len({ticket.pk for ticket in [*first.items, *second.items]}) == 8
    assert second.next is None


def test_a_ticket_that_moves_between_two_pages_is_not_lost(tickets: int, desk: Desk, ben: User) -> None:
    """Oldest first: what changed goes to the end, so nothing that was not shown is skipped."""
    first = selectors.staff_tickets(ben, order=OLDEST_FIRST, limit=4)
    desk.say(ben, first.items[0], "Looking.")
    second = selectors.staff_tickets(ben, order=OLDEST_FIRST, limit=5, cursor=first.next)

    assert [ticket.number - tickets for ticket in second.items] == [5, 6, 7, 8, 1]


def test_a_cursor_of_another_order_is_refused(tickets: int, ben: User) -> None:
    cursor = selectors.staff_tickets(ben, order=NEWEST_FIRST, limit=2).next

    with pytest.raises(Refused) as refused:
        selectors.staff_tickets(ben, order=URGENT_FIRST, cursor=cursor)
    assert (refused.value.code, list(refused.value.errors)) == ("invalid", ["cursor"])


def plan_of(order: Order, cursor: str | None, **conditions: Any) -> list[str]:
    """The nodes of the plan PostgreSQL makes when it has many rows to choose from: their kinds and their indexes."""
    asked: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(context["cursor"].mogrify(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        paged(SupportTicket.objects.filter(**conditions), cursor=cursor, limit=2, order=order)
    with connection.cursor() as database:
        # As if the table were large: a handful of rows is always read and sorted.
        database.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
        )
        database.execute(f"EXPLAIN {asked[-1]}")
        return [row[0] for row in database.fetchall() if row[0].strip() != WITHOUT_PROBES]


@pytest.mark.parametrize(
    ("name", "conditions", "index"),
    [
        ("newest", {}, "support_ticket_recent"),
        ("oldest", {}, "support_ticket_recent"),
        ("priority", {}, "support_ticket_urgency"),
        ("oldest", {"status__in": sorted(ACTIVE)}, "support_ticket_active"),
        ("priority", {"status__in": sorted(ACTIVE)}, "support_ticket_pressing"),
    ],
)
@pytest.mark.parametrize("later", [False, True], ids=["first page", "later page"])
def test_each_order_is_read_off_an_index(
    name: str, conditions: dict[str, Any], index: str, later: bool, tickets: int
) -> None:
    order = ORDERS[name]
    cursor = paged(SupportTicket.objects.filter(**conditions), cursor=None, limit=2, order=order).next

    with connection.cursor() as database:
        # Which of two is cheaper for a handful of rows depends on what tests before have left in their pages.
        others = {"support_ticket_recent", "support_ticket_urgency"} - {index}
        database.execute(f"SET CONSTRAINTS ALL IMMEDIATE; DROP INDEX {', '.join(sorted(others))}")
    plan = "\n".join(plan_of(order, cursor if later else None, **conditions))

    assert f"using {index}" in plan
    assert "Sort" not in plan
    assert ("Index Cond: (ROW(" in plan) is later
    assert "Filter" not in plan

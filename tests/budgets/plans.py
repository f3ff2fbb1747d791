"""Plans: how PostgreSQL goes about what a function asks it, each statement explained while it is carried out.

What workers have prepared is planned once, whatever its values (core/connections.py), and is looked at like that too.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.postgresql.base import ServerBindingCursor
from django.test.utils import CaptureQueriesContext
from psycopg.sql import Literal

# What grows with the years. A scan from end to end of any of them is a mistake, however quick it is today.
BIG: Final = frozenset(
    {
        "core_user",
        "support_supportticket",
        "support_chatmessage",
        "support_participant",
        "support_change",
        "support_chatsession",
        "support_replypromise",
        "notifications_delivery",
        "notifications_plan",
        "notifications_incomingmail",
        "notifications_signal",
    }
)
# So many rows lie on a few pages: reading them from end to end, or until there are enough, is the quickest way.
SMALL: Final = 6000
HANDFUL: Final = 1000
_EXPLAINED: Final = ("SELECT", "UPDATE", "INSERT", "WITH")


@dataclass(frozen=True)
class Way:
    """How one statement went: tables it read from end to end, and how many rows it touched to find what it wanted.

    `is_prepared`: with a plan that knows no values.
    """

    sql: str
    scanned: tuple[str, ...]
    touched: int
    is_prepared: bool = False


def ways(ask: Callable[[], object]) -> list[Way]:
    """Of everything that is asked of the database; nothing of it stays."""
    prepared: list[tuple[str, Sequence[Any]]] = []

    def note(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: dict[str, Any]) -> Any:
        if isinstance(context["cursor"].cursor, ServerBindingCursor):
            prepared.append((sql, values))
        return execute(sql, values, many, context)

    with transaction.atomic():
        with CaptureQueriesContext(connection) as captured, connection.execute_wrapper(note):
            ask()
        transaction.set_rollback(True)
    statements = [query["sql"] for query in captured if query["sql"].lstrip().startswith(_EXPLAINED)]
    return [_explained(sql) for sql in statements] + [_planned_once(*one) for one in prepared]


def _planned_once(sql: str, values: Sequence[Any]) -> Way:
    """With a plan that knows no values."""
    numbers = count(1)
    text = re.sub("%s", lambda _: f"${next(numbers)}", sql)
    given = ", ".join(Literal(value).as_string(connection.connection) for value in values)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE looked_at AS {text}")
        try:
            return _explained(f"EXECUTE looked_at ({given})", text)
        finally:
            cursor.execute("DEALLOCATE looked_at")
            cursor.execute("SET LOCAL plan_cache_mode = auto")


def _explained(sql: str, told: str = "") -> Way:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql.replace('%', '%%')}", [])
        found = cursor.fetchone()[0]
        big = _big(cursor)
        transaction.set_rollback(True)
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    nodes = [node for node in _nodes(plan) if node.get("Relation Name") in big]
    scanned = {
        node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan" and _touched(node) > SMALL
    }
    touched = sum(_touched(node) for node in nodes)
    return Way(told or sql, tuple(sorted(scanned)), touched, is_prepared=bool(told))


def _big(cursor: Any) -> set[str]:
    """Of the tables that grow, those that have grown already: of a handful of rows all are read."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND reltuples > %s", [list(BIG), HANDFUL]
    )
    return {name for (name,) in cursor.fetchall()}


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _touched(node: dict[str, Any]) -> int:
    """By a node that reads a table: the rows it gave and those it threw away, every time it ran."""
    thrown = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return int((node["Actual Rows"] + thrown) * node["Actual Loops"])

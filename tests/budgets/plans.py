"""Plans: how PostgreSQL goes about what a function asks it, each statement explained while it is carried out."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

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
    """How one statement went: tables it read from end to end, and how many rows it touched to find what it wanted."""

    sql: str
    scanned: tuple[str, ...]
    touched: int


def ways(ask: Callable[[], object]) -> list[Way]:
    """Of everything that is asked of the database; nothing of it stays."""
    with transaction.atomic():
        with CaptureQueriesContext(connection) as captured:
            ask()
        transaction.set_rollback(True)
    statements = [query["sql"] for query in captured if query["sql"].lstrip().startswith(_EXPLAINED)]
    return [_explained(sql) for sql in statements]


def _explained(sql: str) -> Way:
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
    return Way(sql, tuple(sorted(scanned)), sum(_touched(node) for node in nodes))


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

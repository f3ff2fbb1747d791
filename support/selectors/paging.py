"""Keyset paging: a page of rows and the signed place where the next one begins, in one of a few orders.

Called by selectors, of tickets and of notifications. A cursor is opaque and signed, so nobody can make the database
compare with something of their own; an offset is never used (at 50,000 rows it costs 32 ms, a key 0.2 ms). The columns
of an order all run the same way, so that "after this place" is one row comparison, which an index answers by itself.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from django.core import signing
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, IntegerField, Value
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_noop as _

from core.problems import Refused
from support.models.tickets import URGENCY

Row = TypeVar("Row", bound=models.Model)
SALT = "support.selectors.paging"
MOST_ROWS = 100


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in order, and the cursor of the next page (None: this was the last)."""

    items: list[Row]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class Order:
    """How a list is sorted: by the moment in `column`, `by_urgency` first; its key stands in every cursor."""

    key: str
    column: str = "updated_at"
    ascending: bool = False
    by_urgency: bool = False


NEWEST_FIRST: Final = Order(key="newest")
OLDEST_FIRST: Final = Order(key="oldest", ascending=True)
# Within a priority those first who have waited longest.
URGENT_FIRST: Final = Order(key="priority", ascending=True, by_urgency=True)


@dataclass(frozen=True)
class Place:
    """The last row of a page: its moment, its id for rows of the same moment, and how urgent it is."""

    at: datetime
    id: uuid.UUID
    urgency: int = 0


class _Beyond(Func):
    """(a, b) < (x, y), or >: a row comparison. Given the columns, then as many values."""

    output_field = BooleanField()

    def __init__(self, sign: str, *expressions: Any) -> None:
        super().__init__(*expressions)
        self.sign = sign

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, list[Any]]:
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        middle = len(parts) // 2
        left, right = (", ".join(sql for sql, _ in half) for half in (parts[:middle], parts[middle:]))
        return f"({left}) {self.sign} ({right})", [value for _, values in parts for value in values]


def write(place: Place, order: Order = NEWEST_FIRST) -> str:
    """The cursor that stands for a place in an order."""
    return signing.dumps([order.key, place.at.isoformat(), place.id.hex, place.urgency], salt=SALT)


def read(cursor: str, order: Order = NEWEST_FIRST) -> Place:
    """The place a cursor stands for; raises Refused("invalid") on one that we did not give out for this order."""
    try:
        key, at, row_id, urgency = signing.loads(cursor, salt=SALT)
        if key != order.key:
            raise ValueError(key)
    except (signing.BadSignature, ValueError) as error:
        sentence = _("This page of the list is out of date. Start again from the top.")
        raise Refused("invalid", sentence, errors={"cursor": [sentence]}) from error
    return Place(datetime.fromisoformat(at), uuid.UUID(row_id), urgency)


def paged(
    rows: "models.QuerySet[Row, Row]", *, cursor: str | None, limit: int, order: Order = NEWEST_FIRST
) -> Page[Row]:
    """One page in an order. Raises Refused("invalid") on a cursor that we did not give out for it."""
    limit = max(1, min(limit, MOST_ROWS))
    asked: Any = rows.annotate(urgency=URGENCY) if order.by_urgency else rows
    if cursor:
        asked = beyond(asked, read(cursor, order), order)
    asked = asked.order_by(*(each.asc() if order.ascending else each.desc() for each in _columns(order)))
    found = list(asked[: limit + 1])
    return Page(found[:limit], _next(order, found[:limit]) if len(found) > limit else None)


def beyond(
    rows: "models.QuerySet[Row, Row]", place: Place, order: Order = NEWEST_FIRST
) -> "models.QuerySet[Row, Row]":
    """What comes after a place."""
    values = [Value(place.at), Value(place.id)]
    if order.by_urgency:
        values = [Value(place.urgency, output_field=IntegerField()), *values]
    return rows.filter(_Beyond(">" if order.ascending else "<", *_columns(order), *values))


def _columns(order: Order) -> list[Any]:
    return [*([URGENCY] if order.by_urgency else []), F(order.column), F("pk")]


def _next(order: Order, rows: Sequence[Any]) -> str:
    last = rows[-1]
    return write(Place(getattr(last, order.column), last.pk, getattr(last, "urgency", 0)), order)

"""Rows: many rows of one table, written or read by one statement whose text never changes.

What a batch writes goes to PostgreSQL as one JSON document, which it takes apart by itself. Django's `bulk_create`
builds, in Python, a statement of as many words as there are values: forty messages and what they touch took the drain a
third of its time. What a batch reads is asked for by statements that are put together once. What stands within
`together` travels in one round trip: under load each costs its turn on a processor besides. Nothing here does what a
model or its fields do (`save`, signals, `auto_now`), so it is for services of workers, whose rows are complete.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar, cast

import msgspec
import psycopg
from django.db import Error, connection
from django.db.backends.utils import CursorWrapper
from django.db.models import AutoField, Model
from django.db.models.base import ModelState

from core.postgresql.base import DatabaseWrapper

AnyModel = TypeVar("AnyModel", bound=Model)
Columns = tuple[tuple[str, str], ...]  # each with the attribute that holds it
_encoder = msgspec.json.Encoder(enc_hook=str)  # words that are translated when they are read


@contextmanager
def together() -> Iterator[None]:
    """What is asked and written within goes out at once; what fails first is raised, at the end at the latest.

    For this module's statements: Django's own want the number of rows they changed, which is not known by then.
    """
    connection.ensure_connection()
    # Raised as it came: left to the driver, how its pipeline ends would be logged besides.
    first: Exception | None = None
    with connection.wrap_database_errors:
        try:
            with connection.connection.pipeline():
                try:
                    yield
                except (psycopg.Error, Error) as error:
                    first = error
        except psycopg.Error:
            if first is None:
                raise
        if first is not None:
            raise first


def write(
    rows: Sequence[Model], *, unique: Sequence[str] = (), updated: Sequence[str] = (), once: bool = False
) -> None:
    """Write rows of one model: new ones are inserted, the columns `updated` of those that were loaded are changed.

    A new row that `unique` finds there already changes it likewise; `once`: leaves it as it is.
    """
    model = type(rows[0])
    new = [row for row in rows if row._state.adding]
    known = [row for row in rows if not row._state.adding]
    if new:
        _execute(_insertion(model, tuple(unique), tuple(updated), once), _inserted(model), new)
    if known and updated:
        _execute(_change(model, tuple(updated)), _changed(model, tuple(updated)), known)
    for row in new:
        row._state.adding = False


def ask(model: type[AnyModel], where: str, *values: Any) -> Callable[[], list[AnyModel]]:
    """Ask for the rows for which the SQL `where` holds; what comes back is called when they are wanted."""
    names, statement = _selection(model)
    cursor = _cursor()
    cursor.execute(statement + where, values)

    def answer() -> list[AnyModel]:
        with cursor:
            found = cursor.fetchall()
        converters = _converters(model)
        return [_loaded(model, names, _converted(row, converters)) for row in found]

    return answer


def read(model: type[AnyModel], where: str, *values: Any) -> list[AnyModel]:
    """The rows for which the SQL `where` holds."""
    return ask(model, where, *values)()


def tell(statement: str, *values: Any) -> None:
    """Run a statement whose text never changes, and whose answer nobody wants."""
    with _cursor() as cursor:
        cursor.execute(statement, values)


def _execute(statement: str, columns: Columns, rows: Iterable[Model]) -> None:
    document = [{column: getattr(row, attribute) for column, attribute in columns} for row in rows]
    tell(statement, _encoder.encode(document).decode())


def _cursor() -> CursorWrapper:
    return cast(DatabaseWrapper, connection).prepared_cursor()


def _loaded(model: type[AnyModel], names: Sequence[str], values: Sequence[Any]) -> AnyModel:
    """What `from_db` makes, a tenth of its work: no signal, no descriptor, each value where its attribute is."""
    row = model.__new__(model)
    row.__dict__.update(zip(names, values, strict=True))
    row._state = ModelState()
    row._state.adding, row._state.db = False, "default"
    return row


def _converted(row: tuple[Any, ...], converters: Sequence[tuple[int, Any]]) -> Sequence[Any]:
    if not converters:
        return row
    values = list(row)
    for place, convert in converters:
        values[place] = convert(values[place])
    return values


# --- Statements, each put together once ------------------------------------------------------------------------------


@cache
def _inserted(model: type[Model]) -> Columns:
    """All but a number that PostgreSQL gives out."""
    fields = model._meta.concrete_fields
    return tuple((str(field.column), field.attname) for field in fields if not isinstance(field, AutoField))


@cache
def _changed(model: type[Model], names: tuple[str, ...]) -> Columns:
    """The key, then these."""
    fields: list[Any] = [model._meta.pk, *map(model._meta.get_field, names)]
    return tuple((field.column, field.attname) for field in fields)


@cache
def _insertion(model: type[Model], unique: tuple[str, ...], updated: tuple[str, ...], once: bool) -> str:
    columns = _listed(_inserted(model))
    table = _quoted(model._meta.db_table)
    text = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {_document(model)}"  # noqa: S608
    if once:
        return f"{text} ON CONFLICT DO NOTHING"
    if not updated:
        return text
    _, *changed = _changed(model, updated)
    _, *keys = _changed(model, unique)
    moves = ", ".join(f"{_quoted(column)} = excluded.{_quoted(column)}" for column, _ in changed)
    return f"{text} ON CONFLICT ({_listed(keys)}) DO UPDATE SET {moves}"


@cache
def _change(model: type[Model], updated: tuple[str, ...]) -> str:
    key, *changed = (_quoted(column) for column, _ in _changed(model, updated))
    moves = ", ".join(f"{column} = given.{column}" for column in changed)
    table = _quoted(model._meta.db_table)
    return f"UPDATE {table} SET {moves} FROM {_document(model)} AS given WHERE {table}.{key} = given.{key}"  # noqa: S608


@cache
def _selection(model: type[Model]) -> tuple[tuple[str, ...], str]:
    """The attributes that are read, and the statement up to its condition."""
    columns = [(str(field.column), field.attname) for field in model._meta.concrete_fields]
    statement = f"SELECT {_listed(columns)} FROM {_quoted(model._meta.db_table)} WHERE "  # noqa: S608
    return tuple(attribute for _, attribute in columns), statement


@cache
def _converters(model: type[Model]) -> tuple[tuple[int, Any], ...]:
    """Of the few fields whose values are not what the driver says, JSON above all."""
    return tuple(
        (place, lambda value, field=field: field.from_db_value(value, field.cached_col, connection))
        for place, field in enumerate(model._meta.concrete_fields)
        if hasattr(field, "from_db_value")
    )


def _document(model: type[Model]) -> str:
    return f"json_populate_recordset(NULL::{_quoted(model._meta.db_table)}, %s)"


def _listed(columns: Iterable[tuple[str, str]]) -> str:
    return ", ".join(_quoted(column) for column, _ in columns)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)

"""Copying: rows as lines of PostgreSQL's COPY, kept until a chunk is full, then sent table by table.

Called by `support.volume.loading` inside its transaction. A value is text that needs no escaping but for backslashes.
"""

import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Model

from support.models import Change, ChatMessage, Participant, ReplyPromise, SupportTicket

# Parents first. The participants' keys are given by the database.
TABLES: Final[tuple[type[Model], ...]] = (SupportTicket, ChatMessage, Participant, ReplyPromise, Change)
NOTHING: Final = r"\N"


def columns(model: type[Model]) -> tuple[str, ...]:
    """The columns that a line of this table has, in order."""
    fields = model._meta.concrete_fields
    return tuple(str(field.column) for field in fields if field.get_internal_type() != "BigAutoField")


class Copying:
    """What waits to be sent."""

    def __init__(self) -> None:
        self._lines: dict[type[Model], list[str]] = {model: [] for model in TABLES}
        self._columns = {model: columns(model) for model in TABLES}
        self.waiting = 0

    def add(self, model: type[Model], row: Mapping[str, Any]) -> None:
        """A row by its columns, all of them."""
        self.add_line(model, "\t".join([_text(row[name]) for name in self._columns[model]]))

    def add_line(self, model: type[Model], line: str) -> None:
        """A row that is a line already: of messages there are too many to look at each value."""
        self._lines[model].append(line)
        self.waiting += 1

    def send(self, cursor: Any) -> None:
        """All that waits; what refers to other rows is checked by the database as it arrives."""
        for model, lines in self._lines.items():
            if lines:
                names = ", ".join(self._columns[model])
                with cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as copy:
                    copy.write("\n".join(lines) + "\n")
                lines.clear()
        self.waiting = 0


def _text(value: Any) -> str:
    """As COPY reads it."""
    found = str(value)
    if value is None:
        found = NOTHING
    elif isinstance(value, uuid.UUID):
        found = value.hex
    elif isinstance(value, tuple):
        found = "{" + ",".join(value) + "}"
    elif isinstance(value, dict | list):
        found = json.dumps(value).replace("\\", "\\\\")
    return found

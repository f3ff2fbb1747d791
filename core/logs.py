"""Logs: one JSON object a line in production, plain lines in development, both carrying the command id.

`about(command_id)` binds the id for everything logged inside it, from the request through the drain to the
delivery. Bodies, addresses and secrets are never logged.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from logging import Filter, LogRecord

_command_id: ContextVar[str] = ContextVar("command_id", default="-")


@contextmanager
def about(command_id: object) -> Iterator[None]:
    """Everything logged inside belongs to this command."""
    token = _command_id.set(str(command_id))
    try:
        yield
    finally:
        _command_id.reset(token)


class WithCommand(Filter):
    """Adds `command_id` to every record; "-" outside of any command."""

    def filter(self, record: LogRecord) -> bool:
        record.command_id = _command_id.get()
        return True

"""Logs: one JSON object a line in production, plain lines in development, both carrying the command id.

`about(command_id)` binds the id for everything logged inside it, from the request through the drain to the
delivery; `core.trail` writes a line for each of these steps. Within a request lines carry its id as well, and one about
a request whose error page named a reference carries that. Bodies, addresses and secrets are never logged.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from logging import WARNING, Filter, Formatter, LogRecord, getLevelName
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from core.references import told_by

TRAIL = "trail"
_command_id: ContextVar[str] = ContextVar("command_id", default="-")
_request_id: ContextVar[str] = ContextVar("request_id", default="-")


@contextmanager
def about(*command_ids: object) -> Iterator[None]:
    """Everything logged inside belongs to this command, or to these."""
    token = _command_id.set(" ".join(map(str, command_ids)))
    try:
        yield
    finally:
        _command_id.reset(token)


@contextmanager
def within_request(request_id: str) -> Iterator[None]:
    """Everything logged inside belongs to this request, and to the command that it turns out to be."""
    tokens = _request_id.set(request_id), _command_id.set("-")
    try:
        yield
    finally:
        _request_id.reset(tokens[0])
        _command_id.reset(tokens[1])


def turns_out_to_be(command_id: object) -> None:
    """The rest of this request is about this command; outside of any, nothing changes."""
    if _request_id.get() != "-":
        _command_id.set(str(command_id))


class WithCommand(Filter):
    """Adds `command_id`, `request_id` and `reference` to every record; "-" outside of any."""

    def filter(self, record: LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.command_id = _command_id.get()
        record.request_id = getattr(request, "request_id", None) or _request_id.get()
        record.reference = told_by(request) or "-"
        return True


# What a place of a route is called that holds what lets somebody in: links of mails, keys of resets and confirmations.
SECRET_PLACES = ("token", "key")


class WithoutTokens(Filter):
    """A record about a request names the place of a token in its address, never the token."""

    def filter(self, record: LogRecord) -> bool:
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        for name in SECRET_PLACES:
            if (value := match and match.kwargs.get(name)) and isinstance(record.args, tuple):
                shown = (
                    each.replace(value, f"<{name}>") if isinstance(each, str) else each
                    for each in record.args
                )
                record.args = tuple(shown)
        return True


class OneLine(Formatter):
    """Plain lines for development: a line break that came with somebody's address begins no line of its own."""

    def formatMessage(self, record: LogRecord) -> str:  # noqa: N802 - logging's name
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")


class Json(JsonFormatter):
    """Lines for production, without the request: shown, that is its address with tokens and what was searched for."""

    def __init__(self, fmt: str) -> None:
        super().__init__(fmt, reserved_attrs=[*RESERVED_ATTRS, "request"])


class TroubleOfClients(Filter):
    """uvicorn answers bytes that are no UTF-8 rightly (1007) and logs a trace; anybody could fill a disk with those."""

    MESSAGE = "Invalid UTF-8 sequence received from client."

    def filter(self, record: LogRecord) -> bool:
        if record.msg == self.MESSAGE:
            record.levelno, record.levelname, record.exc_info = WARNING, getLevelName(WARNING), None
        return True


class AnsweredOtherwise(Filter):
    """Drops Django's word about a 500 that nobody gets: `core.errors` makes a refusal of it and says so."""

    def filter(self, record: LogRecord) -> bool:
        return not hasattr(getattr(record, "request", None), "refused_by_middleware")


# Loggers that say nothing a person wants to read every two seconds; Flower shows the rest.
_QUIET = ("celery.beat", "celery.worker.strategy", "celery.worker.request", "celery.app.trace", "daphne")


def configuration(*, debug: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING: plain lines under DEBUG, JSON lines otherwise, on stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "command": {"()": "core.logs.WithCommand"},
            "tokens": {"()": "core.logs.WithoutTokens"},
            "clients": {"()": "core.logs.TroubleOfClients"},
            "answered": {"()": "core.logs.AnsweredOtherwise"},
        },
        "formatters": {
            "plain": {
                "()": "core.logs.OneLine",
                "format": "%(levelname)-7s %(name)s [%(command_id)s %(reference)s] %(message)s",
            },
            "json": {
                "()": "core.logs.Json",
                "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(command_id)s %(request_id)s"
                " %(reference)s %(process)d",
            },
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "filters": ["command", "tokens"],
                "formatter": "plain" if debug else "json",
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would repeat every line under DEBUG, without our filters.
            "django": {"handlers": [], "level": "INFO"},
            "django.server": {"handlers": ["stderr"], "propagate": False},
            "uvicorn.error": {"filters": ["clients"]},
            "django.request": {"filters": ["answered"]},
            **({TRAIL: {"level": "WARNING"}} if debug and level != "DEBUG" else {}),
            **{name: {"level": "WARNING"} for name in _QUIET},
        },
    }

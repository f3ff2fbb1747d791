"""Tracing: spans of OpenTelemetry, when OTEL_EXPORTER_OTLP_ENDPOINT says where they go; else none of it is imported.

`span` begins one around what is done, `here` names the current one, so that it can go on in another process: with an
entry of the command log, with a Celery task. Called by middleware, intake, sockets, drain, tasks and delivery. Nothing
that people wrote, no address and no path with a token in it may be among the facts.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from django.conf import settings

Fact = str | int | float | bool
# Adds facts that are known only later.
Note = Callable[..., None]


class Tracer(Protocol):
    """What `core.otel` provides."""

    def span(
        self, name: str, parent: str, links: Iterable[str], facts: dict[str, Fact]
    ) -> AbstractContextManager[Note]: ...

    def here(self) -> str: ...


def _nothing(**_facts: Fact) -> None:
    """Nobody wants to know."""


_NO_SPAN: AbstractContextManager[Note] = nullcontext(_nothing)


@cache
def _tracer() -> Tracer | None:
    if not settings.TRACES_TO:
        return None
    module: Any = import_module("core.otel")
    tracer: Tracer = module.exporting_to(settings.TRACES_TO)
    return tracer


def span(
    name: str, *, parent: str = "", links: Iterable[str] = (), **facts: Fact
) -> AbstractContextManager[Note]:
    """Around what is done. `parent` and `links` are what `here` said elsewhere."""
    tracer = _tracer()
    return tracer.span(name, parent, links, facts) if tracer else _NO_SPAN


def here() -> str:
    """The current span as a W3C traceparent; "" outside of any, and where nothing is traced."""
    tracer = _tracer()
    return tracer.here() if tracer else ""

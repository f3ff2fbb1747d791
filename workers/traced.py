"""Traced: a task goes on with the trace of whoever rang for it. Connected by `workers.celery`.

A task that nobody's trace led to, a sweep's or a canary's, has no span.
"""

from contextlib import ExitStack
from typing import Any

from celery.signals import task_postrun, task_prerun

from core import tracing

_open: dict[str, ExitStack] = {}


@task_prerun.connect
def begin(task_id: str, task: Any, **_: Any) -> None:
    """Its span begins."""
    if parent := _parent_of(task):
        _open[task_id] = ExitStack()
        _open[task_id].enter_context(tracing.span(task.name, parent=parent))


@task_postrun.connect
def end(task_id: str, **_: Any) -> None:
    """Its span ends."""
    if span := _open.pop(task_id, None):
        span.close()


def _parent_of(task: Any) -> str:
    headers = task.request.headers or {}
    return str(headers.get("traceparent") or getattr(task.request, "traceparent", None) or "")

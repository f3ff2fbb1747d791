"""How tasks are made: name, queue, delivery class, retry policy, log context.

`@reaction` is for work that events cause: it gets the events that have gathered since it ran, ids only. `@job` is for
work that beat causes. Both are at least once and idempotent; a transient failure is retried with capped, jittered
back-off, anything else is recorded by Celery, logged, and seen in Flower.
"""

from collections.abc import Callable, Sequence
from typing import Any

import redis
from celery import Task
from django.db import InterfaceError, InternalError, OperationalError

from core import dispatch, trail
from core.celery import app
from core.contracts import Event, decode
from core.logs import about
from workers import gathering

# To Django a session that PostgreSQL ended for its silence, as after a thaw, is an internal error.
TRANSIENT = (OperationalError, InterfaceError, InternalError, redis.RedisError, OSError)
_RETRY = {
    "autoretry_for": TRANSIENT,
    "retry_backoff": 1,
    "retry_backoff_max": 20,  # below the visibility timeout: an ETA longer than it would run twice
    "retry_jitter": True,
    "max_retries": 30,  # five minutes as a rule: eight of them can be over within an outage of thirty seconds
}


def reaction(name: str) -> Callable[[Callable[[list[Event]], Any]], Task]:
    """A task that takes the events that have gathered for it; with `events`, even none, those besides."""

    def make(handle: Callable[[list[Event]], Any]) -> Task:
        def run(task: Task, events: Sequence[str] | None = None) -> Any:
            task_id = task.request.id or "by hand"
            gathered = gathering.take(name, task_id)
            if not gathered and events is None:
                return None  # an earlier ring has seen to it
            given: list[str | bytes] = [*(events or ()), *gathered]
            batch = [event for event in map(decode, given) if isinstance(event, Event)]
            caused_by = dict.fromkeys(event.command_id for event in batch)
            with about(*caused_by):
                result = handle(batch)
                trail.tell(caused_by, "reacted by %s", name)
            gathering.done(name, task_id)
            if len(gathered) == gathering.MOST:
                dispatch.publish(name)
            return result

        run.__doc__ = handle.__doc__
        return app.task(name=name, bind=True, **_RETRY)(run)

    return make


def job(name: str, **options: Any) -> Callable[[Callable[..., Any]], Task]:
    """A task that beat, a doorbell or another task calls with ids."""
    return app.task(name=name, **{**_RETRY, **options})  # type: ignore[no-any-return]

"""Dispatch: the only place that publishes a Celery task.

A task is a doorbell, never the only record, so a publish that fails is logged and forgotten: the sweep rings
again. `publish` blocks for at most the broker's time-outs and is for workers; `ring` hands over to one publisher
thread per process and is for the web, whose event loop and requests must not wait for a broker.
"""

import logging
import os
import queue
import threading
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from kombu.exceptions import OperationalError

from core.celery import app
from core.queues import queue_of

logger = logging.getLogger(__name__)
# A web process that cannot reach the broker keeps this many rings; more would only repeat what the sweep does.
MOST_WAITING = 10_000


@dataclass(frozen=True)
class Ring:
    """One task to publish: its name, JSON arguments, and the seconds after which it is worthless."""

    task: str
    arguments: dict[str, Any] = field(default_factory=dict)
    expires: float | None = None


def publish(
    task: str,
    /,
    *,
    countdown: float | None = None,
    expires: float | None = None,
    task_id: str | None = None,
    **arguments: Any,
) -> bool:
    """Publish a task by name; False (and a log line) when the broker did not take it."""
    options = {"countdown": countdown, "expires": expires, "task_id": task_id, "retry": False}
    try:
        app.send_task(task, kwargs=arguments, queue=queue_of(task), **options)
    except (OperationalError, OSError) as error:
        logger.warning("dispatch: %s was not published (%s)", task, error)
        return False
    return True


class Publisher:
    """A thread that publishes what it is handed, in order."""

    def __init__(self) -> None:
        self._rings: queue.Queue[Ring] = queue.Queue(MOST_WAITING)
        threading.Thread(target=self._run, name="publisher", daemon=True).start()

    def hand(self, ring: Ring) -> None:
        try:
            self._rings.put_nowait(ring)
        except queue.Full:
            logger.warning("dispatch: %s dropped, the broker is too slow; the sweep will ring", ring.task)

    def _run(self) -> None:
        while True:
            ring = self._rings.get()
            try:
                publish(ring.task, expires=ring.expires, **ring.arguments)
            except Exception:  # a ring that cannot be published must not silence all that follow
                logger.exception("dispatch: %s was not published", ring.task)


@cache
def _publisher_of(pid: int) -> Publisher:
    return Publisher()


def ring(task: str, /, *, expires: float | None = None, **arguments: Any) -> None:
    """Publish from the web without waiting for it."""
    _publisher_of(os.getpid()).hand(Ring(task, arguments, expires))

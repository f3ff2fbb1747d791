"""The Celery app and its delivery rules. It knows no task: `workers/celery.py` adds those, the web only names them.

The broker's address and transport options, the serializer and what is accepted come from the settings (CELERY_…).
"""

import os
import time
from typing import Any

from celery import Celery
from celery.signals import before_task_publish
from kombu.transport import TRANSPORT_ALIASES

from core import tracing
from core.queues import kombu_queues

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

TRANSPORT_ALIASES |= dict.fromkeys(("redis", "rediss"), "core.broker:Transport")

app = Celery("psychpath")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    timezone="UTC",
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # a broker that is away for an hour is waited for
    broker_channel_error_retry=True,
    task_queues=kombu_queues(),
    task_default_queue="housekeeping",
    task_create_missing_queues=False,
    # Delivery: at least once. A task is acknowledged after it ran, and comes back when its worker dies.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    result_backend=None,
    task_time_limit=25,  # below half the visibility timeout: a task never runs twice at once
    # Events: Flower's window.
    worker_send_task_events=True,
    worker_prefetch_multiplier=1,
    worker_lost_wait=2,
    worker_soft_shutdown_timeout=10,
    worker_hijack_root_logger=False,
    # Tasks are idempotent: finishing one while the broker is away is better than repeating it.
    worker_cancel_long_running_tasks_on_connection_loss=False,
)
# Celery closes the database connection around every task; kept ones are checked before each (workers/celery.py).
app.conf["CELERY_DB_REUSE_MAX"] = 1_000_000


@before_task_publish.connect  # type: ignore[untyped-decorator]
def say_when(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """A task carries when it was rung for: so the age of a queue can be read. And in which trace."""
    if headers is not None:
        headers.setdefault("rung_at", round(time.time(), 3))
        if where := tracing.here():
            headers["traceparent"] = where

"""The workers' Celery app with one of its settings taken back: VARIANT says which. For the ablation table alone.

`celery -A tests.benchmarks.variants worker` is what the product runs in every other respect. Started by
`tests.benchmarks.ablation`, never by anybody else; nothing of the product knows of it.
"""

import os
import sys
from typing import Any

from celery.signals import worker_ready

from workers.celery import app

__all__ = ["app"]
VARIANT = os.environ["VARIANT"]


@worker_ready.connect  # type: ignore[untyped-decorator]  # Celery's have no types
def two_at_a_time(**_: Any) -> None:
    """One would mean a command that is feared to be poison. What a task works off stays the same."""
    if VARIANT == "two-at-a-time":
        vars(sys.modules["workers.drain"])["PAGE"] = 2


if VARIANT == "new-connections":
    app.conf["CELERY_DB_REUSE_MAX"] = None
elif VARIANT == "no-events":
    app.conf.worker_send_task_events = False
elif VARIANT != "two-at-a-time":
    raise ValueError(f"nobody knows a variant {VARIANT}")

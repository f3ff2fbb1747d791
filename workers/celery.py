"""The worker's Celery app: the bare app of the kernel, its tasks, its beat table.

`celery -A workers worker|beat|flower` finds it. Nothing imports this package; the web publishes by name.
"""

import gc
import os
import signal

os.environ.setdefault("PROCESS_ROLE", "worker")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

from typing import Any

from billiard import active_children
from celery.concurrency.solo import TaskPool as Solo
from celery.signals import (
    beat_init,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_init,
    worker_ready,
    worker_shutting_down,
)
from celery.states import SUCCESS
from django import db

from core.celery import app
from core.checks import refuse_to_start
from core.garbage import collect_cheaply
from core.leaving import stop_in_time
from workers import traced
from workers.ears import Ears
from workers.schedule import BEAT

__all__ = ["app", "traced"]

# So long may a task that is in hand go on; with its end below ten seconds.
STOP_SECONDS = 9.0

app.conf.include = [
    f"workers.{module}"
    for module in (
        "persistence",
        "broadcast",
        "unread",
        "notify",
        "email",
        "inbound",
        "digests",
        "push",
        "presence",
        "chats",
        "housekeeping",
        "canaries",
        "probe",
    )
]
app.conf.beat_schedule = BEAT
app.conf.beat_scheduler = "workers.pulse:Scheduler"
app.conf.worker_consumer = "workers.consumer:Consumer"
app.steps["consumer"].add(Ears)


@setup_logging.connect
def keep_django_logging(**_: Any) -> None:
    """Being connected is enough: Celery then leaves the logging of the settings alone."""


@task_prerun.connect
def drop_dead_connections(**_: Any) -> None:
    """A kept connection that PostgreSQL closed would fail every task of this process until it is closed here too."""
    db.close_old_connections()


@task_postrun.connect
def keep_nothing_of_a_failure(state: str | None = None, **_: Any) -> None:
    """Its traceback holds all that the task had in hand, in a ring, until the next full collection, which is rare."""
    if state != SUCCESS:
        gc.collect()


@worker_init.connect
@beat_init.connect
def stop_if_unsafe(**_: Any) -> None:
    """Celery runs Django's checks for settings alone; an unsafe command log must stop a worker as well."""
    refuse_to_start()


@worker_init.connect
def start_light(**_: Any) -> None:
    """Children of a pool begin as copies of this process."""
    collect_cheaply()


@worker_ready.connect
def let_a_drain_finish(sender: Any, **_: Any) -> None:
    """SIGQUIT and Ctrl-C do to a drain what SIGTERM does: it ends after its task, which lasts a second at most.

    Celery would sleep for ten seconds amid the task, its transaction open, and then raise in it: there is no child to
    kill in a solo pool. The command that this hits would be given up as if it always failed.
    """
    if isinstance(sender.pool, Solo):
        for cold in (signal.SIGINT, signal.SIGQUIT):
            signal.signal(cold, signal.getsignal(signal.SIGTERM))


@worker_shutting_down.connect
def stop_within_ten_seconds(**_: Any) -> None:
    """Celery waits for whatever its tasks take, and for ever if it does not hear its broker any more."""
    stop_in_time(STOP_SECONDS, lambda: [child.pid for child in active_children()])

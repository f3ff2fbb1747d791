"""Ears: a worker notices within thirty seconds that it does not hear its queues any more, says so, and ends.

A step of Celery's consumer, so it runs in every worker however that is started. A thread of the main process looks
every two seconds, over a connection of its own, which of the worker's queues hold something; `workers.hearing` judges.
So that an idle worker has something to hear, it is sent a ping through a queue of its own every five seconds. The same
thread lights the worker's beacon. It must not touch Celery's connection. ADR 0042 says why it is done this way.
"""

import logging
import threading
import time
from collections import Counter
from typing import Any, Final

import redis
from celery import bootsteps
from celery.signals import task_received
from celery.worker import state
from kombu import Queue
from kombu.exceptions import OperationalError

from core import beacons
from core.beacons import Beacon
from core.celery import app
from core.leaving import EXIT_CODE, leave
from core.queues import NAMES
from workers.hearing import LONGEST_TASK, LOOK_SECONDS, Hearing, Look

logger = logging.getLogger(__name__)
PING_SECONDS: Final = 5.0
JUST_NOW: Final = 0.2


@app.task(name="ears.ping", send_events=False)
def ping() -> None:
    """Only to be received."""


class Ears(bootsteps.StartStopStep):  # type: ignore[misc]
    """The step: begins once with the worker, and ends with it; reconnecting does not touch it."""

    requires = ("celery.worker.consumer.connection:Connection",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self.watch = Watch(consumer)

    def start(self, consumer: Any) -> None:
        if not self.watch.is_alive():
            self.watch.start()

    def shutdown(self, consumer: Any) -> None:
        self.watch.over.set()


class Watch(threading.Thread):
    """Looks, judges, lights the beacon."""

    def __init__(self, consumer: Any) -> None:
        super().__init__(name="ears", daemon=True)
        self.over = threading.Event()
        self._consumer = consumer
        self._hearing = Hearing()
        self._received: Counter[str] = Counter()
        self._taken: dict[str, tuple[Any, float]] = {}
        self._pinged_at = float("-inf")
        own = f"ears.{consumer.hostname}"
        self._own = Queue(own, exchange="", routing_key=own)
        app.amqp.queues.select_add(self._own)
        self._queues: list[Queue] = list(app.amqp.queues.consume_from.values())
        task_received.connect(self._on_received, weak=False)

    def run(self) -> None:
        while not self.over.wait(LOOK_SECONDS):
            try:
                self._listen()
            except Exception:  # a watch that ends would let a deaf worker be
                logger.exception("ears: a look failed")

    def _listen(self) -> None:
        """Look again and again over one connection; it is made anew when it fails."""
        with app.connection_for_read() as connection:
            while not self.over.is_set():
                waiting = self._waiting(connection)
                look = self._look(waiting)
                deaf = self._hearing.deaf_to(look)
                if deaf:
                    self._leave(*deaf)
                if waiting is None:
                    return
                self._light(look)
                self.over.wait(LOOK_SECONDS)

    def _waiting(self, connection: Any) -> frozenset[str] | None:
        """The queues that hold something; None when the broker does not answer."""
        errors = (*connection.connection_errors, *connection.channel_errors, OperationalError, OSError)
        try:
            channel = connection.default_channel
            waiting = frozenset(q.name for q in self._queues if q(channel).queue_declare().message_count)
            if self._own.name not in waiting and time.monotonic() - self._pinged_at >= PING_SECONDS:
                app.send_task(ping.name, queue=self._own.name, connection=connection, retry=False)
                self._pinged_at = time.monotonic()
        except errors as error:
            logger.info("ears: the broker does not answer (%s)", type(error).__name__)
            return None
        return waiting

    def _look(self, waiting: frozenset[str] | None) -> Look:
        consumer = self._consumer
        return Look(
            at=time.monotonic(),
            waiting=waiting,
            received=dict(self._received),
            free=self._busy() < consumer.pool.num_processes,
            connected=consumer.connection is not None,
            connection=consumer.restart_count,
        )

    def _busy(self) -> int:
        """How many tasks are in hand, but for those that nobody can still be at work on."""
        now, busy = time.monotonic(), 0
        for request, received_at in list(self._taken.values()):
            age = now - received_at
            if age > JUST_NOW and request.id not in state.requests:
                self._taken.pop(request.id, None)
            elif age < LONGEST_TASK and (age <= JUST_NOW or request in state.reserved_requests):
                busy += 1
        return busy

    def _on_received(self, request: Any, **_: Any) -> None:
        """In the main thread, a moment before Celery counts the task as reserved."""
        self._taken[request.id] = request, time.monotonic()
        self._received[request.delivery_info.get("routing_key", "")] += 1

    def _light(self, look: Look) -> None:
        pool = self._consumer.pool
        queues = [queue.name for queue in self._queues if queue.name in NAMES]
        beacon = Beacon(
            name=self._consumer.hostname,
            at=time.time(),
            queues=queues,
            busy=min(self._busy(), pool.num_processes),
            size=pool.num_processes,
        )
        try:
            beacons.light(beacon)
        except redis.RedisError as error:
            logger.info("ears: the beacon was not lit (%s)", type(error).__name__)

    def _leave(self, queue: str, seconds: float) -> None:
        name = self._consumer.hostname
        why = f"ears: {name} does not hear {queue}, where something has waited for {seconds:.0f} s"
        leave(why, _ask_to_stop, self._children)

    def _children(self) -> list[int]:
        own = self._consumer.pid
        return [pid for pid in self._consumer.pool.info["processes"] if pid != own]


def _ask_to_stop() -> None:
    """What SIGTERM does, with an exit code that says that it was not asked for."""
    state.should_stop = EXIT_CODE

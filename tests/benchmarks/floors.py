"""What nobody can do without: one append with fsync, one commit, one publish, an INSERT of fifty rows, each on its own.

They are asked of the same servers at the moments at which the designs are measured, through one connection each that
does nothing else. Called by the chat and backlog scenarios.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from uuid import UUID, uuid4

import psycopg
import redis

from tests.system.processes import System

TIMES = 200
ROWS, INSERT_SECONDS = 50, 1.0
NOBODY = UUID(int=0)
TEXT = "How do I log supervision hours?"
INSERT = "INSERT INTO benchmark_message (id, ticket_id, author_id, body) VALUES "
KEY = "benchmark:floor"


def middle(once: Callable[[], object]) -> float:
    """The median of what it takes, in milliseconds."""
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        once()
        taken.append(time.perf_counter() - began)
    return 1000 * median(taken)


def append(system: System) -> float:
    """One entry of a stream on the instance that fsyncs each, as the command log does."""
    with redis.Redis.from_url(system.fleet.urls.command_log) as client:
        try:
            return middle(lambda: client.xadd(KEY, {"c": TEXT}))
        finally:
            client.delete(KEY)


def commit(system: System) -> float:
    """One row."""
    with psycopg.connect(system.fleet.urls.database, autocommit=True) as session:
        return middle(lambda: session.execute(f"{INSERT}(%s, %s, %s, %s)", _row()))


def publish(system: System) -> float:
    """From publishing until a subscriber has it."""
    with redis.Redis.from_url(system.fleet.urls.redis) as client, _subscribed(client) as heard:

        def hop() -> None:
            client.publish(KEY, TEXT)
            while heard.get_message(timeout=1.0) is None:
                pass

        return middle(hop)


@contextmanager
def _subscribed(client: redis.Redis) -> Iterator[redis.client.PubSub]:
    with client.pubsub(ignore_subscribe_messages=True) as heard:
        heard.subscribe(KEY)
        heard.get_message(timeout=1.0)
        yield heard


def inserted_a_second(system: System) -> float:
    """Rows a second of one connection that inserts fifty in a statement and commits each."""
    statement = INSERT + ", ".join(["(%s, %s, %s, %s)"] * ROWS)
    with psycopg.connect(system.fleet.urls.database, autocommit=True) as session:
        began, rows = time.perf_counter(), 0
        while time.perf_counter() - began < INSERT_SECONDS:
            session.execute(statement, [value for _ in range(ROWS) for value in _row()])
            rows += ROWS
        return rows / (time.perf_counter() - began)


def _row() -> list[object]:
    return [uuid4(), NOBODY, NOBODY, TEXT]

"""U1: people write while the schema is brought from the first version to this one; nobody waits longer than a lock may.

Not in `make test`; `make faults` runs it. The writes are those of a busy hour (a ticket moves, a delivery is attempted,
a person's profile changes), each its own transaction and each measured; what they wrote is counted afterwards. That it
can turn red is shown by what a careless migration does.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from core.management.commands.migrate import SECONDS
from tests.faults.table import measured
from tests.servers import fleet
from tests.system import machine
from tests.system.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.alone]
HERE = Path(__file__).parent
DELIVERIES = 97
TIMES = 500
PAUSE = 0.02  # between two writes of a kind: people share the machine with the migration
MORE = """
INSERT INTO notifications_delivery
SELECT (jsonb_populate_record(row, jsonb_build_object(
    'id', gen_random_uuid(), 'event_id', gen_random_uuid(), 'message_id_header', gen_random_uuid()::text
))).* FROM notifications_delivery row, generate_series(2, %s)
"""
WRITES = (
    "UPDATE support_supportticket SET updated_at = now() WHERE number = 1042 RETURNING 1",
    (
        "UPDATE notifications_delivery SET attempts = attempts + 1"
        " WHERE id = (SELECT id FROM notifications_delivery ORDER BY created_at LIMIT 1) RETURNING attempts"
    ),
    "UPDATE core_user SET first_name = 'Amira' WHERE username = 'amira' RETURNING 1",
)


@dataclass
class Writers:
    """One thread for each kind of write, until it is over."""

    url: str
    longest: float = 0.0
    counts: list[int] = field(default_factory=lambda: [0] * len(WRITES))
    failures: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def write(self, kind: int) -> None:
        with psycopg.connect(self.url, autocommit=True) as session:
            while not self.over.wait(PAUSE):
                began = time.monotonic()
                try:
                    found = session.execute(WRITES[kind]).fetchall()
                    assert len(found) == 1, WRITES[kind]
                except (psycopg.Error, AssertionError) as error:
                    self.failures.append(str(error))
                    return
                self.longest = max(self.longest, time.monotonic() - began)
                self.counts[kind] += 1

    @contextmanager
    def at_work(self) -> Iterator[None]:
        threads = [threading.Thread(target=self.write, args=[kind]) for kind in range(len(WRITES))]
        for thread in threads:
            thread.start()
        try:
            until(lambda: min(self.counts) > 0 or self.failures, what="everybody writes")
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join()


@pytest.fixture
def crowded() -> Iterator[str]:
    """The address of the first version's database, with many deliveries."""
    url, name = fleet().urls.database, "crowded"
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {name}")
        session.execute(f"CREATE DATABASE {name}")
    crowded = url.replace("/support?", f"/{name}?")
    with psycopg.connect(crowded) as session:
        session.execute((HERE / "0.1.0.sql").read_text())
        session.execute("SET search_path TO public")
        session.execute(MORE, [TIMES])
    yield crowded
    with suppress(psycopg.Error), psycopg.connect(url, autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def migrate(database: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=HERE.parents[1],
        env={**os.environ, "DATABASE_URL": database, "PROCESS_ROLE": "manage"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_u1_nobody_who_writes_waits_longer_than_a_migration_may_wait_for_its_lock(crowded: str) -> None:
    slowed, writers, began = machine.slowness(), Writers(crowded), time.monotonic()
    with writers.at_work():
        done = migrate(crowded)
        took = time.monotonic() - began

    assert done.returncode == 0, done.stderr
    assert writers.failures == []
    assert writers.longest < SECONDS * slowed
    with psycopg.connect(crowded) as session:
        rows = session.execute("SELECT count(*), sum(attempts) FROM notifications_delivery").fetchone()
    assert rows == (DELIVERIES * TIMES, writers.counts[1])
    words = f"migrated in {took:.1f} s among {DELIVERIES * TIMES:,} deliveries; of {sum(writers.counts):,} writes "
    measured("U1", words + f"the longest took {writers.longest:.2f} s, none failed, none is missing", slowed)


def test_a_migration_that_holds_a_table_would_be_noticed(crowded: str) -> None:
    """As one does that fills a new column in the transaction that adds it."""
    writers = Writers(crowded)
    with writers.at_work(), psycopg.connect(crowded) as migration:
        migration.execute("ALTER TABLE notifications_delivery ADD COLUMN careless integer")
        migration.execute("SELECT pg_sleep(%s)", [SECONDS + 0.5])
        migration.commit()

    assert writers.failures == []
    assert writers.longest > SECONDS

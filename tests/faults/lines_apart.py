"""N4, lines to a host that vanishes: PostgreSQL frees its locks and its sessions, and the host gives up what it asked.

Run by `test_hosts.py` in a network of its own, with one server and one host, and the options of a worker
(`core.connections`). Nobody is told of the cut: both sides have only silence to go by.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

import psycopg
import pytest

from core import connections
from core.embedded import Fleet
from tests.faults.table import measured
from tests.system.hosts import DATABASE_PORT, NetworkPostgres
from tests.system.lan import GATEWAY, Host, make_switch
from tests.system.machine import slowness
from tests.system.waiting import until

pytestmark = pytest.mark.faults
LOCK = 7
URL = f"postgresql://postgres@{GATEWAY}:{DATABASE_PORT}/support"
# Three lines of one process: one in a transaction with a lock, one with nothing to do, one that will ask.
CLIENT = """
import json, sys, time, psycopg
url, options = sys.argv[1], json.loads(sys.argv[2])
lines = [psycopg.connect(url, application_name=name, autocommit=True, **options)
         for name in ("holding", "idle", "asking")]
lines[0].execute("BEGIN")
lines[0].execute("SELECT pg_advisory_xact_lock(7)")
print("held", flush=True)
sys.stdin.readline()
began = time.monotonic()
try:
    lines[2].execute("SELECT 1")
except psycopg.OperationalError:
    print(time.monotonic() - began, flush=True)
"""


@pytest.fixture
def postgres() -> Iterator[psycopg.Connection]:
    """A session of the data host's own, at a server that the host reaches as well."""
    make_switch()
    fleet = Fleet(tempfile.mkdtemp(), wanted={"postgres"})  # where `apart` sweeps
    fleet.postgres = NetworkPostgres(fleet.places, fsync=False)
    fleet.start()
    try:
        with psycopg.connect(URL, autocommit=True) as session:
            yield session
    finally:
        fleet.stop()


@pytest.fixture
def host() -> Iterator[Host]:
    made = Host("worker1", "10.77.0.21")
    yield made
    made.remove()


def is_free(session: psycopg.Connection) -> bool:
    """Whether the lock was free; it is again after this."""
    found = session.execute(
        "SELECT CASE WHEN pg_try_advisory_lock(%s) THEN pg_advisory_unlock(%s) END", [LOCK, LOCK]
    ).fetchone()
    return bool(found and found[0])


def sessions(session: psycopg.Connection) -> set[str]:
    rows = session.execute("SELECT application_name FROM pg_stat_activity WHERE client_addr = '10.77.0.21'")
    return {name for (name,) in rows.fetchall()}


def test_n4_a_host_that_vanishes_holds_nothing_and_waits_for_nothing(
    postgres: psycopg.Connection, host: Host
) -> None:
    options = connections.database(URL, "worker")["OPTIONS"]
    client = subprocess.Popen(
        host.enter([sys.executable, "-c", CLIENT, URL, json.dumps(options)]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert client.stdin
    assert client.stdout
    assert client.stdout.readline() == "held\n"
    assert not is_free(postgres)
    assert sessions(postgres) == {"holding", "idle", "asking"}

    slowed = slowness()
    host.cut()
    began = time.monotonic()
    client.stdin.write("ask\n")
    client.stdin.flush()
    until(lambda: is_free(postgres), 30, what="the lock is free")
    freed = time.monotonic() - began
    until(lambda: not sessions(postgres), 60, what="PostgreSQL has given up the sessions of the host")
    gone = time.monotonic() - began
    gave_up = float(client.communicate(timeout=60)[0])

    assert freed < 4
    assert gone < 15
    assert gave_up < 15
    words = f"lock free after {freed:.2f} s, sessions gone after {gone:.1f} s, question given up after {gave_up:.1f} s"
    measured("N4", words, slowed)

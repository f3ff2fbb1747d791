"""`manage.py migrate` gives up on a table that somebody holds, says so, and has changed nothing."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from core.management.commands.migrate import SECONDS
from tests.servers import fleet

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_migration_does_not_wait_for_ever_and_can_be_run_again() -> None:
    url = fleet().urls.database
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("DROP DATABASE IF EXISTS held")
        session.execute("CREATE DATABASE held")
    held = url.replace("/support?", "/held?")
    assert migrate(held, "core", "0003").returncode == 0
    with psycopg.connect(held) as session:
        session.execute("SELECT count(*) FROM core_user")
        began = time.monotonic()
        refused = migrate(held, "core", "0002")
        waited = time.monotonic() - began

    assert refused.returncode == 1
    assert refused.stderr.strip() == (
        "CommandError: A migration waited 5 s for a table that somebody holds, and gave up. "
        "Nothing of it was applied, but for indexes dropped beside what runs; run this again."
    )
    assert waited >= SECONDS
    with psycopg.connect(held) as session:
        assert session.execute("SELECT count(guest_address) FROM core_user").fetchall() == [(0,)]
    assert migrate(held, "core", "0002").returncode == 0


def migrate(database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database, "PROCESS_ROLE": "manage"},
        capture_output=True,
        text=True,
        check=False,
    )

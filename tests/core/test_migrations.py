"""Migrations of the kernel, back and forth on a database of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from core.ids import new_id
from tests.servers import fleet

ROOT = Path(__file__).resolve().parents[2]
GUEST = """
INSERT INTO core_user (id, username, password, email, first_name, last_name, is_superuser, is_staff, is_active,
                       date_joined, timezone, theme, language, shortcuts, is_guest, guest_address)
VALUES (%s, %s, '!', '', '', '', false, false, true, now(), 'UTC', 'auto', '', true, true, %s)
"""


@pytest.fixture
def database() -> Iterator[str]:
    """Empty; the address of it."""
    url = fleet().urls.database
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("DROP DATABASE IF EXISTS back_and_forth")
        session.execute("CREATE DATABASE back_and_forth")
        yield url.replace("/support?", "/back_and_forth?")
        session.execute("DROP DATABASE back_and_forth")


def migrate(database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )


def test_guests_are_never_turned_into_accounts_without_them_the_way_back_is_free(database: str) -> None:
    assert migrate(database, "core", "0003").returncode == 0
    with psycopg.connect(database) as session:
        for name in ("one", "two"):
            session.execute(GUEST, [new_id(), name, f"{name}@example.com"])

    refused = migrate(database, "core", "0002")

    assert refused.returncode == 1
    assert "cannot be undone: 2 people are guests" in refused.stderr
    with psycopg.connect(database) as session:
        kept = session.execute("SELECT guest_address FROM core_user ORDER BY 1").fetchall()
        assert kept == [("one@example.com",), ("two@example.com",)]
        session.execute("DELETE FROM core_user")

    assert migrate(database, "core", "0002").returncode == 0
    assert migrate(database, "core", "0003").returncode == 0

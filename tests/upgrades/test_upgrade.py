"""What people have is migrated: every kept dump is restored, migrated, and still holds its rows."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.servers import fleet

HERE = Path(__file__).parent
DUMPS = sorted(HERE.glob("*.sql"))


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.stem)
def test_a_kept_dump_migrates_with_its_rows(dump: Path) -> None:
    database = "upgrade_" + dump.stem.replace(".", "_")
    url = fleet().urls.database
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {database}")
        session.execute(f"CREATE DATABASE {database}")
    restored = url.replace("/support?", f"/{database}?")
    with psycopg.connect(restored) as session:
        session.execute(dump.read_text())
    environment = {**os.environ, "DATABASE_URL": restored}
    for arguments in (["migrate", "-v0"], ["migrate", "--check"]):
        subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=HERE.parents[1], env=environment, check=True
        )

    with psycopg.connect(restored) as session:
        found = session.execute(
            "SELECT (SELECT count(*) FROM core_user), (SELECT count(*) FROM support_supportticket),"
            " (SELECT count(*) FROM support_chatmessage), nextval('support_ticket_number')"
        ).fetchone()
    assert found == (5, 12, 31, 1054)

"""The database of a backup: PostgreSQL's own pg_dump and pg_restore, and what has to be asked before.

Called by `core.backups.moves`. A dump is one snapshot and takes no lock that anybody who writes would wait for. A
restore is one transaction: all of it or nothing. A password goes by the environment, where `ps` does not show it.
"""

import os
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import IO, Any, Final

import psycopg
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from core.backups.folder import Draft, Trouble
from core.embedded import wheel

FILE: Final = "database.dump"
_TABLES: Final = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
_OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)


def dump(draft: Draft) -> None:
    """Into the draft, as pg_dump writes it: PostgreSQL's custom format, compressed."""
    with _started("pg_dump", "--format=custom", "--no-owner", "--no-privileges") as program:
        dumped: Any = program.stdout
        draft.add(FILE, dumped)
        _ended("pg_dump", program)


def restore(folder: Path) -> None:
    """Into the empty database of the settings."""
    words = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(folder / FILE))
    with _started("pg_restore", *words) as program:
        _ended("pg_restore", program)


def facts() -> tuple[str, dict[str, list[str]]]:
    """The server's version, and the migrations by app that have been applied."""
    applied: dict[str, list[str]] = defaultdict(list)
    with _connected() as session:
        version = session.execute("SHOW server_version").fetchone()
        for app, name in session.execute("SELECT app, name FROM django_migrations ORDER BY app, name"):
            applied[app].append(name)
    return str(version[0]) if version else "", dict(applied)


def must_be_empty() -> None:
    """Nobody is connected, and nothing is in it."""
    with _connected() as session:
        tables, others = (_number(session, query) for query in (_TABLES, _OTHERS))
        name = session.info.dbname
    if tables:
        raise Trouble(f"The database {name} is not empty: it has {tables} tables. Restore into a new one.")
    if others:
        raise Trouble(
            f"The database {name} is in use: {others} other connections. Stop web, sockets, workers and beat first."
        )


def _number(session: psycopg.Connection, query: str) -> int:
    row = session.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0


def _connected() -> psycopg.Connection:
    try:
        return psycopg.connect(settings.DATABASE_URL, connect_timeout=5, autocommit=True)
    except psycopg.OperationalError as error:
        raise Trouble(f"The database does not answer: {str(error).strip().splitlines()[-1]}") from error


def _started(name: str, *words: str) -> subprocess.Popen[bytes]:
    place: dict[str, Any] = conninfo_to_dict(settings.DATABASE_URL)
    password = place.pop("password", None)
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    command = [_program(name), f"--dbname={make_conninfo(**place)}", *words]
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def _program(name: str) -> str:
    """The one that comes with us, which no server of ours is newer than; else the system's."""
    try:
        own = wheel.installed() / wheel.PROGRAMS / name
    except FileNotFoundError:
        own = Path(name)
    found = shutil.which(own) or shutil.which(name)
    if found is None:
        raise Trouble(f"{name} is not installed. It comes with PostgreSQL's client programs.")
    return found


def _ended(name: str, program: subprocess.Popen[bytes]) -> None:
    errors: IO[bytes] | None = program.stderr
    said = errors.read().decode(errors="replace").strip() if errors else ""
    if program.wait() != 0:
        raise Trouble(
            f"{name} ended with {program.returncode}: {said.splitlines()[0] if said else 'no word'}"
        )

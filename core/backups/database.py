"""The database of a backup: PostgreSQL's own pg_dump, pg_restore and psql, and what has to be asked before.

Called by `core.backups.moves`. A dump is one snapshot and takes no lock that anybody who writes would wait for. A
restore is one transaction: all of it or nothing. A password goes by the environment, where `ps` does not show it.
"""

import contextlib
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
# pg_restore says this since 17, and a server before 17 has never heard of it.
_TOO_NEW: Final = b"SET transaction_timeout = 0;\n"
_OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)


def dump(draft: Draft) -> None:
    """Into the draft, as pg_dump writes it: PostgreSQL's custom format, compressed."""
    words = ("--format=custom", "--no-owner", "--no-privileges")
    with _started("pg_dump", _place(), *words) as program:
        dumped: Any = program.stdout
        draft.add(FILE, dumped)
        _ended("pg_dump", program)


def restore(folder: Path) -> None:
    """Into the empty database of the settings. It is committed by us, when pg_restore has told all and ended well."""
    script = ("--file=-", "--no-owner", "--no-privileges", str(folder / FILE))
    words = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--output={os.devnull}")
    with (
        _started("pg_restore", *script) as teller,
        _started("psql", _place(), *words, stdin=subprocess.PIPE) as server,
    ):
        listener: Any = server.stdin
        with contextlib.suppress(BrokenPipeError), listener as feed:  # psql that has gone says why
            feed.write(b"BEGIN;\n")
            _tell(teller, feed)
            _ended("pg_restore", teller)
            feed.write(b"COMMIT;\n")
        _ended("psql", server)


def _tell(teller: subprocess.Popen[bytes], feed: IO[bytes]) -> None:
    """Everything but the first line that is too new; what comes after it may be somebody's words."""
    told: Any = teller.stdout
    for line in told:
        if line == _TOO_NEW:
            break
        feed.write(line)
    shutil.copyfileobj(told, feed)


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


def _place() -> str:
    place: dict[str, Any] = conninfo_to_dict(settings.DATABASE_URL)
    place.pop("password", None)
    return f"--dbname={make_conninfo(**place)}"


def _started(name: str, *words: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    password = conninfo_to_dict(settings.DATABASE_URL).get("password")
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    pipe = subprocess.PIPE
    return subprocess.Popen([_program(name), *words], env=environment, stdin=stdin, stdout=pipe, stderr=pipe)


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

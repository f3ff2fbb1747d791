"""The embedded PostgreSQL: a cluster in the state directory with one database, `support`.

Called by `core.embedded.fleet`. As root the server runs as an unprivileged account (`core.embedded.account`).
A cluster is made beside its final place and renamed, so that a killed initdb leaves nothing half made.
"""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg

from core.embedded.account import RunsAs, runs_as
from core.embedded.memory import end
from core.embedded.places import LONGEST_SOCKET, Places
from core.embedded.server import Server, ServerFailed
from core.embedded.wheel import programs

DATABASE = "support"
# A machine that somebody works on: modest memory, every connection of the processes and of a second copy's tests; and a
# disk without a head, on which a row by its index costs hardly more than the next one.
SETTINGS = {
    "shared_buffers": "128MB",
    "max_connections": "100",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class Postgres(Server):
    name = "postgres"
    # SIGINT ends sessions and writes a checkpoint; SIGQUIT leaves recovery to the next start.
    stop_signals = (signal.SIGINT, signal.SIGQUIT)

    def __init__(self, places: Places, *, fsync: bool = True) -> None:
        super().__init__(places)
        self.fsync = fsync

    def runs_as(self) -> RunsAs:
        return runs_as(self.places.account)

    def prepare(self) -> None:
        self._end_strays()
        if not (self.places.data / "PG_VERSION").exists():
            self._make_cluster()
        for stale in (self.places.data / "postmaster.pid", self.places.sockets / f"{LONGEST_SOCKET}.lock"):
            stale.unlink(missing_ok=True)

    def command(self) -> list[str]:
        settings = SETTINGS | {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.places.sockets}"',
            "unix_socket_permissions": "0700",
            "fsync": "on" if self.fsync else "off",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(programs(self.places) / "postgres"), "-D", str(self.places.data), *options]

    def answers(self) -> bool:
        try:
            with self._connection("postgres"):
                return True
        except psycopg.OperationalError:
            return False

    def settle(self) -> None:
        """Create the database, unless an earlier start did."""
        with (
            self._connection("postgres") as connection,
            contextlib.suppress(psycopg.errors.DuplicateDatabase),
        ):
            connection.execute(f'CREATE DATABASE "{DATABASE}"')

    @contextlib.contextmanager
    def _connection(self, database: str) -> Iterator[psycopg.Connection]:
        with psycopg.connect(
            host=str(self.places.sockets),
            user="postgres",
            dbname=database,
            autocommit=True,
            connect_timeout=2,
        ) as connection:
            yield connection

    def _make_cluster(self) -> None:
        draft = self.places.data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        account = self.places.account
        if account:
            os.chown(draft, account.uid, account.gid)
        self._initdb(draft)
        shutil.rmtree(self.places.data, ignore_errors=True)
        draft.rename(self.places.data)

    def _initdb(self, folder: Path) -> None:
        """Sorting and case come from PostgreSQL itself, alike on every machine, not from the system's locales."""
        locale = ["--no-locale", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        trust = ["--username=postgres", "--auth-local=trust", "--auth-host=reject"]
        speed = [] if self.fsync else ["--no-sync"]
        command = [str(programs(self.places) / "initdb"), "-D", str(folder), *locale, *trust, *speed]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **self.runs_as())
        if done.returncode != 0:
            raise ServerFailed(f"PostgreSQL's initdb failed:\n{done.stdout}{done.stderr}")

    def _end_strays(self) -> None:
        """Processes of a killed run: they hold the data directory as their working directory."""
        end(
            [process for process in psutil.process_iter() if _works_in(process, self.places.data)],
            signal.SIGQUIT,
        )


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == folder
    except (psutil.Error, OSError):
        return False

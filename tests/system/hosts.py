"""The product on five hosts, as in production: two with a web, two with workers, and one with the servers and the mail.

Promises: what differs from five machines is that they share a kernel and a disk. DEBUG is off. Every host has a
STATE_DIR of its own; KEPT_DIR is shared. The tests, the pages and the servers are at the switch (`tests.system.lan`),
which is not cut. To be used within `tests.system.apart`.
"""

import json
from contextlib import suppress
from functools import partial
from secrets import token_hex
from typing import Any

import httpx
import redis

from core import beacons
from core.embedded.places import Places
from core.embedded.postgres import Postgres
from core.embedded.valkey import Durable, Ephemeral
from tests.system.composed import PEOPLE
from tests.system.lan import GATEWAY, Host, make_switch
from tests.system.processes import System
from tests.system.waiting import until

SITE = "support.example.com"
PORT = 8000
WEBS = {"web1": "10.77.0.11", "web2": "10.77.0.12"}
WORKERS = {"worker1": "10.77.0.21", "worker2": "10.77.0.22"}
# What runs where: the Procfile's processes, once for each host of their kind; of beats one is enough.
RUNNING = {
    "web1": ["web"],
    "web2": ["web"],
    "worker1": ["drain", "quick", "patient", "beat"],
    "worker2": ["drain", "quick", "patient"],
}
DATABASE_PORT, DURABLE_PORT, EPHEMERAL_PORT = 5432, 6379, 6380


class NetworkPostgres(Postgres):
    """The embedded one, reached by the hosts as well."""

    def prepare(self) -> None:
        super().prepare()
        with (self.places.data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {GATEWAY}/24 trust\n")

    def command(self) -> list[str]:
        return [*super().command(), "-c", f"listen_addresses={GATEWAY}", "-c", f"port={DATABASE_PORT}"]


def _listening(command: list[str], port: int) -> list[str]:
    return [*command, "--bind", GATEWAY, "--port", str(port), "--protected-mode", "no"]


class NetworkDurable(Durable):
    def command(self) -> list[str]:
        return _listening(super().command(), DURABLE_PORT)


class NetworkEphemeral(Ephemeral):
    def command(self) -> list[str]:
        return _listening(super().command(), EPHEMERAL_PORT)


class Hosts(System):
    """`hosts` by name. A process is called like its kind and its host: `drain worker1`."""

    mail_host = GATEWAY

    def __init__(self, **environment: str) -> None:
        make_switch()
        super().__init__(**environment)
        self.hosts: dict[str, Host] = {}
        self._have_servers_listen(self.fleet.places)

    def start(self) -> None:
        self.fleet.start()
        self.sink.start()
        self.environment = self._environment() | self._production()
        self.manage("migrate", "--verbosity", "0")
        self.manage("shell", "--verbosity", "0", "-c", PEOPLE)
        for name, address in (WEBS | WORKERS).items():
            self.hosts[name] = Host(name, address)
            for kind in RUNNING[name]:
                self._put(kind, name)
        self.wait_until_ready()

    def _have_servers_listen(self, places: Places) -> None:
        self.fleet.postgres = NetworkPostgres(places)
        self.fleet.durable, self.fleet.ephemeral = NetworkDurable(places), NetworkEphemeral(places)

    def _production(self) -> dict[str, str]:
        """What every host is given alike."""
        return {
            "DEBUG": "0",
            "FAIL_POINTS": "",
            "SECRET_KEY": token_hex(32),
            "SITE_URL": f"https://{SITE}",
            "ALLOWED_HOSTS": SITE,
            "PORT": str(PORT),
            "DATABASE_URL": f"postgresql://postgres@{GATEWAY}:{DATABASE_PORT}/support",
            "COMMAND_LOG_URL": f"redis://{GATEWAY}:{DURABLE_PORT}/0",
            "REDIS_URL": f"redis://{GATEWAY}:{EPHEMERAL_PORT}/0",
            "EMAIL_URL": self.sink.url,
            "KEPT_DIR": str(self.home / "kept"),
            **self._more,
        }

    def _put(self, kind: str, name: str) -> None:
        host, own = self.hosts[name], {"STATE_DIR": str(self.home / name)}
        (self.home / name).mkdir(exist_ok=True)
        environment = self.environment | own | {"HOST": host.address}
        self._spawn(f"{kind} {name}", host.enter(self.commands[kind].words(environment)), environment)

    def wait_until_ready(self, seconds: float = 300.0) -> None:
        for name, address in WEBS.items():
            until(partial(_answers, address), seconds, what=f"{name} answers\n{self.log(f'web {name}')}")
        for process in self.processes:
            if process.startswith(("drain", "quick", "patient")):
                until(lambda process=process: " ready." in self.log(process), seconds, what=process)  # type: ignore[misc]

    def stop(self) -> None:
        for host in self.hosts.values():
            host.join()
        super().stop()
        for host in self.hosts.values():
            host.remove()

    def on(self, name: str) -> list[str]:
        """The processes of one host."""
        return [f"{kind} {name}" for kind in RUNNING[name]]

    def log(self, name: str) -> str:
        """Production's lines as a developer's, which the oracle reads."""
        return "".join(plain(line) for line in super().log(name).splitlines(keepends=True))

    def sessions(self, name: str) -> int:
        """How many connections PostgreSQL believes to have to a host."""
        return int(
            self.rows(
                "SELECT count(*) FROM pg_stat_activity WHERE client_addr = %s::inet", self.hosts[name].address
            )[0][0]
        )

    def lock_holder(self) -> str:
        """The host whose drain holds the shard; empty when nobody does."""
        found = self.rows(
            "SELECT host(client_addr) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND granted AND client_addr IS NOT NULL"
        )
        return next((name for name, address in WORKERS.items() if (address,) in found), "")

    def heard_of(self, name: str, since: float) -> bool:
        """Every worker of a host, and its beat, has said since this moment that it is well."""
        client = redis.Redis.from_url(self.fleet.urls.redis)
        answer: Any = client.hgetall(beacons.KEY)
        lit = {beacon.name for beacon in beacons.decoded(answer) if beacon.at > since}
        return {f"{kind}@{name}" for kind in RUNNING[name]} <= lit


def _answers(address: str) -> bool:
    with suppress(httpx.TransportError):
        asked = httpx.get(f"http://{address}:{PORT}/health/live", headers={"Host": SITE}, timeout=1)
        return asked.status_code == 200
    return False


def plain(line: str) -> str:
    """What `core.logs` writes under DEBUG of what it writes in production; any other line as it is."""
    try:
        record = json.loads(line)
    except ValueError:
        return line
    if not isinstance(record, dict) or "levelname" not in record:
        return line
    trace = f"{record['exc_info']}\n" if record.get("exc_info") else ""
    return f"{record['levelname']:7} {record['name']} {record['message']}\n{trace}"

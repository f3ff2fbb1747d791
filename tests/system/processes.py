"""Starts the Procfile's processes on embedded servers of their own and free ports; kills only what it started.

The database is the product's own, migrated, with the five demo accounts and no demo tickets.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg
import redis

from core.embedded import Fleet
from core.supervisor import procfile
from support import presence
from tests.system import clusters
from tests.system.failpoints import FailPoints
from tests.system.mail import Sink
from tests.system.ports import free_port
from tests.system.waiting import until

ROOT = Path(__file__).resolve().parents[2]
LIMITS = (
    "WRITES_AT_ONCE",
    "WRITES_PER_SECOND",
    "CHAT_POSTS_AT_ONCE",
    "CHAT_POSTS_PER_SECOND",
    "GUEST_TICKETS_PER_HOUR",
    "GUEST_LINKS_PER_HOUR",
    "GUEST_MESSAGES_PER_MINUTE",
)
# A breaker that held what a load causes would keep it from ever being quiet; breakers have tests of their own.
BREAKERS = ("MAILS_PER_ADDRESS", "MAILS_PER_THREAD", "MAILS_PER_RULE")
REPLIES_BY_MAIL = "ticket_reply:email"
ACCOUNTS = """
from support.management.commands.load_demo import create_accounts
create_accounts()
"""


def is_live(url: str) -> bool:
    """Whether a web answers there."""
    try:
        return httpx.get(f"{url}/health/live", timeout=1).status_code == 200
    except httpx.TransportError:
        return False


class System:
    """The running system: its address, its processes by name, its servers, its mails, its rows."""

    mail_host = "127.0.0.1"

    def __init__(self, **environment: str) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="psychpath-system-"))
        self.fleet = Fleet(self.home)
        self.fail_points = FailPoints(self.home / "fail-points")
        self.port, self.flower_port = free_port(), free_port()
        self.sink = Sink(free_port(), self.mail_host)
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.commands = {entry.name: entry for entry in procfile.read(ROOT / "Procfile")}
        self._more = environment
        self._spawned: dict[str, tuple[list[str], dict[str, str]]] = {}

    # --- Life ---

    def start(self) -> None:
        is_new = not clusters.are_kept()
        if not is_new:
            self.fleet.postgres = clusters.Copied(self.fleet.places)
        self.fleet.start()
        self.sink.start()
        self.environment = self._environment()
        if is_new:
            self.manage("migrate", "--verbosity", "0")
            self.manage("shell", "--verbosity", "0", "-c", ACCOUNTS)
            clusters.keep(self.fleet.postgres)
        for name in self.commands:
            self.run(name)
        self.wait_until_ready()

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        return {
            **kept,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "DEBUG": "1",
            "SECRET_KEY": "only-for-tests-and-never-deployed-anywhere",
            "FLOWER_BASIC_AUTH": "ops:only-for-tests",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "FLOWER_PORT": str(self.flower_port),
            "STATE_DIR": str(self.home),
            "FAIL_POINTS": str(self.fail_points.folder),
            "EMAIL_URL": self.sink.url,
            # One test person does in a second what the limits allow in a minute; the limits have tests of their own.
            **dict.fromkeys(LIMITS, "100000"),
            # Likewise what the public waits for before it sees that an agent came or went.
            "PRESENCE_DEBOUNCE": "0",
            # Mail about a message leaves at once, and each message in one of its own.
            "REPLY_MAIL_GRACE": "0",
            "REPLY_MAIL_EVERY": "0",
            **dict.fromkeys(BREAKERS, "0"),
            **self.fleet.urls.environment(),
            **self._more,
        }

    def manage(self, *arguments: str, environment: dict[str, str] | None = None) -> None:
        command = [sys.executable, "manage.py", *arguments]
        surroundings = self.environment | (environment or {})
        subprocess.run(command, cwd=ROOT, env=surroundings, check=True, timeout=120)

    def run(
        self,
        name: str,
        *,
        alias: str = "",
        command: list[str] | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        """Start one process of the Procfile; `alias` for a second one of its kind, elsewhere or otherwise set up."""
        surroundings = self.environment | (environment or {})
        words = command or self.commands[name].words(surroundings)
        if alias:
            words = [word.replace(f"{name}@", f"{alias}@") for word in words]
        self._spawn(alias or name, words, surroundings)

    def run_again(self, name: str) -> None:
        """Start what has died as it was started before; what is left of its group dies first, as under a supervisor."""
        with suppress(ProcessLookupError):
            os.killpg(self.processes[name].pid, signal.SIGKILL)
        self._spawn(name, *self._spawned[name])

    def _spawn(self, name: str, words: list[str], surroundings: dict[str, str]) -> None:
        self._spawned[name] = words, surroundings
        named = {"PGAPPNAME": name, **surroundings}  # so that PostgreSQL tells whose connection is whose
        with (self.home / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                words, cwd=ROOT, env=named, stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_ready(self, seconds: float = 60.0) -> None:
        try:
            until(lambda: is_live(self.url), seconds, what="the web answers")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log('web')}") from error
        families = {"drain", "quick", "patient"} & self.processes.keys()
        for family in families:
            until(lambda family=family: " ready." in self.log(family), seconds, what=f"{family} is ready")  # type: ignore[misc]

    def stop(self) -> None:
        for name in list(self.processes):
            self.kill(name, signal.SIGTERM, wait=False)
        for name in list(self.processes):
            self._bury(name)
        self.sink.stop()
        self.fleet.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    # --- Death ---

    def kill(self, name: str, sign: signal.Signals = signal.SIGKILL, *, wait: bool = True) -> None:
        """Signal a process (SIGKILL: with all its children) and wait for its end."""
        process = self.processes[name]
        if process.poll() is None:
            target = os.killpg if sign == signal.SIGKILL else os.kill
            target(process.pid, sign)
        if wait:
            self._bury(name)

    def _bury(self, name: str) -> None:
        process = self.processes.pop(name)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    # --- Looking ---

    def has_died(self, name: str) -> bool:
        """It was started, is not running, and nobody has taken notice."""
        return name in self.processes and self.processes[name].poll() is not None

    def log(self, name: str) -> str:
        path = self.home / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def logs(self) -> list[str]:
        """The names of everything that has a log."""
        return [path.stem for path in self.home.glob("*.log")]

    def policy_reports(self) -> list[str]:
        """What browsers said the content security policy stopped."""
        return [line for line in self.log("web").splitlines() if "core.csp_reports" in line]

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.fleet.urls.database) as session:
            return session.execute(query, values).fetchall()

    def execute(self, statement: str, *values: Any) -> None:
        """Change rows behind the product's back, as an operator would."""
        with psycopg.connect(self.fleet.urls.database) as session:
            session.execute(statement, values)

    def mail_nobody(self) -> None:
        """Everybody has turned mails about replies off: for thousands of messages that are not about mail."""
        self.execute(
            "INSERT INTO notifications_preference (user_id, browser, sound, muted, changed_at)"
            " SELECT id, false, false, %s::jsonb, now() FROM core_user",
            json.dumps([REPLIES_BY_MAIL]),
        )

    def mails_about(self, reference: str) -> list[tuple[str, str]]:
        """Who received which notice about a ticket: the mails of the sink, told apart by the ledger's Message-IDs."""
        notices = dict(self.rows("SELECT message_id_header, notice FROM notifications_delivery"))
        mails = self.sink.about(reference)
        return sorted((mail["X-Rcpt-To"], notices[mail["Message-ID"].strip()]) for mail in mails)

    def forget_leases(self, username: str = "") -> None:
        """As if every agent's machine, or that of one, had vanished a minute ago."""
        client = redis.Redis.from_url(self.fleet.urls.redis)
        whose = self.rows("SELECT id FROM core_user WHERE username = %s", username) if username else [("*",)]
        leases = list(client.scan_iter(presence.lease_key(whose[0][0])))
        assert leases, "nobody holds a lease"
        client.delete(*leases)
        client.set(presence.EPOCH_KEY, "0")

    def flower_tasks(self) -> dict[str, Any]:
        """What Flower's API knows, by task id."""
        answer = httpx.get(
            f"http://127.0.0.1:{self.flower_port}/api/tasks", auth=("ops", "only-for-tests"), timeout=5
        )
        answer.raise_for_status()
        tasks: dict[str, Any] = answer.json()
        return tasks

"""`manage.py up`: one command that starts everything for a newcomer, and stops all of it on Ctrl-C.

Called by `make run`. With DEBUG and without service URLs it starts the embedded servers as well, and puts demo data
into the database. It prints `Ready: http://127.0.0.1:8000/` once every process answers. A second run in the same
state directory says where the first one answers, and ends.
"""

import os
import secrets
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections

from core import embedded, env
from core.celery import app
from core.embedded.memory import Memory
from core.supervisor import Console, Entry, Run, Turnstile, ports, read, readiness
from core.supervisor.child import Child

LOGINS = (
    "Log in as amira or dora (requesters), ben or chen (agents), admin (support admin); password testpass123"
)


class Command(BaseCommand):
    """Its own checks come first; the system checks are for the processes it starts."""

    help = "Starts every process of the Procfile, with embedded servers when no URL is given."
    requires_system_checks = ()

    def handle(self, *_args: object, **_options: object) -> None:
        self.port, self.flower_port = env.port("PORT", default=8000), env.port("FLOWER_PORT", default=5555)
        self.address = f"http://127.0.0.1:{self.port}/"
        self.login = env.secret("FLOWER_BASIC_AUTH", default="") or f"ops:{secrets.token_urlsafe(12)}"
        self.console = Console(sys.stdout)
        turnstile = Turnstile(settings.STATE_DIR / "up.lock")
        if not turnstile.enter(self.address):
            self.console.plain(f"Already running at {turnstile.holder}")
            return
        try:
            self._run()
        finally:
            turnstile.leave()

    def _run(self) -> None:
        memory = Memory(settings.STATE_DIR / "pids")
        memory.end_leftovers([name for name in memory.names() if name not in embedded.ALL])
        self._insist_on_free_ports()
        run = Run(self.console, fleet=self._fleet())
        run.obey_signals()
        try:
            self._prepare_or_explain(run)
            if not run.stopping.is_set():
                children = [self._child(entry, memory) for entry in self._entries()]
                run.tend(children, self._questions(), self._ready)
        finally:
            self.console.say("stopping")
            run.end()

    def _insist_on_free_ports(self) -> None:
        sentences = ports.taken({"PORT": self.port, "FLOWER_PORT": self.flower_port})
        if sentences:
            raise CommandError("\n".join(sentences))

    def _fleet(self) -> embedded.Fleet | None:
        """The servers nobody named; outside DEBUG the settings have refused to load already."""
        wanted = embedded.wanted(os.environ)
        return embedded.Fleet(settings.STATE_DIR, wanted=wanted) if wanted and settings.DEBUG else None

    def _prepare_or_explain(self, run: Run) -> None:
        try:
            self._prepare(run)
        except (embedded.ServerFailed, embedded.AlreadyRunning, PermissionError, OperationalError) as trouble:
            raise CommandError(str(trouble)) from trouble

    def _prepare(self, run: Run) -> None:
        if run.fleet:
            self.console.say(f"starting {', '.join(server.name for server in run.fleet.servers)}")
            run.fleet.start()
        self.console.say("migrating")
        call_command("migrate", interactive=False, verbosity=0)
        if settings.DEBUG:
            call_command("load_demo")
        connections.close_all()

    def _entries(self) -> list[Entry]:
        return read(settings.BASE_DIR / "Procfile")

    def _child(self, entry: Entry, memory: Memory) -> Child:
        return Child(entry, self._environment(), settings.BASE_DIR, self.console, memory)

    def _environment(self) -> Mapping[str, str]:
        """Everything the processes share; each sets its own PROCESS_ROLE."""
        own = {name: value for name, value in os.environ.items() if name != "PROCESS_ROLE"}
        return own | {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "PYTHONUNBUFFERED": "1",
            "HOST": env.text("HOST", default="127.0.0.1"),
            "PORT": str(self.port),
            "FLOWER_PORT": str(self.flower_port),
            "FLOWER_BASIC_AUTH": self.login,
            "STATE_DIR": str(settings.STATE_DIR),
            "DATABASE_URL": settings.DATABASE_URL,
            "REDIS_URL": settings.REDIS_URL,
            "COMMAND_LOG_URL": settings.COMMAND_LOG_URL,
        }

    def _questions(self) -> list[readiness.Question]:
        families = [entry.worker for entry in self._entries() if entry.worker]
        everybody = [
            readiness.page("web", self.port, "/health/live"),
            readiness.workers(app, families),
            readiness.beat(Path(settings.CELERY_BEAT_SCHEDULE_FILENAME), time.time()),
            readiness.page("flower", self.flower_port, "/workers", self.login),
        ]
        return [readiness.after(everybody, readiness.page("web", self.port, "/health/ready"))]

    def _ready(self) -> None:
        self.console.plain(f"Ready: {self.address}")
        if settings.DEBUG:
            self.console.plain(LOGINS)
        user, _, password = self.login.partition(":")
        self.console.plain(f"Flower: http://127.0.0.1:{self.flower_port}/ (user {user}, password {password})")

"""One run: the embedded servers and the processes of the Procfile, tended until somebody asks to stop.

Called by `manage.py up`. The main thread tends; a herald thread asks everybody until all answer, then says Ready.
Stopping goes from the outside in (web, beat and Flower; workers; servers) and takes at most ten seconds; a second
Ctrl-C kills what is left.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from core.embedded import Fleet, Server, ServerFailed
from core.supervisor.backoff import Backoff
from core.supervisor.child import Child
from core.supervisor.console import Console
from core.supervisor.readiness import Question, silent

TICK = 0.1
ASK_EVERY = 0.5
# Seconds for the outer processes, then for the workers; with the servers' own time they stay below ten.
PATIENCE = (2.0, 4.0)
REMIND_EVERY = 15.0
OUTERMOST = ("web",)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Run:
    """`begin` the servers, `tend` the children, and afterwards, whatever happened, `end`."""

    console: Console
    fleet: Fleet | None = None
    children: Sequence[Child] = ()
    stopping: threading.Event = field(default_factory=threading.Event)
    _servers: dict[str, Backoff] = field(default_factory=dict)

    def obey_signals(self) -> None:
        for sign in SIGNALS:
            signal.signal(sign, self._on_signal)

    def tend(
        self, children: Sequence[Child], questions: Sequence[Question], ready: Callable[[], None]
    ) -> None:
        """Until somebody asks to stop."""
        self.children = children
        threading.Thread(target=self._herald, args=(questions, ready), name="herald", daemon=True).start()
        while not self.stopping.wait(TICK):
            now = time.monotonic()
            for server in self.fleet.servers if self.fleet else ():
                self._tend_server(server, now)
            for child in self.children:
                child.tend(now)

    def end(self) -> None:
        """Nothing is left afterwards: no process, no socket, no port."""
        self.stopping.set()
        for children, patience in zip(self._steps(), PATIENCE, strict=True):
            self._stop_together(children, patience)
        if self.fleet:
            self.fleet.stop()

    def _steps(self) -> tuple[list[Child], list[Child]]:
        """Whoever makes work, then whoever does it; the web is asked first of all."""
        workers = [child for child in self.children if child.entry.worker]
        makers = [child for child in self.children if not child.entry.worker]
        return sorted(makers, key=lambda child: child.name not in OUTERMOST), workers

    def _stop_together(self, children: Sequence[Child], patience: float) -> None:
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + patience
        while any(child.is_running for child in children) and time.monotonic() < deadline:
            time.sleep(0.02)
        for child in children:
            child.kill()

    def _tend_server(self, server: Server, now: float) -> None:
        backoff = self._servers.setdefault(server.name, Backoff())
        if server.is_running:
            backoff.healthy(now)
        elif backoff.is_due(now):
            backoff.died(now)
            self._restart(server)
            backoff.started(now)

    def _restart(self, server: Server) -> None:
        self.console.say(f"{server.name} is gone; starting it again")
        try:
            server.start()
        except ServerFailed as trouble:
            self.console.say(str(trouble))

    def _herald(self, questions: Sequence[Question], ready: Callable[[], None]) -> None:
        remind_at = time.monotonic() + REMIND_EVERY
        while (missing := silent(questions)) and not self.stopping.wait(ASK_EVERY):
            if time.monotonic() > remind_at:
                self.console.say(f"still waiting for {', '.join(missing)}")
                remind_at = time.monotonic() + REMIND_EVERY
        if not self.stopping.is_set():
            ready()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self.stopping.is_set():
            self._kill_all()
        self.stopping.set()

    def _kill_all(self) -> None:
        for child in self.children:
            child.kill()
        for server in self.fleet.servers if self.fleet else ():
            server.kill()
        os._exit(128 + signal.SIGINT)

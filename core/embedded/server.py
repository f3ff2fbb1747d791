"""One embedded server: a direct child that is started, watched, stopped and, in experiments, killed.

Called by `core.embedded.fleet` for all three and by the fault experiments for one of them. A server runs in a
session of its own, so that Ctrl-C in the terminal does not reach it before its clients are gone.
"""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from core.embedded.account import RunsAs
from core.embedded.memory import Memory
from core.embedded.places import Places

START_PATIENCE = 30.0
STOP_PATIENCE = 3.0


class ServerFailed(Exception):
    """A server did not come up; the message ends with the last lines of its log."""


class Server(ABC):
    """`start`, `stop` and `kill` may be called in any state; after `start` returns, the server answers."""

    name: ClassVar[str]
    stop_signals: ClassVar[tuple[signal.Signals, ...]] = (signal.SIGTERM,)

    def __init__(self, places: Places) -> None:
        self.places = places
        self.memory = Memory(places.state / "pids")
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """What is executed."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether a client gets an answer now."""

    def prepare(self) -> None:
        """Whatever must exist, or must not, before the command is executed."""

    def settle(self) -> None:
        """Whatever is to be done once the server answers."""

    @property
    def pid(self) -> int:
        """The id of the running process; 0 when it does not run."""
        return self.process.pid if self.process and self.is_running else 0

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def log(self) -> Path:
        return self.places.state / "log" / f"{self.name}.log"

    def start(self) -> None:
        if self.is_running:
            return
        self.memory.end_leftover(self.name, self.stop_signals[0])
        self.prepare()
        self._spawn()
        self._wait_until_it_answers()
        self.settle()

    def ask_to_stop(self) -> None:
        """So that several can end at the same time, before `stop` waits for each."""
        if self.process and self.is_running:
            self.process.send_signal(self.stop_signals[0])

    def stop(self) -> None:
        """Ask with each of the server's signals in turn, then kill."""
        for sign in (*self.stop_signals, signal.SIGKILL):
            if self._ended_by(sign):
                break
        self.process = None
        self.memory.forget(self.name)

    def kill(self) -> None:
        """As `kill -9` would: nothing is written, nothing is removed."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def _ended_by(self, sign: signal.Signals) -> bool:
        if self.process is None or not self.is_running:
            return True
        self.process.send_signal(sign)
        try:
            self.process.wait(STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _spawn(self) -> None:
        self.log.parent.mkdir(mode=0o700, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **self.runs_as(),
            )
        self.memory.remember(self.name, self.process.pid)

    def runs_as(self) -> RunsAs:
        return {}

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while not self.answers():
            if not self.is_running or time.monotonic() > deadline:
                self.stop()
                raise ServerFailed(
                    f"The embedded {self.name} did not start. {self.log}:\n{self._last_lines()}"
                )
            time.sleep(0.02)

    def _last_lines(self) -> str:
        if not self.log.exists():
            return ""
        return os.linesep.join(self.log.read_text(errors="replace").splitlines()[-15:])

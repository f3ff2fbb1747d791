"""One process of the Procfile: started, watched, started again when it dies, stopped.

Called by `core.supervisor.run` from one thread. Each child leads a session of its own: Ctrl-C in the terminal does
not reach it, and a kill reaches its children too.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.embedded.memory import Memory
from core.supervisor.backoff import Backoff
from core.supervisor.console import Console
from core.supervisor.procfile import Entry


@dataclass
class Child:
    """`tend` is called again and again; it starts what should run and does not."""

    entry: Entry
    environment: Mapping[str, str]
    folder: Path
    console: Console
    memory: Memory
    backoff: Backoff = field(default_factory=Backoff)
    process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def tend(self, now: float) -> None:
        if self.is_running:
            self.backoff.healthy(now)
        elif self.process is not None:
            self._bury(now)
        elif self.backoff.is_due(now):
            self.start(now)

    def start(self, now: float) -> None:
        process = subprocess.Popen(
            self.entry.words(self.environment),
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.process = process
        self.backoff.started(now)
        self.memory.remember(self.name, process.pid)
        if process.stdout:
            self.console.follow(self.name, process.stdout)

    def ask_to_stop(self) -> None:
        """SIGTERM to the leader alone: a worker finishes its tasks and ends its own children."""
        if self.process and self.is_running:
            self.process.terminate()

    def kill(self) -> None:
        """SIGKILL to the whole group, whether its leader still lives or not."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.memory.forget(self.name)

    def _bury(self, now: float) -> None:
        """Its orphans go with it: they would work on beside the next one."""
        code = self.process.returncode if self.process else 0
        self.kill()
        self.process = None
        self.backoff.died(now)
        self.console.say(f"{self.name} ended ({_how(code)}); starting it again in {self.backoff.delay:.1f} s")


def _how(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"

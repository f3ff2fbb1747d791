"""Remember which processes were started, so that the next start can end what a killed run left behind.

Called by the embedded servers and by the supervisor. A process id alone proves nothing, since the system gives
it to somebody else later; with the time of its creation it does. Only a process that matches both is ended, with
the members of its group that it left behind.
"""

import contextlib
import json
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

PATIENCE = 5.0


@dataclass(frozen=True)
class Memory:
    """One file per process in `folder`: its name, and inside its id and the time of its creation."""

    folder: Path

    def remember(self, name: str, pid: int) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(psutil.NoSuchProcess):
            record = {"pid": pid, "created": psutil.Process(pid).create_time()}
            draft = self.folder / f".{name}"
            draft.write_text(json.dumps(record))
            draft.replace(self._file(name))

    def forget(self, name: str) -> None:
        self._file(name).unlink(missing_ok=True)

    def end_leftover(self, name: str, sign: signal.Signals = signal.SIGTERM) -> None:
        """End the process remembered under this name with its group, if it is still the same one."""
        self.end_leftovers([name], sign)

    def end_leftovers(self, names: Sequence[str], sign: signal.Signals = signal.SIGTERM) -> None:
        """Several at once, so that one that is slow to end holds up nobody."""
        found = [recalled for name in names if (recalled := self._recall(name))]
        everybody = [process for recalled in found for process in _group(*recalled)]
        end([process for process in everybody if process.pid != os.getpid()], sign)
        for name in names:
            self.forget(name)

    def names(self) -> list[str]:
        return sorted(file.stem for file in self.folder.glob("[!.]*.json"))

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _recall(self, name: str) -> tuple[int, float] | None:
        try:
            record = json.loads(self._file(name).read_text())
            return int(record["pid"]), float(record["created"])
        except (OSError, ValueError, KeyError, TypeError):
            return None


def end(processes: list[psutil.Process], sign: signal.Signals = signal.SIGTERM) -> None:
    """Ask, wait, then kill. A process that has gone meanwhile is what we wanted."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(sign)
    for process in _still_there(processes, PATIENCE):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    _still_there(processes, PATIENCE)


def _still_there(processes: list[psutil.Process], patience: float) -> list[psutil.Process]:
    """Wait until all are gone; after `patience` seconds, who is not."""
    deadline = time.monotonic() + patience
    while (alive := [process for process in processes if _is_alive(process)]) and time.monotonic() < deadline:
        time.sleep(0.01)
    return alive


def _is_alive(process: psutil.Process) -> bool:
    """A zombie does nothing any more, and in a container without a reaping init it stays for ever."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _group(pid: int, created: float) -> list[psutil.Process]:
    """The process and what is left of its group; nothing when the id belongs to somebody else by now."""
    if psutil.pid_exists(pid) and not _is_same(pid, created):
        return []
    return [process for process in psutil.process_iter() if _belongs(process, pid, created)]


def _is_same(pid: int, created: float) -> bool:
    try:
        return bool(abs(psutil.Process(pid).create_time() - created) < 0.02)
    except psutil.NoSuchProcess:
        return False


def _belongs(process: psutil.Process, group: int, created: float) -> bool:
    try:
        return os.getpgid(process.pid) == group and process.create_time() >= created - 0.02
    except (psutil.Error, OSError):
        return False

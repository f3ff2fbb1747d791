"""`manage.py up` as a person runs it: Ready, a harmless second run, Flower that only looks, Ctrl-C that leaves nothing.

One system is started for the whole file, on ports and in a state directory of its own.
"""

import base64
import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from flower.urls import handlers
from tornado.web import RequestHandler

from core.embedded.places import places
from core.supervisor import ports
from tests.system.ports import free_port

pytestmark = [pytest.mark.flows, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 120
# Whatever a page of Flower may be asked to change; a new version's new handler is in the list by itself.
CONTROLS = sorted(
    re.sub(r"\(.*\)", "target", pattern)
    for pattern, handler in (handler[:2] for handler in handlers if isinstance(handler, tuple))
    if handler.post is not RequestHandler.post and pattern.startswith("/api/")
)


class System:
    """A run of `manage.py up`, its output line by line, and what an outsider can see of it."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        self.port, self.flower_port = free_port(), free_port()
        self.lines: list[str] = []
        self.process = self._start()

    def environment(self) -> dict[str, str]:
        foreign = {"DATABASE_URL", "REDIS_URL", "COMMAND_LOG_URL", "FLOWER_BASIC_AUTH", "PROCESS_ROLE"}
        own = {name: value for name, value in os.environ.items() if name not in foreign}
        ports = {"PORT": str(self.port), "FLOWER_PORT": str(self.flower_port)}
        return own | ports | {"STATE_DIR": str(self.state_dir), "DEBUG": "1"}

    def again(self) -> None:
        self.lines = []
        self.process = self._start()

    def wait_until(self, condition: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "\n".join(self.lines[-80:])
            threading.Event().wait(0.05)

    def wait_until_ready(self) -> None:
        self.wait_until(lambda: any(line.startswith("Flower: ") for line in self.lines), READY_WITHIN)

    def second_run(self, **changes: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", "up"]
        environment = self.environment() | changes
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    def alive(self) -> list[str]:
        """Every process that was started for this state directory, except the one that runs `up`."""
        mine = str(self.state_dir)
        others = (process for process in psutil.process_iter() if process.pid != self.process.pid)
        return [" ".join(process.cmdline()) for process in others if _mentions(process, mine)]

    def pid_of(self, name: str) -> int:
        record = re.search(r'"pid": (\d+)', (self.state_dir / "pids" / f"{name}.json").read_text())
        assert record is not None
        return int(record[1])

    def flower(self, method: str, path: str, login: str = "") -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.flower_port, timeout=10)
        headers = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"} if login else {}
        connection.request(method, path, headers=headers)
        status = connection.getresponse().status
        connection.close()
        return status

    @property
    def login(self) -> str:
        found = re.search(r"\(user (\S+), password (\S+)\)", "\n".join(self.lines))
        assert found is not None
        return f"{found[1]}:{found[2]}"

    def _start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, args=(process,), daemon=True).start()
        return process

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            self.lines.extend(line.rstrip("\n") for line in process.stdout)


def _mentions(process: psutil.Process, state_dir: str) -> bool:
    """The servers name the directory on their command lines, the others in their environments."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return state_dir in " ".join(process.cmdline()) or process.environ().get("STATE_DIR") == state_dir
    except psutil.Error:
        return False


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        system = System(Path(folder) / "state")
        try:
            system.wait_until_ready()
            yield system
        finally:
            if system.process.poll() is None:
                system.process.send_signal(signal.SIGINT)
                system.process.wait(30)


def test_ready_is_said_once_with_the_logins_and_flower(system: System) -> None:
    ready = system.lines.index(f"Ready: http://127.0.0.1:{system.port}/")
    assert "password testpass123" in system.lines[ready + 1]
    assert system.lines[ready + 2].startswith(
        f"Flower: http://127.0.0.1:{system.flower_port}/ (user ops, password "
    )
    assert sum(line.startswith("Ready: ") for line in system.lines) == 1


def test_a_second_run_says_where_the_first_answers_and_harms_nobody(system: System) -> None:
    before = sorted(system.alive())
    second = system.second_run(PORT=str(free_port()))
    assert (second.returncode, second.stdout) == (0, f"Already running at http://127.0.0.1:{system.port}/\n")
    assert sorted(system.alive()) == before


def test_a_taken_port_is_named_and_nothing_is_started(system: System, tmp_path: Path) -> None:
    second = system.second_run(STATE_DIR=str(tmp_path), FLOWER_PORT=str(free_port()))
    assert second.returncode == 1
    assert f"Port {system.port} is in use by another program. Set PORT to a free one" in second.stderr
    assert "Traceback" not in second.stderr
    assert not (tmp_path / "postgres").exists()


def test_every_socket_listens_on_loopback_only(system: System) -> None:
    supervisor = psutil.Process(system.process.pid)
    listening = {
        connection.laddr
        for process in [supervisor, *supervisor.children(recursive=True)]
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {("127.0.0.1", system.port), ("127.0.0.1", system.flower_port)}


def test_the_password_of_flower_is_on_no_command_line(system: System) -> None:
    password = system.login.partition(":")[2]
    assert [line for line in system.alive() if password in line] == []


@pytest.mark.parametrize(
    "path", ["/", "/workers", "/tasks", "/api/workers", "/api/tasks", "/metrics", "/broker"]
)
def test_flower_shows_nothing_without_login(system: System, path: str) -> None:
    assert system.flower("GET", path) == 401
    assert system.flower("GET", path, "ops:wrong") == 401
    assert system.flower("GET", path, system.login) == 200


@pytest.mark.parametrize("path", CONTROLS)
def test_flower_changes_nothing_even_for_who_is_logged_in(system: System, path: str) -> None:
    assert system.flower("POST", path, system.login) == 403


def test_flower_has_the_controls_that_are_refused() -> None:
    assert len(CONTROLS) >= 14
    assert {"/api/worker/shutdown/target", "/api/task/revoke/target", "/api/task/apply/target"} <= set(
        CONTROLS
    )


def test_a_killed_process_and_a_killed_server_come_back(system: System) -> None:
    for name in ("drain", "ephemeral"):
        before = system.pid_of(name)
        os.kill(before, signal.SIGKILL)
        system.wait_until(lambda name=name, before=before: _changed(system, name, before), 30)  # type: ignore[misc]


def _changed(system: System, name: str, before: int) -> bool:
    return (system.state_dir / "pids" / f"{name}.json").exists() and system.pid_of(name) != before


def test_a_run_that_was_killed_is_no_obstacle_and_ctrl_c_leaves_nothing(system: System) -> None:
    os.kill(system.process.pid, signal.SIGKILL)
    system.process.wait()
    left_behind = system.alive()
    assert left_behind != []
    system.again()
    system.wait_until_ready()
    began = time.monotonic()
    system.process.send_signal(signal.SIGINT)
    assert system.process.wait(30) == 0
    assert time.monotonic() - began < 10
    assert system.alive() == []
    assert list(places(system.state_dir).sockets.iterdir()) == []
    assert ports.taken({"PORT": system.port, "FLOWER_PORT": system.flower_port}) == []
    assert [line for line in system.lines if "Traceback" in line] == []

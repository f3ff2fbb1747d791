"""The supervisor's parts: reading the Procfile, waiting before a restart, stopping in order, leaving nobody behind."""

import io
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from core.embedded.memory import Memory
from core.supervisor import Console, Entry, Run, Turnstile, ports, read, readiness
from core.supervisor.backoff import Backoff
from core.supervisor.child import Child
from core.supervisor.run import SIGNALS

WORKS = "import signal, sys; print('started', flush=True); signal.pause()"
DIES = "import sys; print('oh no', flush=True); sys.exit(3)"
STUBBORN = """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    signal.pause()
print('started', flush=True)
signal.pause()
"""


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        threading.Event().wait(0.01)


def is_of(group: int, process: psutil.Process) -> bool:
    """Whether it lives and belongs to the group; others on this machine may end while they are looked at."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE and os.getpgid(process.pid) == group
    except (psutil.NoSuchProcess, ProcessLookupError):
        return False


class Stage:
    """A run with scripts for processes, its console, and who was stopped in which order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = io.StringIO()
        self.memory = Memory(folder / "pids")
        self.run = Run(Console(self.output))

    def child(self, name: str, script: str, options: str = "") -> Child:
        file = self.folder / f"{name}.py"
        file.write_text(script)
        entry = Entry(name, f"'{sys.executable}' '{file}' {options}")
        child = Child(entry, dict(os.environ), self.folder, self.run.console, self.memory)
        self.run.children = [*self.run.children, child]
        return child

    def lines(self) -> list[str]:
        return self.output.getvalue().splitlines()

    def group(self, child: Child) -> list[int]:
        """The live members of the child's process group."""
        assert child.process is not None
        return [process.pid for process in psutil.process_iter() if is_of(child.process.pid, process)]

    def tend_in_background(self, children: Sequence[Child]) -> threading.Thread:
        thread = threading.Thread(target=self.run.tend, args=(children, [], lambda: None))
        thread.start()
        return thread


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.run.end()


class TestProcfile:
    def test_lines_become_entries_and_variables_are_filled_in_without_a_shell(self, tmp_path: Path) -> None:
        file = tmp_path / "Procfile"
        file.write_text(
            "# comment\n\nweb: serve --port $PORT 'two words'\nquick: celery worker -n quick@%h\n"
        )
        web, quick = read(file)
        assert web.words({"PORT": "80; rm -rf"}) == ["serve", "--port", "80; rm -rf", "two words"]
        assert (web.worker, quick.worker) == (None, "quick")

    def test_an_unknown_variable_is_an_error(self) -> None:
        with pytest.raises(KeyError, match="PORT"):
            Entry("web", "serve $PORT").words({})

    @pytest.mark.parametrize("line", ["web", "web:", "We b: serve", ": serve"])
    def test_a_line_of_another_form_is_named(self, tmp_path: Path, line: str) -> None:
        (tmp_path / "Procfile").write_text(line)
        with pytest.raises(ValueError, match="is not of the form"):
            read(tmp_path / "Procfile")


class TestBackoff:
    def test_the_wait_doubles_up_to_ten_seconds(self) -> None:
        backoff, waits = Backoff(), []
        for now in range(9):
            backoff.started(now)
            backoff.died(now)
            waits.append(backoff.delay)
        assert waits == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]
        assert (backoff.is_due(17.9), backoff.is_due(18.0)) == (False, True)

    def test_thirty_seconds_of_health_are_forgiveness(self) -> None:
        backoff = Backoff(delay=10.0)
        backoff.started(100)
        backoff.healthy(129.9)
        assert backoff.delay == 10.0
        backoff.died(130)
        assert backoff.delay == 0.1


class TestConsole:
    def test_a_pipe_gets_no_colours(self) -> None:
        stream = io.StringIO()
        Console(stream).line("web", "hello\n")
        assert stream.getvalue() == "web     | hello\n"

    def test_a_terminal_gets_one_colour_per_name(self) -> None:
        stream = io.StringIO()
        stream.isatty = lambda: True  # type: ignore[method-assign]
        console = Console(stream)
        for name in ("web", "drain", "web"):
            console.line(name, "x")
        assert stream.getvalue().splitlines() == [
            "\033[36mweb     |\033[0m x",
            "\033[33mdrain   |\033[0m x",
            "\033[36mweb     |\033[0m x",
        ]

    def test_a_terminal_that_has_gone_is_no_reason_to_stop(self) -> None:
        stream = io.StringIO()
        console = Console(stream)
        stream.close()
        console.say("anybody?")

    def test_bytes_that_are_no_text_do_not_end_the_log(self) -> None:
        stream = io.StringIO()
        Console(stream).follow("web", io.BytesIO(b"\xff\nafter\n")).join()
        assert stream.getvalue() == "web     | \ufffd\nweb     | after\n"


class TestPorts:
    def test_a_taken_port_is_named_with_what_to_set(self) -> None:
        with socket.socket() as other, socket.socket() as free:
            other.bind(("127.0.0.1", 0))
            other.listen()
            free.bind(("127.0.0.1", 0))
            unused, used = free.getsockname()[1], other.getsockname()[1]
            free.close()
            assert ports.taken({"PORT": used, "FLOWER_PORT": unused}) == [
                f"Port {used} is in use by another program. Set PORT to a free one, for example PORT={used + 1}."
            ]

    def test_two_variables_cannot_share_a_port(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            unused = free.getsockname()[1]
        assert ports.taken({"PORT": unused, "FLOWER_PORT": unused}) == [
            "PORT and FLOWER_PORT are the same port. Set one of them to another."
        ]


class TestTurnstile:
    def test_the_second_is_told_where_the_first_answers(self, tmp_path: Path) -> None:
        first, second = Turnstile(tmp_path / "state" / "up.lock"), Turnstile(tmp_path / "state" / "up.lock")
        assert first.enter("http://127.0.0.1:8000/")
        assert not second.enter("http://127.0.0.1:9000/")
        assert second.holder == "http://127.0.0.1:8000/"
        first.leave()
        assert second.enter("http://127.0.0.1:9000/")
        second.leave()


class TestChildren:
    def test_one_that_dies_is_started_again_later_and_later(self, stage: Stage) -> None:
        child = stage.child("web", DIES)
        child.start(0.0)
        for death in range(1, 4):
            wait_for(lambda: not child.is_running)
            child.tend(100.0 * death)
            assert child.process is None
            child.tend(100.0 * death + child.backoff.delay)
            assert child.process is not None
        said = [line for line in stage.lines() if line.startswith("up")]
        assert said == [
            "up      | web ended (exit code 3); starting it again in 0.1 s",
            "up      | web ended (exit code 3); starting it again in 0.1 s",
            "up      | web ended (exit code 3); starting it again in 0.1 s",
        ]

    def test_one_that_is_killed_comes_back_with_its_log(self, stage: Stage) -> None:
        child = stage.child("drain", WORKS)
        tending = stage.tend_in_background([child])
        wait_for(lambda: stage.lines() == ["drain   | started"])
        assert child.process is not None
        child.process.kill()
        wait_for(lambda: stage.lines().count("drain   | started") == 2)
        assert "up      | drain ended (killed by SIGKILL); starting it again in 0.1 s" in stage.lines()
        stage.run.stopping.set()
        tending.join()

    def test_the_stubborn_and_their_children_are_killed(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("core.supervisor.run.PATIENCE", (0.2, 0.2))
        child = stage.child("quick", STUBBORN, "-n quick@%h")
        child.start(0.0)
        wait_for(lambda: stage.lines() == ["quick   | started"])
        assert len(stage.group(child)) == 2
        stage.run.end()
        wait_for(lambda: stage.group(child) == [])
        assert stage.memory.names() == []

    def test_the_web_stops_before_the_workers(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        order: list[str] = []
        monkeypatch.setattr(Child, "ask_to_stop", lambda child: order.append(child.name))
        monkeypatch.setattr("core.supervisor.run.PATIENCE", (0.0, 0.0))
        children = [
            stage.child("drain", WORKS, "-n drain@%h"),
            stage.child("web", WORKS),
            stage.child("beat", WORKS),
        ]
        for child in children:
            child.start(0.0)
        stage.run.end()
        assert order == ["web", "beat", "drain"]
        assert [child.is_running for child in children] == [False, False, False]

    def test_what_a_killed_run_left_is_ended_by_the_next(self, stage: Stage) -> None:
        child = stage.child("web", WORKS)
        child.start(0.0)
        wait_for(lambda: stage.lines() == ["web     | started"])
        assert stage.memory.names() == ["web"]
        stage.memory.end_leftover("web")
        assert stage.group(child) == []


class TestReadiness:
    def test_ready_is_said_once_when_nobody_is_silent(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("core.supervisor.run.ASK_EVERY", 0.01)
        answers = iter([["web", "beat"], ["beat"], []])
        said: list[str] = []
        tending = threading.Thread(
            target=stage.run.tend, args=([], [lambda: next(answers)], lambda: said.append("Ready"))
        )
        tending.start()
        wait_for(lambda: said == ["Ready"])
        stage.run.stopping.set()
        tending.join()
        assert said == ["Ready"]

    def test_the_silent_are_named_after_a_while(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("core.supervisor.run.REMIND_EVERY", 0.0)
        monkeypatch.setattr("core.supervisor.run.ASK_EVERY", 0.01)
        tending = threading.Thread(
            target=stage.run.tend, args=([], [lambda: {"web"}, lambda: ["drain", "web"]], lambda: None)
        )
        tending.start()
        wait_for(lambda: "up      | still waiting for drain, web" in stage.lines())
        stage.run.stopping.set()
        tending.join()

    def test_the_last_question_waits_for_the_first_answers(self) -> None:
        answers = iter([["drain"], []])
        question = readiness.after([lambda: next(answers)], lambda: ["web"])
        assert question() == ["drain"]
        assert question() == ["web"]

    def test_beat_counts_from_its_first_schedule_of_this_run(self, tmp_path: Path) -> None:
        schedule = tmp_path / "beat"
        (tmp_path / "beat.db").write_text("")
        os.utime(tmp_path / "beat.db", (100, 100))
        assert readiness.beat(schedule, since=101)() == ["beat"]
        assert readiness.beat(schedule, since=99)() == []

    def test_a_page_that_nobody_serves_does_not_answer(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            unused = free.getsockname()[1]
        assert readiness.page("web", unused, "/health/live")() == ["web"]


def test_a_signal_asks_to_stop_and_a_second_one_kills(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    exits: list[int] = []
    monkeypatch.setattr(os, "_exit", exits.append)
    before = {sign: signal.getsignal(sign) for sign in SIGNALS}
    child = stage.child("web", STUBBORN)
    child.start(0.0)
    wait_for(lambda: stage.lines() == ["web     | started"])
    try:
        stage.run.obey_signals()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stage.run.stopping.wait(1)
        assert (exits, len(stage.group(child))) == ([], 2)
        os.kill(os.getpid(), signal.SIGINT)
        assert exits == [130]
        wait_for(lambda: stage.group(child) == [])
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)

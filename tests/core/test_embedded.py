"""The embedded servers: data survives, a killed run is recovered, nothing listens on TCP, sockets stay reachable."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from core import embedded
from core.embedded import account, folders, memory, places, wheel

ROOT = Path(__file__).resolve().parents[2]

KILLED_RUN = """
import os, signal, sys
from core import embedded
fleet = embedded.Fleet(sys.argv[1], fsync=False)
fleet.start()
print(*(server.pid for server in fleet.servers), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def state_dir() -> Iterator[Path]:
    """Under the temporary directory itself, where the account that runs PostgreSQL can go."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "state"


def is_alive(pid: int) -> bool:
    return bool(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)


def add_one(urls: embedded.Urls) -> tuple[int, int, int]:
    """Add one row and one count everywhere; the totals are the answer."""
    with psycopg.connect(urls.database) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS visits ()")
        connection.execute("INSERT INTO visits DEFAULT VALUES")
        row = connection.execute("SELECT count(*) FROM visits").fetchone()
    assert row is not None
    with redis.Redis.from_url(urls.command_log) as durable, redis.Redis.from_url(urls.redis) as ephemeral:
        return row[0], int(durable.incr("visits")), int(ephemeral.incr("visits"))


def test_a_restart_keeps_the_rows_and_the_log_and_forgets_the_rest(state_dir: Path) -> None:
    with embedded.servers(state_dir, fsync=False) as first:
        assert add_one(first.urls) == (1, 1, 1)
    with embedded.servers(state_dir, fsync=False) as second:
        assert second.urls == first.urls
        assert add_one(second.urls) == (2, 2, 1)


def test_stopping_leaves_no_process_and_no_socket(state_dir: Path) -> None:
    with embedded.servers(state_dir, fsync=False) as fleet:
        pids = [server.pid for server in fleet.servers]
        assert len(list(fleet.places.sockets.iterdir())) == 4  # PostgreSQL's lock file is the fourth
    assert [pid for pid in pids if is_alive(pid)] == []
    assert list(fleet.places.sockets.iterdir()) == []
    assert list((state_dir / "pids").iterdir()) == []


def test_sockets_are_closed_to_everybody_else_and_nothing_listens_on_tcp(state_dir: Path) -> None:
    with embedded.servers(state_dir, fsync=False) as fleet:
        assert stat.S_IMODE(fleet.places.sockets.stat().st_mode) == 0o700
        listening = [
            connection
            for server in fleet.servers
            for connection in psutil.Process(server.pid).net_connections(kind="inet")
        ]
        assert listening == []


def test_the_two_valkeys_keep_what_their_roles_promise(state_dir: Path) -> None:
    names = ("appendonly", "appendfsync", "maxmemory-policy", "save")
    with embedded.servers(state_dir) as fleet:
        durable = redis.Redis.from_url(fleet.urls.command_log).config_get(*names)
        ephemeral = redis.Redis.from_url(fleet.urls.redis).config_get(*names)
        with psycopg.connect(fleet.urls.database) as connection:
            fsync = connection.execute("SHOW fsync").fetchone()
    assert durable == {
        "appendonly": "yes",
        "appendfsync": "always",
        "maxmemory-policy": "noeviction",
        "save": "",
    }
    assert (ephemeral["appendonly"], ephemeral["save"]) == ("no", "")
    assert fsync == ("on",)


def test_what_a_killed_run_left_behind_is_ended_and_its_locks_are_no_obstacle(state_dir: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_RUN, str(state_dir)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    leftovers = [int(pid) for pid in killed.stdout.split()]
    assert killed.returncode == -signal.SIGKILL
    assert [is_alive(pid) for pid in leftovers] == [True, True, True]
    with embedded.servers(state_dir, fsync=False) as fleet:
        assert [pid for pid in leftovers if is_alive(pid)] == []
        assert add_one(fleet.urls) == (1, 1, 1)


def test_a_lock_that_names_a_strangers_process_is_no_obstacle(state_dir: Path) -> None:
    with embedded.servers(state_dir, fsync=False) as fleet:
        add_one(fleet.urls)
        lock = (fleet.places.data / "postmaster.pid").read_text().splitlines()
    (fleet.places.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lock[1:]]))
    (state_dir / "pids" / "postgres.json").write_text(f'{{"pid": {os.getpid()}, "created": 1.0}}')
    with embedded.servers(state_dir, fsync=False) as again:
        assert add_one(again.urls)[0] == 2


def test_a_half_made_cluster_is_made_again(state_dir: Path) -> None:
    home = places.places(state_dir)
    folders.make(home)
    (home.data.parent / "postgres.new").mkdir()
    (home.data.parent / "postgres.new" / "half").write_text("")
    with embedded.servers(state_dir, fsync=False) as fleet:
        assert add_one(fleet.urls) == (1, 1, 1)
    assert not (home.data.parent / "postgres.new").exists()


def test_a_long_state_directory_gets_its_sockets_elsewhere_and_always_the_same(state_dir: Path) -> None:
    deep = state_dir / ("d" * 60) / ("e" * 60)
    with embedded.servers(deep, fsync=False) as fleet:
        assert add_one(fleet.urls) == (1, 1, 1)
        sockets = fleet.places.sockets
        assert sockets == places.places(deep).sockets
        assert sockets.parent == Path(tempfile.gettempdir()).resolve()
        assert len(str(sockets / ".s.PGSQL.5432")) <= 103
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert embedded.urls(deep / "other").redis != fleet.urls.redis
    assert not sockets.exists()


def test_a_socket_directory_made_by_somebody_else_is_refused(state_dir: Path) -> None:
    state_dir.mkdir()
    (state_dir / "elsewhere").mkdir()
    (state_dir / "run").symlink_to(state_dir / "elsewhere")
    with pytest.raises(PermissionError, match="was made by somebody else"):
        folders.private(state_dir / "run", owner=None)


def test_a_second_starter_is_told_and_harms_nobody(state_dir: Path) -> None:
    with embedded.servers(state_dir, fsync=False) as fleet:
        with pytest.raises(embedded.AlreadyRunning):
            embedded.Fleet(state_dir).start()
        assert add_one(fleet.urls) == (1, 1, 1)


def test_one_server_is_killed_and_started_again_while_the_others_run(state_dir: Path) -> None:
    with embedded.servers(state_dir, fsync=False) as fleet:
        add_one(fleet.urls)
        for server in fleet.servers:
            before = server.pid
            server.kill()
            assert server.pid == 0
            server.start()
            assert server.pid not in {0, before}
        assert add_one(fleet.urls) == (2, 2, 1)


def test_a_server_that_cannot_start_says_why_and_leaves_nobody_behind(state_dir: Path) -> None:
    fleet = embedded.Fleet(state_dir, appendfsync="sometimes")
    with pytest.raises(embedded.ServerFailed, match="durable did not start") as failed:
        fleet.start()
    assert "sometimes" in str(failed.value)
    assert [server.pid for server in fleet.servers] == [0, 0, 0]


def test_a_remembered_id_that_now_belongs_to_somebody_else_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
    ) as stranger:
        remembered = memory.Memory(tmp_path)
        remembered.remember("web", stranger.pid)
        record = tmp_path / "web.json"
        created = psutil.Process(stranger.pid).create_time()
        record.write_text(record.read_text().replace(str(created), str(created - 60)))
        remembered.end_leftover("web")
        assert stranger.poll() is None
        remembered.remember("web", stranger.pid)
        remembered.end_leftover("web")
        assert stranger.wait(5) == -signal.SIGTERM
    assert remembered.names() == []


def test_the_orphans_of_a_leader_that_is_gone_are_ended(tmp_path: Path) -> None:
    script = "import os, sys, time\nif os.fork() == 0:\n    print(os.getpid(), flush=True)\n    time.sleep(60)\ninput()"
    command = [sys.executable, "-c", script]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True) as leader:
        assert leader.stdout is not None
        orphan = int(leader.stdout.readline())
        remembered = memory.Memory(tmp_path)
        remembered.remember("quick", leader.pid)
        leader.kill()
        leader.wait()
        remembered.end_leftover("quick")
    assert not is_alive(orphan)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}'])
def test_a_damaged_memory_is_forgotten(tmp_path: Path, text: str) -> None:
    (tmp_path / "web.json").write_text(text)
    memory.Memory(tmp_path).end_leftover("web")
    assert list(tmp_path.iterdir()) == []


class TestAsRootUnderAClosedDirectory:
    """The clone lies under /root: PostgreSQL's account can enter neither the state directory nor the programs."""

    @pytest.fixture
    def outside(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o711)
            monkeypatch.setattr(places, "OUTSIDE", Path(folder) / "outside")
            monkeypatch.setattr(folders, "OUTSIDE", Path(folder) / "outside")
            monkeypatch.setattr(wheel, "OUTSIDE", Path(folder) / "outside")
            yield Path(folder) / "outside"

    def test_data_and_sockets_go_where_the_account_can_go(
        self, monkeypatch: pytest.MonkeyPatch, outside: Path, tmp_path: Path
    ) -> None:
        self._close(monkeypatch, tmp_path)
        home = places.places(tmp_path / "state")
        assert home.is_outside
        assert (home.data.parents[1], home.sockets.parents[1]) == (outside, outside)
        folders.make(home)
        assert (tmp_path / "state" / "postgres").readlink() == home.data

    def test_a_deleted_state_directory_takes_its_outside_data_with_it(
        self, monkeypatch: pytest.MonkeyPatch, outside: Path, tmp_path: Path
    ) -> None:
        self._close(monkeypatch, tmp_path)
        home = places.places(tmp_path / "state")
        folders.make(home)
        home.data.mkdir()
        (home.data / "PG_VERSION").write_text("18")
        folders.make(home)
        assert (home.data / "PG_VERSION").exists()
        shutil.rmtree(tmp_path / "state")
        folders.make(home)
        assert not home.data.exists()

    def test_the_programs_are_copied_whole_and_open_to_the_account(self, outside: Path) -> None:
        copy = wheel.copied(wheel.installed())
        done = subprocess.run([copy / "initdb", "--version"], capture_output=True, text=True, check=True)
        assert done.stdout.startswith("initdb (PostgreSQL) 18.")
        assert wheel.copied(wheel.installed()) == copy
        assert stat.S_IMODE((copy / "postgres").stat().st_mode) & 0o055 == 0o055

    @staticmethod
    def _close(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        """Be root with a foreign account for PostgreSQL, whoever runs the tests, and shut the directory."""
        mine = account.Account("somebody", os.geteuid(), os.getegid())
        monkeypatch.setattr(places, "unprivileged", lambda: mine)
        monkeypatch.setattr(places, "reaches", lambda _account, path: folder not in (path, *path.parents))


def test_the_account_reaches_what_modes_allow(tmp_path: Path) -> None:
    stranger = account.Account("somebody", 61_234, 61_234)
    tmp_path.chmod(0o755)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    closed.chmod(0o700)
    assert not account.reaches(stranger, closed)
    owner = account.Account("me", os.geteuid(), os.getegid())
    assert account.reaches(owner, closed)


def test_addresses_survive_blanks_and_umlauts(state_dir: Path) -> None:
    awkward = state_dir / "my späce & more"
    with embedded.servers(awkward, fsync=False) as fleet:
        assert add_one(fleet.urls) == (1, 1, 1)


def test_sockets_of_a_closed_server_refuse_at_once(state_dir: Path) -> None:
    with embedded.servers(state_dir, fsync=False) as fleet:
        fleet.ephemeral.stop()
        with pytest.raises(OSError), socket.socket(socket.AF_UNIX) as client:  # noqa: PT011
            client.connect(str(fleet.ephemeral.socket))

"""pytest plugin (`-p tests.servers`): the real PostgreSQL and the two real Valkeys, before the settings load.

Each pytest process has its own three in a temporary directory; under xdist the controller, which runs no test,
starts none. Their addresses are in the environment, so every process that a test starts finds them as well. PostgreSQL
runs without fsync here: no unit test cuts the power. The command log keeps `appendfsync always`, as in production;
TEST_APPENDFSYNC says otherwise.
"""

import atexit
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from types import FrameType

import psutil
import pytest

from core.embedded import Fleet
from core.embedded.memory import Memory

PREFIX = "psychpath-tests-"
ENVIRONMENT = {
    "DEBUG": "1",
    "SECRET_KEY": "only-for-tests-and-never-deployed-anywhere",
    "FLOWER_BASIC_AUTH": "ops:only-for-tests",
    "DJANGO_SETTINGS_MODULE": "core.settings",
}
FOREIGN = (
    "EMAIL_URL",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "PORT",
    "FLOWER_PORT",
    "PROCESS_ROLE",
)

_fleet: Fleet | None = None
_home: Path | None = None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """A wrapper runs before pytest-django's own hook of this name, which loads the settings."""
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(ENVIRONMENT)
    if not _hands_out_tests(early_config):
        _start()
    return (yield)


def pytest_unconfigure() -> None:
    """Also called when pytest is interrupted."""
    _stop()


def fleet() -> Fleet:
    """The running servers, for a test that stops, kills or restarts one of them."""
    if _fleet is None:
        raise RuntimeError("This process hands out tests and has no servers.")
    return _fleet


def _hands_out_tests(config: pytest.Config) -> bool:
    chosen = config.known_args_namespace
    return bool(getattr(chosen, "numprocesses", None) or getattr(chosen, "tx", None)) and not _is_worker()


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def _start() -> None:
    global _fleet, _home
    _sweep()
    _home = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    atexit.register(_stop)  # settings that do not load end pytest before it unconfigures
    # An xdist worker whose controller was interrupted gets this signal, and would leave its servers behind.
    if _is_worker():
        signal.signal(signal.SIGTERM, _on_sigterm)
    _fleet = Fleet(_home, fsync=False, appendfsync=os.environ.get("TEST_APPENDFSYNC", "always"))
    _fleet.start()
    os.environ.update(_fleet.urls.environment(), STATE_DIR=str(_home))


def _stop() -> None:
    global _fleet, _home
    if _fleet is not None:
        _fleet.stop()
        _remove(_fleet.places.state)
    _fleet = _home = None


def _on_sigterm(_number: int, _frame: FrameType | None) -> None:
    _stop()
    sys.exit(128 + signal.SIGTERM)


def _sweep() -> None:
    """End and remove what a killed test run left: its directory carries the id of the process that is gone."""
    for home in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = home.name.removeprefix(PREFIX).partition("-")[0]
        if home.stat().st_uid == os.geteuid() and owner.isdigit() and not psutil.pid_exists(int(owner)):
            memory = Memory(home / "pids")
            memory.end_leftovers(memory.names())
            _remove(home)


def _remove(home: Path) -> None:
    link = home / "postgres"
    if link.is_symlink():
        shutil.rmtree(link.resolve().parent, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)

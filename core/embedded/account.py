"""Which system account PostgreSQL runs as, since it refuses to run as root.

Called by `core.embedded`. It creates no account and loosens no permission outside the state directory: it uses
an account that every machine has, and tells the others what that account can reach.
"""

import os
import pwd
import stat
from pathlib import Path
from typing import NamedTuple, TypedDict

CANDIDATES = ("postgres", "_postgres", "nobody")


class Account(NamedTuple):
    name: str
    uid: int
    gid: int


class RunsAs(TypedDict, total=False):
    """Keywords for subprocess; none means under our own name."""

    user: int
    group: int
    extra_groups: list[int]


def runs_as(account: Account | None) -> RunsAs:
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def unprivileged() -> Account | None:
    """None for a normal user, who runs everything under their own name."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    name = next(name for name in CANDIDATES if name in known)
    return Account(name, known[name].pw_uid, known[name].pw_gid)


def reaches(account: Account, path: Path) -> bool:
    """Whether the account may enter every existing directory on the way to `path`, the last one included."""
    return all(_may_enter(account, folder.stat()) for folder in (path, *path.parents) if folder.exists())


def _may_enter(account: Account, folder: os.stat_result) -> bool:
    if folder.st_uid == account.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)

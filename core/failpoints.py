"""Fail points: named moments at which a test may have this process die, or fail. In an installation they are nothing.

`FAIL_POINTS` names a folder. A file in it that is called like a point gives its order to whatever process reaches the
point: "kill 3" kills the third to get there, "raise 0 <id>" fails each time, and only for that id. Called at the
moments that docs/reliability.md lists; the files are written by tests alone (`tests/system/failpoints.py`). Unset, a
point is one look at a setting. Outside DEBUG nothing starts with it set (`core.checks`), and no point obeys.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

STEPS = ("append", "take", "apply", "commit", "announce", "acknowledge", "claim", "send", "settle")
POINTS = frozenset(f"{step}.{side}" for step in STEPS for side in ("before", "after"))


class Failed(Exception):
    """Was ordered to fail here."""


def reached(point: str, about: object = "") -> None:
    """Obey what is ordered for this moment, if anything is; `about` is what an order may be limited to."""
    if settings.FAIL_POINTS and settings.DEBUG:
        _obey(Path(settings.FAIL_POINTS), point, str(about))


def _obey(folder: Path, point: str, about: str) -> None:
    try:
        action, turn, *limits = (folder / point).read_text().split()
    except FileNotFoundError:
        return
    if limits and about not in limits:
        return
    if int(turn) in {0, _turn(folder / f"{point}.reached")}:
        ACTIONS[action]()


def _turn(counter: Path) -> int:
    """One more process came by; which it was, counted over all of them."""
    handle = os.open(counter, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, b".")
        return os.lseek(handle, 0, os.SEEK_CUR)  # the end of what this process wrote
    finally:
        os.close(handle)


def _kill() -> None:
    """As the kernel kills it: with all that the supervisor started together with it."""
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _quit() -> None:
    os.kill(os.getpid(), signal.SIGQUIT)


def _fail() -> None:
    raise Failed


ACTIONS: dict[str, Callable[[], None]] = {"kill": _kill, "quit": _quit, "abort": os.abort, "raise": _fail}

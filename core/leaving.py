"""Leaving: a process that is of no use any more says so and ends, so that whoever supervises it starts it again.

Called by the watches of `workers.ears` and `workers.pulse`, from a thread. It ends with an exit code other than 0:
systemd's `Restart=`, compose's `restart:` and `manage.py up` all start it again then. And, by whoever was
asked to stop: to have stopped in time.
"""

import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

logger = logging.getLogger(__name__)
# What still runs in a child may finish; after that a deaf process is ended as a killed one would be.
GRACE_SECONDS: Final = 8.0
EXIT_CODE: Final = 1
STAND_CALLS: Final = 8


def leave(why: str, ask: Callable[[], None], children: Callable[[], Iterable[int]]) -> None:
    """Say why at ERROR, ask the process to stop, and make it stop when it does not."""
    say(why)
    ask()
    threading.Event().wait(GRACE_SECONDS)
    _end(children)


def stop_in_time(seconds: float, children: Callable[[], Iterable[int]]) -> None:
    """Of a process that has been asked to stop: it has ended by then, as a killed one if it must, and says so.

    A consumer that was made deaf by the very signal never looks whether it should stop. So that others are explained,
    too, it says where the main thread stands.
    """

    def late() -> None:
        said = "asked to stop, and still there after %.0f s; ending as if killed, main thread at %s"
        logger.warning(said, seconds, _stand())
        _end(children)

    timer = threading.Timer(seconds, late)
    timer.daemon = True
    timer.start()


def leave_at_once(why: str) -> None:
    """The same for a process that has nothing in hand."""
    say(why)
    os._exit(EXIT_CODE)


def say(why: str) -> None:
    logger.error("%s; ending with exit code %d, to be started again", why, EXIT_CODE)


def _stand() -> str:
    """Its innermost calls, `name (file:line)`, latest first, in one line."""
    frame = sys._current_frames()[threading.main_thread().ident or 0]
    calls = traceback.extract_stack(frame)[-STAND_CALLS:]
    return ", called by ".join(f"{call.name} ({call.filename}:{call.lineno})" for call in reversed(calls))


def _end(children: Callable[[], Iterable[int]]) -> None:
    for pid in children():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    os._exit(EXIT_CODE)

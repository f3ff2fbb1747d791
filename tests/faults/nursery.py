"""A nursery: workers born in a moment, because what they import is imported once. For experiments that kill hundreds.

Started by an experiment as `python -m tests.faults.nursery celery …`, with the words of the Procfile. Each child runs
those words in a session of its own, is a worker like any other, and is followed by the next when it ends; SIGTERM ends
the child and then the nursery. The life of each is a line of its log: "born <pid>", "ended <pid> <code>".
"""

import os
import signal
import sys
import threading
from types import FrameType

from celery.bin.celery import main as celery

from workers.celery import app


def raise_forever(words: list[str]) -> None:
    """One child at a time, until asked to stop."""
    stopping = threading.Event()
    child = 0

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()
        if child:
            os.kill(child, signal.SIGKILL)

    signal.signal(signal.SIGTERM, stop)
    while not stopping.is_set():
        child = _born(words)
        sys.stderr.write(f"born {child}\n")
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stderr.write(f"ended {child} {code}\n")


def _born(words: list[str]) -> int:
    child = os.fork()
    if child:
        return child
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.argv = words
    sys.exit(celery())


if __name__ == "__main__":
    app.loader.import_default_modules()
    app.finalize()
    raise_forever(sys.argv[1:])

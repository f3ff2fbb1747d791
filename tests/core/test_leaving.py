"""Whoever was asked to stop has stopped in time, with all its children."""

import subprocess
import sys

import psutil

from tests.system.waiting import until

STUCK = """
import subprocess, threading
from core.leaving import stop_in_time

child = subprocess.Popen(["sleep", "600"])
stop_in_time(0.1, lambda: [child.pid])
print(child.pid, flush=True)


def waits_for_ever():
    threading.Event().wait()


waits_for_ever()
"""


def test_a_process_that_does_not_end_says_where_it_stands_and_is_ended_with_its_children() -> None:
    stuck = [sys.executable, "-c", STUCK]
    ended = subprocess.run(stuck, check=False, capture_output=True, text=True, timeout=60)

    assert ended.returncode == 1
    assert "asked to stop, and still there after 0 s; ending as if killed" in ended.stderr
    assert "waits_for_ever (<string>:11), called by <module> (<string>:14)" in ended.stderr
    child = int(ended.stdout)
    until(lambda: not psutil.pid_exists(child), 20, what="the child is gone, too")

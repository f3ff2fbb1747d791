"""Garbage: Python's collector made rare or cheap, for processes that live for weeks.

Full collections walk every object there is: at 500 clients they cost a web process three times the work itself. What
exists at the start stays for good and is never looked at again. Called once, by what starts a process, when everything
has been imported. Must not turn the collector off: cycles do come about.
"""

import gc


def collect_rarely() -> None:
    """Of a web process: its sockets are thousands of objects that stay, so young garbage alone is looked at often."""
    _keep_what_exists()
    gc.set_threshold(50_000, 50, 100)


def collect_cheaply() -> None:
    """Of a worker: nothing stays but what has been kept, so looking costs little; what tasks leave does not pile up."""
    _keep_what_exists()
    gc.set_threshold(5_000, 20, 10)


def _keep_what_exists() -> None:
    gc.collect()
    gc.freeze()

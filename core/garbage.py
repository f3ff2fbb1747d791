"""Garbage: Python's collector made rare, for processes that live for weeks.

Full collections walk every object there is: at 500 clients they cost a web process three times the work itself. What
exists at the start stays for good; after that young garbage alone is looked at often. Called once, by what starts a
process, when everything has been imported. Must not turn the collector off: cycles do come about.
"""

import gc


def collect_rarely() -> None:
    """What exists now is never looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)

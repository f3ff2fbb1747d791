"""Delays: what people notice of a hop that is late: the most serious delay, and since when. PostgreSQL is not asked.

Asked by every page that is shown and by open pages (`support.views.delays`), so it is remembered for two seconds per
process, and only one thread at a time looks. The words are the templates'.
"""

import threading
import time
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils import translation

from core import hops

REMEMBERED_SECONDS: Final = 2.0
# One failed question is no delay: the hop has to stay late for so long.
SETTLED_SECONDS: Final = 4.0
# What people notice of which hop, the most serious first.
NOTICED_BY_PEOPLE: Final = {
    "command log": "accepting",
    "drains": "storing",
    "ephemeral valkey": "live",
    "live updates": "live",
    "quick workers": "live",
    "patient workers": "mail",
}
KINDS: Final = tuple(dict.fromkeys(NOTICED_BY_PEOPLE.values()))


@dataclass(frozen=True)
class Delay:
    """`kind`: accepting (nothing new is taken), storing, live (pages do not follow by themselves), mail."""

    kind: str
    since: float


class _Memory:
    """The last look of this process."""

    def __init__(self) -> None:
        self.looked_at = float("-inf")
        self.delay: Delay | None = None
        self.gate = threading.Lock()


_memory = _Memory()


def current() -> Delay | None:
    """The most serious delay; None when nothing is late."""
    if time.monotonic() - _memory.looked_at > REMEMBERED_SECONDS and _memory.gate.acquire(blocking=False):
        try:
            _memory.delay = _look()
            _memory.looked_at = time.monotonic()
        finally:
            _memory.gate.release()
    return _memory.delay


def forget() -> None:
    """Look again the next time it is asked."""
    _memory.looked_at, _memory.delay = float("-inf"), None


def _look() -> Delay | None:
    with translation.override(settings.LANGUAGE_CODE):
        late = {hop.name: hop.since for hop in hops.without_database() if hop.since is not None}
    for name, kind in NOTICED_BY_PEOPLE.items():
        since = late.get(name)
        if since is not None and time.time() - since > SETTLED_SECONDS:
            return Delay(kind, since)
    return None

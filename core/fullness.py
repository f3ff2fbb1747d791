"""Fullness: backpressure of the command log, as of its last reply. A full shard refuses for a second, then one may ask.

One per process, kept by `core.command_log`; it asks nobody.
"""

import time

from django.conf import settings

from core.problems import Refused


class Fullness:
    """Which shards were full a moment ago."""

    def __init__(self) -> None:
        self._full_until: dict[int, float] = {}

    def check(self, shard: int) -> None:
        """Raises Refused log-full."""
        if time.monotonic() < self._full_until.get(shard, 0.0):
            raise Refused("log-full")

    def note(self, shard: int, length: int, size: int) -> None:
        """So many entries and bytes were there."""
        if length >= settings.COMMAND_LOG_MAX or size >= settings.COMMAND_LOG_MAX_BYTES:
            self._full_until[shard] = time.monotonic() + 1.0

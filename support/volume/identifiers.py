"""Identifiers as `core.ids.new_id` makes them, but of a given moment and out of a seed.

Pure. Keys of old rows are in the order of their times, so that indexes grow at their right edge.
"""

import uuid
from datetime import datetime
from random import Random
from typing import Final

_VERSION_7: Final = 0x7 << 76
_VARIANT: Final = 0x2 << 62


def identifier(random: Random, at: datetime) -> uuid.UUID:
    """A UUIDv7 that could have been made then."""
    return uuid.UUID(int=number(random, at.timestamp()))


def number(random: Random, seconds: float) -> int:
    """The same as a number, for a table that has too many rows to make an object of each key."""
    high = random.getrandbits(74)
    return int(seconds * 1000) << 80 | _VERSION_7 | (high >> 62) << 64 | _VARIANT | high & (1 << 62) - 1

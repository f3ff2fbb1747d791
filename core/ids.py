"""Identifiers: time-ordered UUIDs for new things, derived UUIDs for everything that follows from them.

Every effect of a command is keyed by an id derived from the command's id, so that running anything twice
writes the same rows. UUIDv7 (RFC 9562 §5.7) keeps B-tree inserts at the right edge of the index.
"""

import secrets
import time
import uuid

_VERSION_7 = 0x7 << 76
_VARIANT = 0x2 << 62


def new_id() -> uuid.UUID:
    """A UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000 & (1 << 48) - 1
    random = secrets.randbits(74)
    high, low = random >> 62, random & (1 << 62) - 1
    return uuid.UUID(int=milliseconds << 80 | _VERSION_7 | high << 64 | _VARIANT | low)


def derive(base: uuid.UUID, *parts: str) -> uuid.UUID:
    """The same UUIDv5 for the same base and parts, for ever: the key of an effect of `base`."""
    return uuid.uuid5(base, "/".join(parts))

"""Presence: who is there, as leases in the ephemeral Valkey.

An agent's page renews its lease every 20 s: no task, no row. Only edges are commands: `restore_presence` when a lease
begins again, `expire_presence` when one has lapsed (workers.presence). A lease proves presence; its absence proves
nothing while the epoch is young, because a flushed or restarted Valkey has forgotten everybody at once.
Called by the sockets (async), by `support.intake` and by the presence worker. It must not touch the database.
"""

import time
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from core import valkey

LEASE_SECONDS = 60
# A closed page may be a reload, or one of two tabs that renew every 20 s: this long it is still somebody's.
PARTING_SECONDS = 25
EPOCH_KEY = "leases:since"

# Never longer than it was: a page that closes must not extend the lease.
_PART = """
if redis.call('TTL', KEYS[1]) > tonumber(ARGV[1]) then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
"""


def lease_key(user_id: uuid.UUID | str) -> str:
    """Where a person's lease lies; its value is when a hand last touched one of their pages."""
    return f"lease:{user_id}"


def renew(user_id: uuid.UUID, input_age: float = 0.0) -> bool:
    """Start or prolong a lease; False when there was none. Raises RedisError."""
    return bool(valkey.ephemeral().set(*_lease(user_id, input_age), ex=LEASE_SECONDS, get=True))


async def renew_async(user_id: uuid.UUID, input_age: float = 0.0) -> bool:
    """`renew` for sockets."""
    return bool(await valkey.async_ephemeral().set(*_lease(user_id, input_age), ex=LEASE_SECONDS, get=True))


async def part_async(user_id: uuid.UUID) -> None:
    """The last page of this process that renewed it is gone: let the lease lapse soon, if nobody else renews it."""
    parting: Any = valkey.async_ephemeral().eval(_PART, 1, lease_key(user_id), str(PARTING_SECONDS))
    await parting


def release(user_id: uuid.UUID) -> None:
    """End a lease at once. Raises RedisError."""
    valkey.ephemeral().delete(lease_key(user_id))


def alive(user_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the given people who hold a lease, in one round trip. Raises RedisError."""
    if not user_ids:
        return set()
    values: Iterable[Any] = valkey.ephemeral().mget([lease_key(user_id) for user_id in user_ids])
    return {user_id for user_id, value in zip(user_ids, values, strict=True) if value is not None}


def absence_counts() -> bool:
    """Whether a missing lease means somebody left: not for one lease after the epoch began. Raises RedisError."""
    client = valkey.ephemeral()
    now = time.time()
    since: Any = client.set(EPOCH_KEY, str(now), nx=True, get=True)
    return since is not None and now - float(since) > LEASE_SECONDS


def _lease(user_id: uuid.UUID, input_age: float) -> tuple[str, str]:
    return lease_key(user_id), f"{time.time() - input_age:.0f}"

"""Presence: who is there, as leases in the ephemeral Valkey.

An agent's page renews its lease every 20 s: no task, no row. Only edges are commands: `restore_presence` when a lease
begins again or idle pages are touched again, everything else is found by workers.presence. A lease proves presence;
its absence proves nothing while the epoch is young, because a flushed or restarted Valkey has forgotten everybody.
All pages of a person share one lease, whose value is when a hand last touched any of them: the latest wins.
Called by the sockets (async), by `support.intake`, the desk and the presence worker. Must not touch the database.
"""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core import valkey
from support.availability import Observed, is_idle

LEASE_SECONDS = 60
# A closed page may be a reload, or one of two tabs that renew every 20 s: this long it is still somebody's.
PARTING_SECONDS = 25
EPOCH_KEY = "leases:since"

# Never longer than it was: a page that closes must not extend the lease.
_PART = """
if redis.call('TTL', KEYS[1]) > tonumber(ARGV[1]) then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
"""
# The latest input of all tabs and devices; a page that does not know (0) takes nothing back.
_RENEW = """
local had = redis.call('GET', KEYS[1])
local latest = math.max(tonumber(had or '0') or 0, tonumber(ARGV[1]))
redis.call('SET', KEYS[1], string.format('%.0f', latest), 'EX', ARGV[2])
return had
"""


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease as it is now: how many seconds are left, and the last input that any page reported."""

    left: float
    input_at: datetime | None

    @property
    def observed(self) -> Observed:
        """What it says about its holder."""
        return Observed(is_present=True, input_at=self.input_at)


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a renewal began: a lease (`began`), or the use of pages that had been left alone (`woke`)."""

    began: bool
    woke: bool


def lease_key(user_id: uuid.UUID | str) -> str:
    """Where a person's lease lies."""
    return f"lease:{user_id}"


def renew(user_id: uuid.UUID, input_age: float | None = 0.0) -> Renewed:
    """Start or prolong a lease; `input_age` None: the page has not said. Raises RedisError."""
    now = time.time()
    had = valkey.ephemeral().eval(_RENEW, 1, *_asked(user_id, input_age, now))
    return _renewed(had, input_age, now)


async def renew_async(user_id: uuid.UUID, input_age: float | None = None) -> Renewed:
    """`renew` for sockets."""
    now = time.time()
    had: Any = valkey.async_ephemeral().eval(_RENEW, 1, *_asked(user_id, input_age, now))
    return _renewed(await had, input_age, now)


async def part_async(user_id: uuid.UUID) -> None:
    """The last page of this process that renewed it is gone: let the lease lapse soon, if nobody else renews it."""
    parting: Any = valkey.async_ephemeral().eval(_PART, 1, lease_key(user_id), str(PARTING_SECONDS))
    await parting


def leases(user_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Lease]:
    """The leases that the given people hold, in one round trip. Raises RedisError."""
    pipe = valkey.ephemeral().pipeline(transaction=False)
    for user_id in user_ids:
        pipe.get(lease_key(user_id))
        pipe.pttl(lease_key(user_id))
    answers = pipe.execute() if user_ids else []
    found = zip(user_ids, answers[::2], answers[1::2], strict=True)
    return {user_id: Lease(left / 1000, _moment(value)) for user_id, value, left in found if left > 0}


def absence_counts() -> bool:
    """Whether a missing lease means somebody left: not for one lease after the epoch began. Raises RedisError.

    An epoch that lies ahead was written while the clock was.
    """
    client = valkey.ephemeral()
    now = time.time()
    since: Any = client.set(EPOCH_KEY, str(now), nx=True, get=True)
    return since is not None and abs(now - float(since)) > LEASE_SECONDS


def _asked(user_id: uuid.UUID, input_age: float | None, now: float) -> tuple[str, str, str]:
    touched = 0 if input_age is None else now - input_age
    return lease_key(user_id), f"{touched:.0f}", str(LEASE_SECONDS)


def _renewed(had: Any, input_age: float | None, now: float) -> Renewed:
    if had is None:
        return Renewed(began=True, woke=False)
    here = datetime.fromtimestamp(now, UTC)
    touched = (
        datetime.fromtimestamp(now - input_age, UTC) if input_age is not None and input_age < now else None
    )
    woke = is_idle(_moment(had), here) and touched is not None and not is_idle(touched, here)
    return Renewed(began=False, woke=woke)


def _moment(value: Any) -> datetime | None:
    seconds = float(value or 0)
    return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None

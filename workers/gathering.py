"""Gathering: what many batches have for one reaction, for one task of it. Keeps tasks few while people chat quickly.

The drain puts a batch's events here and rings, unless a ring is under way whose task has not looked yet: that one finds
these too. A task that looks takes the ring away first, so whatever is put later rings again. On the ephemeral
instance, which would lose the ring as well. No task has an ETA: those leave a worker deaf when its broker restarts.
Called by `workers.fanout` and `workers.base` only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core import valkey

# A ring that got lost is forgotten, sooner than the sweep repeats the batch of a drain that was killed before it rang.
RING_SECONDS = 1
MOST = 500  # events for one task
_MEMORY_SECONDS = 3600  # what a task that was never repeated had taken

# Taken under the task's own id: a repeat after a death gets the same again, and nothing newer.
_TAKE = """
redis.call('DEL', KEYS[3])
local taken = redis.call('LRANGE', KEYS[2], 0, -1)
if #taken == 0 then
  taken = redis.call('LPOP', KEYS[1], ARGV[1]) or {}
  if #taken > 0 then
    redis.call('RPUSH', KEYS[2], unpack(taken))
    redis.call('EXPIRE', KEYS[2], ARGV[2])
  end
end
return {taken, redis.call('LLEN', KEYS[1])}
"""


@dataclass(frozen=True)
class Taken:
    """Encoded events, and how many are left for the next task."""

    events: list[str]
    left: int


def _keys(reaction: str, task_id: str) -> tuple[str, str, str]:
    return f"gathered:{reaction}", f"gathered:{reaction}:{task_id}", f"rung:{reaction}"


def put(gathered: Mapping[str, Sequence[str]]) -> list[str]:
    """Encoded events by reaction; which of them are to be rung for. Raises RedisError."""
    pipe = valkey.ephemeral().pipeline(transaction=True)
    for reaction, events in gathered.items():
        pipe.rpush(f"gathered:{reaction}", *events)
        pipe.set(f"rung:{reaction}", "1", nx=True, ex=RING_SECONDS)
    rings = pipe.execute()[1::2]
    return [reaction for reaction, rang in zip(gathered, rings, strict=True) if rang]


def take(reaction: str, task_id: str) -> Taken:
    """What was gathered, oldest first; what this task took before it died."""
    keys = _keys(reaction, task_id)
    events, left = valkey.ephemeral().eval(_TAKE, 3, *keys, MOST, _MEMORY_SECONDS)
    return Taken([event.decode() for event in events], left)


def done(reaction: str, task_id: str) -> None:
    """The task has done what it took."""
    valkey.ephemeral().delete(_keys(reaction, task_id)[1])

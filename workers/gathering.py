"""Gathering: what many batches have for one reaction, for one task of it. Keeps tasks few while people chat quickly.

The drain puts a batch's events here; the first in a moment rings, and the task runs a little later than that moment
lasts, so it finds whatever was put meanwhile. Whoever did not ring put its events before that task can look. On the
ephemeral instance, which would lose the ring as well. Called by `workers.fanout` and `workers.base` only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core import valkey

MOMENT = 0.1
# Past the moment by more than what clocks of two machines differ by.
RING_AFTER = 0.15
MOST = 500  # events for one task
_MEMORY_SECONDS = 3600  # what a task that was never repeated had taken

# Taken under the task's own id: a repeat after a death gets the same again, and nothing newer.
_TAKE = """
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


def _keys(reaction: str, task_id: str) -> tuple[str, str]:
    return f"gathered:{reaction}", f"gathered:{reaction}:{task_id}"


def put(gathered: Mapping[str, Sequence[str]]) -> list[str]:
    """Encoded events by reaction; which of them are to be rung for. Raises RedisError."""
    pipe = valkey.ephemeral().pipeline(transaction=True)
    for reaction, events in gathered.items():
        pipe.rpush(f"gathered:{reaction}", *events)
        pipe.set(f"rung:{reaction}", "1", nx=True, px=round(1000 * MOMENT))
    rings = pipe.execute()[1::2]
    return [reaction for reaction, rang in zip(gathered, rings, strict=True) if rang]


def take(reaction: str, task_id: str) -> Taken:
    """What was gathered, oldest first; what this task took before it died."""
    keys = _keys(reaction, task_id)
    events, left = valkey.ephemeral().eval(_TAKE, 2, *keys, MOST, _MEMORY_SECONDS)
    return Taken([event.decode() for event in events], left)


def done(reaction: str, task_id: str) -> None:
    """The task has done what it took."""
    valkey.ephemeral().delete(_keys(reaction, task_id)[1])

"""Gathering: events that wait for a reaction, one list for each, so that one task reacts to many batches.

The drain puts them in with its frames and rings (`workers.fanout`); the task takes what has gathered, under its own id,
and says when it is done. One that is run again, after a death or a failure, gets the same again. The lists live where
the tasks do, on the ephemeral instance: who loses the one loses the other, and the sweeps find what that left.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import redis

from core import valkey

# While no quick worker takes them the newest are enough: what open pages are told they ask for themselves, with a
# heartbeat or on their way back, and of everything else a sweep finds the rows.
MOST_KEPT = 20_000
# So many at once; a task has 25 s, and whoever took all that can be taken rings for the rest.
MOST = 1000
KEPT_SECONDS = 3600

_TAKE = """
if redis.call('EXISTS', KEYS[2]) == 0 then
  local some = redis.call('LPOP', KEYS[1], ARGV[1])
  if not some then return {} end
  redis.call('RPUSH', KEYS[2], unpack(some))
  redis.call('EXPIRE', KEYS[2], ARGV[2])
end
return redis.call('LRANGE', KEYS[2], 0, -1)
"""


def key(reaction: str) -> str:
    """Where the events of a reaction gather."""
    return f"reactions:{reaction}"


def _taken(reaction: str, task_id: str) -> str:
    return f"reactions:{reaction}:{task_id}"


def queue_put(pipe: redis.client.Pipeline, reaction: str, events: Sequence[bytes]) -> None:
    """Queue encoded events on a pipeline of the ephemeral instance."""
    pipe.rpush(key(reaction), *events)
    pipe.ltrim(key(reaction), -MOST_KEPT, -1)


def take(reaction: str, task_id: str) -> list[bytes]:
    """What this task took before, else what has gathered."""
    keys = key(reaction), _taken(reaction, task_id)
    found: Any = valkey.ephemeral().eval(_TAKE, 2, *keys, MOST, KEPT_SECONDS)
    return list(found)


def done(reaction: str, task_id: str) -> None:
    """The task has reacted to all it took."""
    valkey.ephemeral().delete(_taken(reaction, task_id))


def waiting(reactions: Iterable[str]) -> list[str]:
    """Those for which something has gathered."""
    names = list(reactions)
    pipe = valkey.ephemeral().pipeline(transaction=False)
    for name in names:
        pipe.llen(key(name))
    return [name for name, length in zip(names, pipe.execute(), strict=True) if length]

"""Beacons: each worker, and beat, says every two seconds that it is there and hears. One small field each, no row.

Lit by `workers.ears` and `workers.pulse`, read by `core.hops` and the operations page. They live on the ephemeral
Valkey: after it was restarted they are back within one look. Nothing but what operators are shown depends on one.
"""

import time
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import msgspec
import redis

from core import valkey

KEY: Final = "beacons"
# Whoever has been silent for so long is not shown any more.
FORGOTTEN_SECONDS: Final = 24 * 3600.0


class Beacon(msgspec.Struct, frozen=True, kw_only=True):
    """Who (`drain@host`), when it was last well, the queues it serves, and how many of its children are busy."""

    name: str
    at: float
    queues: Sequence[str] = ()
    busy: int = 0
    size: int = 1


def light(beacon: Beacon) -> None:
    """Say it. Raises RedisError when nobody can be told."""
    valkey.ephemeral().hset(KEY, beacon.name, msgspec.json.encode(beacon))
    _forget_the_dead()


@cache
def _forget_the_dead() -> None:
    """Once in each process: a container that is made anew has a new name, and everybody who looks reads all of them."""
    client = valkey.ephemeral()
    answer: Any = client.hgetall(KEY)
    alive = {beacon.name for beacon in decoded(answer)}
    if dead := [name for name in answer if name.decode() not in alive]:
        client.hdel(KEY, *dead)


def queue_read(pipe: redis.client.Pipeline) -> None:
    """Ask for all of them on a pipeline of the ephemeral instance; `decoded` reads the answer."""
    pipe.hgetall(KEY)


def decoded(answer: dict[bytes, bytes]) -> list[Beacon]:
    """Whoever was heard of within a day, by name."""
    oldest = time.time() - FORGOTTEN_SECONDS
    found = [msgspec.json.decode(text, type=Beacon) for text in answer.values()]
    return sorted((beacon for beacon in found if beacon.at > oldest), key=lambda beacon: beacon.name)


def read() -> list[Beacon]:
    """All of them, in a question of their own."""
    answer: Any = valkey.ephemeral().hgetall(KEY)
    return decoded(answer)

"""Depths: how much waits in the command log and in the Celery queues, and for how long the oldest of it has.

Called by `core.metrics` and the operations page. A task's age is known from the header `rung_at` that every publisher
adds (`core.celery`); what a worker has taken and not begun is in no queue. Raises RedisError when the instance is away.
"""

import time
from dataclasses import dataclass
from typing import Any

import msgspec
from django.conf import settings

from core import command_log, queues, valkey


@dataclass(frozen=True, kw_only=True)
class Depth:
    """A shard or a queue by its name, how much lies in it, and the age of the oldest in seconds."""

    name: str
    length: int
    age: float


class _Headers(msgspec.Struct):
    rung_at: float = 0.0


class _Task(msgspec.Struct):
    headers: _Headers = msgspec.field(default_factory=_Headers)


_tasks = msgspec.json.Decoder(_Task)


def of_log() -> list[Depth]:
    """Every shard: what is accepted and not yet stored."""
    return [
        Depth(name=str(shard), length=command_log.length(shard), age=command_log.oldest_age(shard))
        for shard in range(settings.COMMAND_LOG_SHARDS)
    ]


def of_queues() -> list[Depth]:
    """Every Celery queue: what nobody has taken yet."""
    pipe = valkey.ephemeral().pipeline(transaction=False)
    for promise in queues.PROMISES:
        pipe.llen(promise.name)
        pipe.lindex(promise.name, -1)  # published on the left, taken on the right
    answers: Any = pipe.execute()
    now = time.time()
    return [
        Depth(name=promise.name, length=length, age=_age(oldest, now))
        for promise, length, oldest in zip(queues.PROMISES, answers[::2], answers[1::2], strict=True)
    ]


def in_hand() -> int:
    """Tasks that some worker has taken and not yet finished."""
    return int(valkey.ephemeral().hlen("unacked"))


def _age(task: bytes | None, now: float) -> float:
    """0.0 when there is none, or when whoever published it says nothing."""
    try:
        rung_at = _tasks.decode(task).headers.rung_at if task else 0.0
    except msgspec.DecodeError:
        return 0.0
    return max(0.0, now - rung_at) if rung_at else 0.0

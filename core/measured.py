"""Measured: what all processes together have noted (`core.measures`): steps by period, and levels.

Called by `core.metrics` and the operations page. Each question is one round trip to the ephemeral Valkey, and raises
RedisError when that is away.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from core import valkey
from core.histograms import BUCKETS, Histogram
from core.measures import LEVELS, SLOT_SECONDS, STEPS, SUM, TOTAL, Level, slot_key

# What a process said so long ago does not hold any more.
STALE_SECONDS: Final = 10.0

Steps = Mapping[str, Histogram]


def since_the_beginning() -> Steps:
    """Every step since the ephemeral Valkey began: what Prometheus counts from."""
    return _steps([valkey.ephemeral().hgetall(TOTAL)])


def of_the_last(minutes: Iterable[int]) -> dict[int, Steps]:
    """Every step of the last so many minutes; the one that has just begun comes on top."""
    wanted, slot = tuple(minutes), int(time.time()) // SLOT_SECONDS
    pipe = valkey.ephemeral().pipeline(transaction=False)
    for back in range(max(wanted) + 1):
        pipe.hgetall(slot_key(slot - back))
    slots = pipe.execute()
    return {each: _steps(slots[: each + 1]) for each in wanted}


def _steps(slots: Iterable[Mapping[Any, Any]]) -> Steps:
    counts: Counter[str] = Counter()
    for slot in slots:
        counts.update({name.decode(): int(count) for name, count in slot.items()})
    return {
        step: Histogram(
            counts=[counts[f"{step}:{bucket}"] for bucket in range(BUCKETS)],
            seconds=counts[f"{step}:{SUM}"] / 1_000_000,
        )
        for step in STEPS
    }


def levels(name: str) -> list[float]:
    """What each process that is there says."""
    said: Any = valkey.ephemeral().hgetall(LEVELS)
    found = [
        msgspec.json.decode(text, type=Level)
        for field, text in said.items()
        if field.decode().partition("|")[0] == name
    ]
    oldest = time.time() - STALE_SECONDS
    return [level.value for level in found if level.at > oldest]

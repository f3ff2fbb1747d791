"""Canaries: what was sent ahead of real work, through the real path, and what has come back of it.

A lane is a way through the system: `log:<shard>` (accepted, stored, announced) or a Celery queue. At most one canary
is out per lane; while it is, its age says how late that lane is. All of it is a few fields of three hashes on the
ephemeral Valkey: nothing grows, and a restart forgets canaries together with the queues they sat in. Sent by
`support.canaries`, marked as arrived by the drain and by `workers.canaries`, read by `core.hops`.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import redis
from django.conf import settings

from core import beacons, command_log, queues, valkey
from core.beacons import Beacon

OUT: Final = "canaries:out"
SEEN: Final = "canaries:seen"
DEAF: Final = "canaries:deaf"
# Where the last broadcast that a web process heard is noted.
LIVE: Final = "live updates"
TURN: Final = "canaries:turn"
# A canary that is out for so long and not to be found in its queue was lost on the way: another one is sent.
LOST_SECONDS: Final = 12.0
# A process that calls itself deaf says so every two seconds; one that says nothing is gone.
DEAF_SECONDS: Final = 8.0


class Arrival(msgspec.Struct, frozen=True, array_like=True):
    """When a canary was sent, and when it arrived."""

    sent_at: float
    at: float

    @property
    def latency(self) -> float:
        return max(0.0, self.at - self.sent_at)


class Deafness(msgspec.Struct, frozen=True, array_like=True):
    """Since when a web process hears no broadcast, and when it last said so."""

    since: float
    at: float


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What is known at one moment: canaries under way, the last arrival per lane, who is there, who is deaf."""

    out: Mapping[str, float] = field(default_factory=dict)
    seen: Mapping[str, Arrival] = field(default_factory=dict)
    deaf: tuple[Deafness, ...] = ()
    beacons: tuple[Beacon, ...] = ()


def lane_of(shard: int) -> str:
    """The lane through a shard of the command log."""
    return f"log:{shard}"


def lanes_of(family: str) -> list[str]:
    """The lanes that a family of workers serves."""
    if family == "drain":
        return [lane_of(shard) for shard in range(settings.COMMAND_LOG_SHARDS)]
    return [promise.name for promise in queues.PROMISES if promise.family == family]


def my_turn(seconds: float) -> bool:
    """Whether this process sends the next canaries: one process per period does."""
    lasting = max(1, int(seconds * 1000) - 500)
    return bool(valkey.ephemeral().set(TURN, "1", nx=True, px=lasting))


def are_due(marks: Marks, lanes: Iterable[str], now: float) -> list[str]:
    """The lanes without a canary that is still under way."""
    return [
        lane
        for lane in lanes
        if lane not in marks.out or (now - marks.out[lane] > LOST_SECONDS and _is_empty(lane))
    ]


def _is_empty(lane: str) -> bool:
    prefix, _, shard = lane.partition(":")
    return not (command_log.length(int(shard)) if shard else valkey.ephemeral().llen(prefix))


def note_sent(lanes: Mapping[Any, Any]) -> None:
    """Before they are sent: one that arrives at once must find its mark."""
    if lanes:
        valkey.ephemeral().hset(OUT, mapping={**lanes})


def note_not_sent(lane: str) -> None:
    """The broker or the log did not take it."""
    valkey.ephemeral().hdel(OUT, lane)


def queue_arrived(pipe: redis.client.Pipeline, lane: str, sent_at: float) -> None:
    """Queue what is noted of a canary that arrived, on a pipeline of the ephemeral instance."""
    pipe.hdel(OUT, lane)
    pipe.hset(SEEN, lane, msgspec.json.encode(Arrival(sent_at, time.time())))


def arrived(lane: str, sent_at: float) -> None:
    """The same at once. Raises RedisError."""
    pipe = valkey.ephemeral().pipeline(transaction=False)
    queue_arrived(pipe, lane, sent_at)
    pipe.execute()


def note_heard(arrival: Arrival) -> None:
    """A broadcast was heard by a web process."""
    valkey.ephemeral().hset(SEEN, LIVE, msgspec.json.encode(arrival))


def say_deaf(process: str, since: float | None) -> None:
    """This web process hears no broadcast since then; None: it hears again."""
    client = valkey.ephemeral()
    if since is None:
        client.hdel(DEAF, process)
    else:
        client.hset(DEAF, process, msgspec.json.encode(Deafness(since, time.time())))
        client.expire(DEAF, int(DEAF_SECONDS))


def read() -> Marks:
    """All of it in one round trip. Raises RedisError."""
    pipe = valkey.ephemeral().pipeline(transaction=False)
    for key in (OUT, SEEN, DEAF):
        pipe.hgetall(key)
    beacons.queue_read(pipe)
    out, seen, deaf, lit = pipe.execute()
    return Marks(
        out={lane.decode(): float(at) for lane, at in out.items()},
        seen=_decoded(seen, Arrival),
        deaf=_speaking(_decoded(deaf, Deafness)),
        beacons=tuple(beacons.decoded(lit)),
    )


def _decoded(answer: dict[bytes, bytes], kind: type[Any]) -> dict[str, Any]:
    return {name.decode(): msgspec.json.decode(text, type=kind) for name, text in answer.items()}


def _speaking(said: Mapping[str, Deafness]) -> tuple[Deafness, ...]:
    return tuple(each for each in said.values() if time.time() - each.at < DEAF_SECONDS)

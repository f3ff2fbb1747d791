"""Moments: when each drained batch was taken, committed and announced, what it held, and which tasks it rang for.

One entry per batch in a stream on the ephemeral Valkey, written in the round trip that announces the batch; nothing in
PostgreSQL, nothing per message. Its own id is the moment of announcement. The stream keeps the newest batches and
does not outlive its server: what it has no more is *not recorded*. Written by the drain, read for operators; nothing
else may depend on it.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec
import redis

from core import valkey
from core.ids import derive

KEY: Final = "moments"
# A batch of one message is some 200 bytes, the largest, of 200 messages, 5 KB: 2 MB as a rule, 50 MB at the most.
KEPT_BATCHES: Final = 10_000
PAGE: Final = 500
BYTES: Final = 16


class Read(msgspec.Struct, frozen=True, array_like=True):
    """Somebody has seen a thread so far, counted in their own stream."""

    ticket_id: uuid.UUID
    sequence: int
    is_support: bool
    at: float


class Drained(msgspec.Struct, frozen=True, array_like=True):
    """One batch. `commands`: their ids, 16 bytes each; `accepted`: when the log took each, in milliseconds.

    `task` is the Celery task that did it, `reactions` the names of those that follow, `rung` the batches that rang for
    each: itself as a rule, else one just before it; the ids of the tasks follow from these (`tasks`).
    """

    id: uuid.UUID
    task: str
    taken: float
    committed: float
    commands: bytes
    accepted: tuple[int, ...]
    reactions: tuple[str, ...] = ()
    reads: tuple[Read, ...] = ()
    rung: tuple[uuid.UUID, ...] = ()

    @property
    def ids(self) -> list[uuid.UUID]:
        """The commands it held, in order."""
        places = range(0, len(self.commands), BYTES)
        return [uuid.UUID(bytes=self.commands[place : place + BYTES]) for place in places]

    def accepted_at(self, command_id: uuid.UUID) -> float | None:
        """When the log took this command; None when it is not of this batch."""
        if command_id.bytes not in self.commands or command_id not in (ids := self.ids):
            return None
        return self.accepted[ids.index(command_id)] / 1000

    @property
    def tasks(self) -> dict[str, str]:
        """The reactions' task ids, by name."""
        whose = self.rung or (self.id,) * len(self.reactions)
        return {name: task_id(batch_id, name) for name, batch_id in zip(self.reactions, whose, strict=True)}


def task_id(batch_id: uuid.UUID, reaction: str) -> str:
    """Under which id a batch rings for a reaction: known without being written down."""
    return str(derive(batch_id, reaction))


def queue(pipe: redis.client.Pipeline, drained: Drained) -> None:
    """Note a batch on a pipeline of the ephemeral instance, behind what announces it."""
    pipe.xadd(KEY, {"b": msgspec.msgpack.encode(drained)}, maxlen=KEPT_BATCHES, approximate=True)


def since(moment: datetime) -> Iterator[tuple[float, Drained]]:
    """When each batch was announced, and the batch; oldest first from `moment` on. Raises RedisError."""
    start = str(int(moment.timestamp() * 1000))
    while rows := _read("xrange", start, "+"):
        yield from map(_decoded, rows)
        start = f"({rows[-1][0].decode()}"


def newest() -> Iterator[tuple[float, Drained]]:
    """The same, newest first."""
    end = "+"
    while rows := _read("xrevrange", end, "-"):
        yield from map(_decoded, rows)
        end = f"({rows[-1][0].decode()}"


def _read(command: str, start: str, end: str) -> list[tuple[bytes, dict[bytes, bytes]]]:
    rows: Any = valkey.ephemeral().execute_command(command, KEY, start, end, "COUNT", PAGE)
    return rows  # type: ignore[no-any-return]


def _decoded(row: tuple[bytes, dict[bytes, bytes]]) -> tuple[float, Drained]:
    entry_id, fields = row
    return int(entry_id.partition(b"-")[0]) / 1000, msgspec.msgpack.decode(fields[b"b"], type=Drained)

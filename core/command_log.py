"""The command log: one Valkey Stream per shard, fsynced on every append. What is in it is accepted.

The web appends; drains read from the head and delete by id. Nothing else writes here but the pending receipts
that ride along in the same MULTI. No client retries: an append that raises is *not known to be accepted*.
Source of the rules: docs/architecture.md, "The command log".
"""

import asyncio
import time
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import redis
from django.conf import settings

from core import held_back, listening, tracing, valkey
from core.contracts import Command, encode, kind_of
from core.failpoints import reached
from core.fullness import Fullness
from core.problems import Refused

RECEIPT_SECONDS = 7 * 24 * 3600
STALE_HEAD_SECONDS = 1.0
SHARDS_KEY = "commands:shards"

# XDEL only while the entry still holds that command: after a power cut the server may give an id out again.
_DELETE = """
for k = 1, #ARGV, 2 do
  local entry = redis.call('XRANGE', KEYS[1], ARGV[k], ARGV[k])
  if entry[1] and entry[1][2][2] == ARGV[k + 1] then
    redis.call('XDEL', KEYS[1], ARGV[k])
  end
end
return redis.call('XLEN', KEYS[1])
"""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One accepted command in the log; `reply_to`: the channel that waits for its receipt; `trace`: its span; or ""."""

    entry_id: str
    command_id: str
    payload: bytes
    reply_to: str
    trace: str = ""

    @property
    def accepted(self) -> int:
        """When the log took it, in milliseconds, by the log's own clock."""
        return int(self.entry_id.partition("-")[0])


@dataclass(frozen=True, kw_only=True)
class Appended:
    """What the log said to an append: its length now, how many of these were ours, the age of its head in seconds.

    `is_held_back`: what lies there waits for a row that somebody else holds; nobody is at work on what was added.
    `is_heard`: a drain listens to the shard.
    """

    shard: int
    added: int
    length: int
    head_age: float
    is_held_back: bool = False
    is_heard: bool = False

    @property
    def was_empty(self) -> bool:
        """Nobody was being worked for: unless somebody listens, the drain has to be woken."""
        return self.length == self.added


class ShardMismatch(RuntimeError):
    """This process counts other shards than the log was written with; it must not start."""


def key(shard: int) -> str:
    """The stream of a shard."""
    return f"commands:{shard}"


def receipt_key(command_id: uuid.UUID | str) -> str:
    """Where the durable instance keeps what is known of a command that somebody may ask about."""
    return f"receipt:{command_id}"


def shard_of(aggregate: str) -> int:
    """The stable shard of a ticket id or actor."""
    return zlib.crc32(aggregate.encode()) % settings.COMMAND_LOG_SHARDS


@cache
def verify_shards() -> None:
    """Raise ShardMismatch when the log was written with another number of shards; the first process sets it."""
    client = valkey.durable()
    client.set(SHARDS_KEY, settings.COMMAND_LOG_SHARDS, nx=True)
    stored = int(client.get(SHARDS_KEY) or 0)
    if stored != settings.COMMAND_LOG_SHARDS:
        raise ShardMismatch(
            f"COMMAND_LOG_SHARDS is {settings.COMMAND_LOG_SHARDS}, but the log has {stored} shards. "
            "Set it to that number, or run manage.py reshard on an empty log."
        )


_fullness = Fullness()
_Pipeline = Any  # redis.client.Pipeline or its asyncio twin: alike but for execute()


def _pending_receipt(command: Command) -> bytes:
    known = {
        "state": "pending",
        "actor": command.actor,
        "kind": kind_of(command),
        "ticket_id": getattr(command, "ticket_id", None),
        "fingerprint": command.fingerprint(),
    }
    return msgspec.json.encode(known)


def _queue_append(pipe: _Pipeline, shard: int, commands: Sequence[Command], reply_to: str) -> None:
    traced = {"t": where} if (where := tracing.here()) else {}
    for command in commands:
        pipe.xadd(key(shard), {"i": str(command.id), "c": encode(command), "r": reply_to, **traced})
        if reply_to:
            pipe.set(receipt_key(command.id), _pending_receipt(command), ex=RECEIPT_SECONDS)
    pipe.xlen(key(shard))
    pipe.xrange(key(shard), count=1)
    pipe.memory_usage(key(shard), samples=1)
    pipe.exists(held_back.key(shard))
    pipe.exists(listening.key(shard))


def _read_reply(shard: int, added: int, reply: list[Any]) -> Appended:
    length, head, size, held, heard = reply[-5:]
    newest = next(r for r in reversed(reply[:-5]) if isinstance(r, bytes))
    oldest = head[0][0] if head else newest
    age = (_milliseconds(newest) - _milliseconds(oldest)) / 1000
    words = {"is_held_back": bool(held), "is_heard": bool(heard)}
    appended = Appended(shard=shard, added=added, length=length, head_age=age, **words)
    _fullness.note(shard, length, size or 0)
    return appended


def _milliseconds(entry_id: bytes) -> int:
    return int(entry_id.partition(b"-")[0])


def append(commands: Sequence[Command], reply_to: str = "") -> Appended:
    """Accept commands of one shard, atomically and in order. Raises Refused log-full or log-unavailable."""
    shard = shard_of(commands[0].aggregate)
    _fullness.check(shard)
    try:
        verify_shards()
        pipe = valkey.durable().pipeline(transaction=True)
        _queue_append(pipe, shard, commands, reply_to)
        reached("append.before")
        reply = pipe.execute()
        reached("append.after")
        return _read_reply(shard, len(commands), reply)
    except redis.RedisError as error:
        raise Refused("log-unavailable") from error


async def append_async(shard: int, commands: Sequence[Command]) -> Appended:
    """`append` for the writer coroutine of the sockets; its commands are all of `shard`."""
    _fullness.check(shard)
    try:
        if not verify_shards.cache_info().currsize:
            await asyncio.to_thread(verify_shards)
        pipe = valkey.async_durable().pipeline(transaction=True)
        _queue_append(pipe, shard, commands, "")
        reached("append.before")
        reply = await pipe.execute()
        reached("append.after")
        return _read_reply(shard, len(commands), reply)
    except (redis.RedisError, OSError) as error:
        raise Refused("log-unavailable") from error


def read(shard: int, *, after: str = "", count: int) -> list[Entry]:
    """Up to `count` entries from the head, or behind the entry `after`."""
    start = f"({after}" if after else "-"
    rows: Any = valkey.durable().xrange(key(shard), min=start, count=count)
    return [_entry(entry_id, fields) for entry_id, fields in rows]


def _entry(entry_id: bytes, fields: dict[bytes, bytes]) -> Entry:
    return Entry(
        entry_id=entry_id.decode(),
        command_id=fields[b"i"].decode(),
        payload=fields[b"c"],
        reply_to=fields[b"r"].decode(),
        trace=fields.get(b"t", b"").decode(),
    )


def delete(shard: int, entries: Sequence[Entry], rejected: dict[str, bytes], *, listens: bool = False) -> int:
    """Take done entries out and say how many are left. Their pending receipts go too; refusals (by command id) stay.

    `listens`: whoever calls will hear what is appended next.
    """
    pipe = valkey.durable().pipeline(transaction=True)
    for entry in entries:
        if entry.command_id in rejected:
            pipe.set(receipt_key(entry.command_id), rejected[entry.command_id], ex=RECEIPT_SECONDS)
        elif entry.reply_to:
            pipe.delete(receipt_key(entry.command_id))
    arguments = [part for entry in entries for part in (entry.entry_id, entry.command_id)]
    if listens:
        listening.queue_say(pipe, shard)
    pipe.eval(_DELETE, 1, key(shard), *arguments)
    return int(pipe.execute()[-1])


def length(shard: int) -> int:
    """How many accepted commands of the shard are not yet in the database."""
    return int(valkey.durable().xlen(key(shard)))


def waiting_shards() -> list[int]:
    """The shards that hold anything. Raises ShardMismatch: a worker that counts fewer would leave some for ever."""
    verify_shards()
    pipe = valkey.durable().pipeline(transaction=False)
    for shard in range(settings.COMMAND_LOG_SHARDS):
        pipe.xlen(key(shard))
    return [shard for shard, depth in enumerate(pipe.execute()) if depth]


def oldest_age(shard: int) -> float:
    """Seconds since the head of the shard was accepted; 0.0 when it is empty."""
    head: Any = valkey.durable().xrange(key(shard), count=1)
    return max(0.0, time.time() - _milliseconds(head[0][0]) / 1000) if head else 0.0

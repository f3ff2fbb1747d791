"""The command log of a backup: each shard's entries, a line each, as they lay there.

Called by `core.backups.moves`. Entries that are stored while they are read are in the snapshot that is taken after;
a drain that meets one again changes nothing.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import redis
from django.conf import settings

from core import command_log, valkey
from core.backups.folder import Backup, Draft, Trouble
from core.command_log import Entry

PAGE: Final = 1000
PREFIX: Final = "log/"


def save(draft: Draft) -> int:
    """Every shard into the draft; how many entries."""
    entries = 0
    for shard in range(settings.COMMAND_LOG_SHARDS):
        lines = [msgspec.json.encode(entry) + b"\n" for entry in _entries(shard)]
        draft.add(f"{PREFIX}{shard}.jsonl", io.BytesIO(b"".join(lines)))
        entries += len(lines)
    return entries


def _entries(shard: int) -> Iterator[Entry]:
    after = ""
    try:
        command_log.verify_shards()
        while page := command_log.read(shard, after=after, count=PAGE):
            yield from page
            after = page[-1].entry_id
            if len(page) < PAGE:
                return
    except command_log.ShardMismatch as error:
        raise Trouble(str(error)) from error
    except redis.RedisError as error:
        raise _silent(error) from error


def must_be_empty(shards: int, *, takes: int) -> None:
    """The log has these shards or was never used, and nothing is in it.

    What it `takes` from the backup has ids of before, which a stream that was in use refuses, empty or not.
    """
    if shards != settings.COMMAND_LOG_SHARDS:
        raise Trouble(
            f"The backup has {shards} shards. Set COMMAND_LOG_SHARDS={shards} here and for every process."
        )
    try:
        known = int(valkey.durable().get(command_log.SHARDS_KEY) or shards)
        left = sum(command_log.length(shard) for shard in range(max(known, shards)))
        is_used = any(valkey.durable().exists(command_log.key(shard)) for shard in range(shards))
    except redis.RedisError as error:
        raise _silent(error) from error
    if left:
        raise Trouble(
            f"The command log is not empty: {left} commands wait in it. Restore beside an empty one."
        )
    if is_used and takes:
        raise Trouble(
            f"The command log was in use, and {takes} commands of before wait in the backup: "
            "restore beside a new Valkey."
        )
    if known != shards:
        raise Trouble(f"The command log here has {known} shards, the backup {shards}. Use an empty Valkey.")


def restore(backup: Backup) -> None:
    """The entries under their own ids, in their order; what a drain will find."""
    try:
        for name in backup.names(PREFIX):
            shard = int(Path(name).stem)
            pipe = valkey.durable().pipeline(transaction=True)
            for line in (backup.folder / name).read_bytes().splitlines():
                entry = msgspec.json.decode(line, type=Entry)
                fields: Any = {"i": entry.command_id, "c": entry.payload, "r": entry.reply_to}
                pipe.xadd(command_log.key(shard), fields, id=entry.entry_id)
            pipe.execute()
        valkey.durable().set(command_log.SHARDS_KEY, settings.COMMAND_LOG_SHARDS)
    except redis.RedisError as error:
        raise _silent(error) from error


def _silent(error: redis.RedisError) -> Trouble:
    return Trouble(f"The command log does not answer: {type(error).__name__}.")

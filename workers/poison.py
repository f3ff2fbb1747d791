"""Poison: commands that kill the process applying them are found, tried alone, and quarantined.

Before a batch is worked on, it is marked (shard, size, by whom). A mark that is found unfinished means its worker died:
as many entries as the dying batch held are then applied one by one, each lone attempt is counted, and after the third
lone death the command becomes a dead letter. Success clears the mark when the entries are out of the log, a moment
after the lock was released: another drain that comes meanwhile asks whether its author lives, and if so leaves the
shard to it. A drain that lives and failed for what is no command's fault takes its mark and its count back: no lock, no
full disk, no absent database makes a dead letter. What took too long alone goes on counting, or one command could block
its shard for ever. The marks live on the ephemeral instance: losing them costs a fresh count.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import redis

from core import valkey
from core.command_log import Entry
from workers.blame import is_slow, passes

logger = logging.getLogger(__name__)
LONE_ATTEMPTS = 3
_MEMORY_SECONDS = 3600
# An author that lives and has not cleared its mark for so long is frozen: nobody waits for it.
_AUTHOR_SECONDS = 10.0
# The mark goes only while it is ours: a session that was lost may have been followed by another drain's.
_SPARE = """
if ARGV[2] ~= '' and redis.call('HEXISTS', KEYS[3], ARGV[2]) == 1 then
  redis.call('HINCRBY', KEYS[3], ARGV[2], -1)
end
local author = redis.call('GET', KEYS[2])
if author and string.sub(author, 1, #ARGV[1] + 1) == ARGV[1] .. ' ' then redis.call('DEL', KEYS[1]) end
"""


def _keys(shard: int) -> tuple[str, str, str]:
    return f"drain:mark:{shard}", f"drain:suspects:{shard}", f"drain:deaths:{shard}"


def _author_key(shard: int) -> str:
    """Apart from the mark, whose form older drains know."""
    return f"drain:author:{shard}"


def size_for(shard: int, most: int, lives: Callable[[int], bool]) -> int:
    """`most`; 1 while the entries of a batch that died are under suspicion; 0 when its author is only about to end it.

    `lives`: whether PostgreSQL has this session, and it is another one than the asking drain's.
    """
    mark, suspects, _ = _keys(shard)
    died, suspected, author = valkey.ephemeral().mget(mark, suspects, _author_key(shard))
    if died is not None and author is not None:
        session, at = author.split()
        if abs(time.time() - float(at)) < _AUTHOR_SECONDS and lives(int(session)):
            return 0
    if died is not None and suspected is None:
        valkey.ephemeral().set(suspects, died, ex=_MEMORY_SECONDS)
        suspected = died
    return 1 if suspected is not None else most


def mark(shard: int, entries: Sequence[Entry], *, alone: bool, session: int) -> bool:
    """Write the mark, as this session of PostgreSQL; False when a lone command must not be tried a fourth time."""
    key, _, deaths = _keys(shard)
    pipe = valkey.ephemeral().pipeline(transaction=alone)
    if alone:
        pipe.hincrby(deaths, entries[0].command_id, 1)
        pipe.expire(deaths, _MEMORY_SECONDS)
    pipe.set(_author_key(shard), f"{session} {time.time()}", ex=_MEMORY_SECONDS)
    pipe.set(key, len(entries), ex=_MEMORY_SECONDS)
    reply = pipe.execute()
    return not alone or int(reply[0]) <= LONE_ATTEMPTS


@contextmanager
def marked(shard: int, entries: Sequence[Entry], *, alone: bool, session: int) -> Iterator[bool]:
    """Around a batch, to its end: `mark` before it; taken back when the drain lives and no command is to blame."""
    may_try = mark(shard, entries, alone=alone, session=session)
    try:
        yield may_try
    except Exception as error:
        if passes(error) and not is_slow(error):
            spare(shard, entries[0] if alone else None, session)
        raise


def spare(shard: int, entry: Entry | None, session: int) -> None:
    """No death after all: neither the batch nor, alone, this entry is suspected for it."""
    mark_key, _, deaths = _keys(shard)
    keys = mark_key, _author_key(shard), deaths
    try:
        valkey.ephemeral().eval(_SPARE, 3, *keys, str(session), entry.command_id if entry else "")
    except redis.RedisError as error:
        logger.info("poison: nobody was spared for want of Valkey (%s)", type(error).__name__)


def clear(shard: int) -> None:
    """The batch is committed and out of the log; while the mark stands nobody else takes it for undone."""
    try:
        valkey.ephemeral().delete(_keys(shard)[0])
    except redis.RedisError as error:
        logger.info("poison: a mark stays for want of Valkey (%s)", type(error).__name__)


def acquit(shard: int, entry: Entry) -> None:
    """A lone command came through: one suspect less is left."""
    _, suspects, deaths = _keys(shard)
    pipe = valkey.ephemeral().pipeline(transaction=True)
    pipe.hdel(deaths, entry.command_id)
    pipe.decr(suspects)
    left = int(pipe.execute()[-1])
    if left <= 0:
        valkey.ephemeral().delete(suspects)

"""Listening: a drain that has emptied its shard stays for a moment and hears the next append by itself.

While it does, an append need not ring: waking a worker by a task costs both sides milliseconds, which a conversation
would pay for every message. The word is on the durable instance, where the append hears it without another question,
and the drain takes it back before it looks a last time, so nothing that was appended meanwhile is left unheard. One
that dies while it listens leaves the word for a tenth of a second. Called by `core.command_log` and the drain.
"""

from typing import Any, Final

import redis

from core import valkey

STAY_SECONDS: Final = 0.05
_WORD_MILLISECONDS: Final = 100


def key(shard: int) -> str:
    """There while somebody listens."""
    return f"commands:heard:{shard}"


def queue_say(pipe: redis.client.Pipeline, shard: int) -> None:
    """Queue the word on a pipeline of the durable instance, with what has to be fsynced anyway."""
    pipe.set(key(shard), 1, px=_WORD_MILLISECONDS)


def hears_more(stream: str, shard: int, after: str, seconds: float) -> bool:
    """Whether the shard holds anything, now or within these seconds; else the word has been taken back."""
    milliseconds = int(1000 * min(seconds, STAY_SECONDS))
    # To Valkey no milliseconds are for ever.
    if milliseconds > 0 and valkey.durable().xread({stream: after}, count=1, block=milliseconds):
        return True
    return holds_anything(stream, shard)


def holds_anything(stream: str, shard: int) -> bool:
    """Whether the shard holds anything; the word is taken back, whoever said it."""
    pipe = valkey.durable().pipeline(transaction=True)
    pipe.delete(key(shard))
    pipe.xlen(stream)
    reply: list[Any] = pipe.execute()
    return bool(reply[-1])

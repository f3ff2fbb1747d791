"""Held back: everything in a shard of the command log waits for rows that somebody else holds.

The drain says so when it finds nothing that it can apply, and looks again soon; an append that hears it rings as if the
shard had been empty, since nobody is at work on what it adds. Called by `core.command_log` and the drain's tasks.
"""

from core import valkey

AGAIN_SECONDS = 0.2
# Said anew at every look; what is appended later than the last of them is rung for when the head is old.
KNOWN_SECONDS = 1.0


def key(shard: int) -> str:
    """There while it is so, on the durable instance, where the append hears it without another question."""
    return f"commands:held:{shard}"


def say(shard: int) -> bool:
    """Say so; whether the caller is to look again in AGAIN_SECONDS, or somebody does already."""
    valkey.durable().set(key(shard), 1, px=int(1000 * KNOWN_SECONDS))
    # Over before that look, which then arranges the next.
    return bool(valkey.ephemeral().set(f"drain:again:{shard}", 1, nx=True, px=int(500 * AGAIN_SECONDS)))

"""Measuring: how long the commands of a batch took until they were stored, and its messages until they were announced.

Called by the drain, once per batch and step, with what it holds anyway. Only counts in memory (`core.measures`).
"""

import time
from collections.abc import Iterable, Mapping, Sequence

from core import measures
from core.contracts import Command
from core.receipts import Settled
from support.commands import PostMessage, SendCanary


def stored(commands: Sequence[Command], settled: Mapping[int, Settled]) -> None:
    """The batch was committed just now."""
    _note(measures.STORED, (c for c in _stored(commands, settled) if not isinstance(c, SendCanary)))


def announced(commands: Sequence[Command], settled: Mapping[int, Settled]) -> None:
    """The frames of the batch were published just now."""
    _note(measures.ANNOUNCED, (c for c in _stored(commands, settled) if isinstance(c, PostMessage)))


def _stored(commands: Sequence[Command], settled: Mapping[int, Settled]) -> Iterable[Command]:
    """Most have no receipt: nobody waits for it."""
    others = {place for place, receipt in settled.items() if receipt.state != "stored"}
    return (command for place, command in enumerate(commands) if place not in others)


def _note(step: str, commands: Iterable[Command]) -> None:
    now = time.time()
    if took := [now - command.at.timestamp() for command in commands]:
        measures.note(step, took)

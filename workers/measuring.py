"""Measuring: how long the commands of a batch took until they were stored, and its messages until they were announced.

Called by the drain, once per batch and step, with what it holds anyway. Only counts in memory (`core.measures`). A
command that was dated back, as those of the demo are, counts from when it came into the log.
"""

import time
from collections.abc import Iterable, Mapping
from typing import Final

from core import measures
from core.command_log import Entry
from core.contracts import Command
from core.receipts import Settled
from support.commands import PostMessage, SendCanary
from workers.taking import Taken

# Longer than any append takes, and than clocks of hosts differ.
DATED_BACK_SECONDS: Final = 60.0
_Done = tuple[Entry, Command]


def stored(taken: Taken, settled: Mapping[int, Settled]) -> None:
    """The batch was committed just now."""
    _note(measures.STORED, (done for done in _stored(taken, settled) if not isinstance(done[1], SendCanary)))


def announced(taken: Taken, settled: Mapping[int, Settled]) -> None:
    """The frames of the batch were published just now."""
    _note(measures.ANNOUNCED, (done for done in _stored(taken, settled) if isinstance(done[1], PostMessage)))


def _stored(taken: Taken, settled: Mapping[int, Settled]) -> Iterable[_Done]:
    """Most have no receipt: nobody waits for it."""
    others = {place for place, receipt in settled.items() if receipt.state != "stored"}
    both = zip(taken.entries, taken.commands, strict=True)
    return (done for place, done in enumerate(both) if place not in others)


def _note(step: str, done: Iterable[_Done]) -> None:
    now = time.time()
    if took := [now - _accepted_at(entry, command) for entry, command in done]:
        measures.note(step, took)


def _accepted_at(entry: Entry, command: Command) -> float:
    said, logged = command.at.timestamp(), int(entry.entry_id.partition("-")[0]) / 1000
    return said if logged - said < DATED_BACK_SECONDS else logged

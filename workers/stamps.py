"""Stamps: what `core.moments` keeps of a batch, put together from what the drain has at hand.

Called by the drain once per batch, behind the commit. Asks nobody and writes nothing by itself. A batch of nothing but
canaries leaves none.
"""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from celery import current_task

from core.command_log import Entry
from core.contracts import Command
from core.ids import new_id
from core.moments import Drained, Read
from support.commands import SendCanary
from support.events import ReadMoved
from workers.applying import Applied
from workers.fanout import Rings


@dataclass(kw_only=True)
class Stamps:
    """The moments of a batch; it is called by an id of its own."""

    id: uuid.UUID = field(default_factory=new_id)
    taken: float = field(default_factory=time.time)
    committed: float = 0.0

    def drained(
        self, entries: Sequence[Entry], commands: Sequence[Command], applied: Applied, rings: Rings
    ) -> Drained | None:
        """What is kept; None when nobody would look for it."""
        done = [
            (entry, command)
            for entry, command in zip(entries, commands, strict=True)
            if not isinstance(command, SendCanary)
        ]
        if not done:
            return None
        return Drained(
            id=self.id,
            task=_task(),
            taken=self.taken,
            committed=self.committed,
            commands=b"".join(command.id.bytes for _, command in done),
            accepted=tuple(entry.accepted for entry, _ in done),
            reactions=tuple(rings),
            rung=tuple(rings.values()),
            reads=tuple(
                Read(event.ticket_id, event.sequence, event.is_support, event.at.timestamp())
                for event in applied.events
                if isinstance(event, ReadMoved)
            ),
        )


def _task() -> str:
    """The Celery task at work here; empty where none is."""
    return (current_task.request.id or "") if current_task else ""

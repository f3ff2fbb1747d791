"""Doorway: what every write of intake shares. Stamps a command, appends it to the log, rings.

Called by `support.intake` and its parts (`chat_intake`, `guest_intake`), and by `support.letters`, only; a face that
wants something changed calls those.
"""

import re
import uuid
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

from core import command_log, dispatch, ids, logs, receipts, tracing, trail
from core.contracts import Command, kind_of
from core.models import User
from core.problems import Refused

SYSTEM = "system:support"
_BOUNDARY = re.compile(r"(?<!^)(?=[A-Z])")


def task_of(command: Command | type[Command]) -> str:
    """The Celery task named after a command: OpenTicket -> persistence.open_ticket."""
    return "persistence." + _BOUNDARY.sub("_", kind_of(command)).lower()


def command_id_for(user: User, operation: str, idempotency_key: str | None) -> uuid.UUID:
    """The same id for the same request under one key, a new one without."""
    return ids.derive(user.pk, operation, idempotency_key) if idempotency_key else ids.new_id()


def stamp(user: User, command_id: uuid.UUID) -> dict[str, Any]:
    """Under which id, by whom, when."""
    return {"id": command_id, "actor": user.actor, "at": datetime.now(UTC)}


def require(permitted: bool) -> None:
    """Raises Refused("forbidden") early; the service asks again."""
    if not permitted:
        raise Refused("forbidden")


def accept(command: Command, *, before: Sequence[Command] = ()) -> receipts.Accepted:
    """Append, with somebody waiting for the receipt, and ring. What goes `before` it is of the same ticket."""
    listener = receipts.listener()
    waiter = listener.expect(command.id, command.fingerprint())
    with tracing.span("accept", command_id=str(command.id), kind=kind_of(command)):
        appended = command_log.append([*before, command], reply_to=listener.channel)
    dispatch.ring(task_of(command), shard=appended.shard, command_id=str(command.id))
    logs.turns_out_to_be(command.id)
    _tell(command)
    return receipts.Accepted(
        command_id=command.id,
        ticket_id=getattr(command, "ticket_id", None),
        actor=command.actor,
        waiter=waiter,
        behind=appended.head_age,
    )


def append(command: Command, *, in_silence: bool = False) -> None:
    """Append and ring; nobody waits. `in_silence`: nobody wants to read of it."""
    traced = (
        nullcontext()
        if in_silence
        else tracing.span("accept", command_id=str(command.id), kind=kind_of(command))
    )
    with traced:
        appended = command_log.append([command])
    dispatch.ring(task_of(command), shard=appended.shard, command_id=str(command.id))
    if not in_silence:
        _tell(command)


def _tell(command: Command) -> None:
    trail.tell([command.id], "accepted %s of %s", kind_of(command), command.actor)

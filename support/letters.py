"""Dead letters: a held command goes back into the log.

Called by the page of operations and by the admin's action. The same command under the same id: replaying twice changes
nothing.
"""

import msgspec

from core import command_log, dispatch
from core.contracts import Command, decode
from support.doorway import task_of
from support.models import DeadLetter


def appended_again(letter: DeadLetter) -> None:
    """Put a held command back into the log; raises DecodeError (nobody can read it) or Refused (not taken)."""
    command = decode(letter.payload)
    if not isinstance(command, Command):
        raise msgspec.DecodeError(f"{letter.kind} is not a command")
    appended = command_log.append([command])
    dispatch.ring(task_of(command), shard=appended.shard, command_id=str(command.id))

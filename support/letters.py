"""Dead letters: a held command goes back into the log.

Called by the page of operations and by the admin's action. The same command under the same id: replaying twice changes
nothing.
"""

import msgspec

from core.contracts import Command, decode
from support.doorway import append
from support.models import DeadLetter


def appended_again(letter: DeadLetter) -> None:
    """Put a held command back into the log; raises DecodeError (nobody can read it) or Refused (not taken)."""
    command = decode(letter.payload)
    if not isinstance(command, Command):
        raise msgspec.DecodeError(f"{letter.kind} is not a command")
    append(command)

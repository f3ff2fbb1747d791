"""Outcomes: whether a command has become rows, asked when its receipt is late or lost.

Called by the faces after an accepted write. The fingerprint tells a repeat from another request under the same id,
which must not be shown as done.
"""

import uuid
from dataclasses import dataclass

import msgspec

from core.contracts import Command, decode
from core.models import User
from support import commands
from support.models import Change, ChatMessage, DeadLetter
from support.models.changes import LetterState


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the database knows of a command: its kind, its ticket, and whether it is kept for somebody to look at."""

    kind: str
    ticket_id: uuid.UUID | None
    fingerprint: str = ""
    held: bool = False


def outcome_of(user: User, command_id: uuid.UUID) -> Outcome | None:
    """The outcome of a person's own command; None while there is none, and for everybody else's."""
    return _change(user, command_id) or _message(user, command_id) or _letter(user, command_id)


def _change(user: User, command_id: uuid.UUID) -> Outcome | None:
    change = Change.objects.filter(pk=command_id, actor=user.actor).first()
    if change is None:
        return None
    return Outcome(kind=change.kind, ticket_id=change.ticket_id, fingerprint=change.fingerprint)


def _message(user: User, message_id: uuid.UUID) -> Outcome | None:
    message = ChatMessage.objects.filter(pk=message_id, author=user).first()
    if message is None:
        return None
    asked: Command = commands.PostMessage(
        id=message.pk,
        actor=user.actor,
        at=message.created_at,
        ticket_id=message.ticket_id,
        body=message.body,
        audience=message.audience,
        source=message.source,
    )
    return Outcome(kind="PostMessage", ticket_id=message.ticket_id, fingerprint=asked.fingerprint())


def _letter(user: User, command_id: uuid.UUID) -> Outcome | None:
    letter = DeadLetter.objects.filter(pk=command_id, state=LetterState.HELD).first()
    if letter is None or _actor_of(letter) != user.actor:
        return None
    return Outcome(kind=letter.kind, ticket_id=None, held=True)


def _actor_of(letter: DeadLetter) -> str:
    """Who sent it; "" when it was held because nobody can read it."""
    try:
        return str(getattr(decode(letter.payload), "actor", ""))
    except msgspec.DecodeError:
        return ""

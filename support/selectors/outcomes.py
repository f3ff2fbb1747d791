"""Outcomes: whether a command has become rows, asked when its receipt is late or lost.

Called by the faces after an accepted write. The fingerprint tells a repeat from another request under the same id,
which must not be shown as done.
"""

import uuid
from dataclasses import dataclass

import msgspec
import redis

from core import receipts
from core.contracts import Command, decode
from core.models import User
from core.problems import Refused
from core.receipts import Settled
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


def settled_of(user: User, command_id: uuid.UUID, *, unknown: str = "") -> Settled:
    """What became of a person's own command. While its receipt says pending or held, or is gone, the database decides.

    A held command may have been replayed since. Raises Refused not-found, for everybody else's and for none, with the
    sentence `unknown`; log-unavailable while nobody can tell.
    """
    try:
        known, can_tell = receipts.look_up(command_id), True
    except redis.RedisError:
        known, can_tell = None, False
    if known and known.actor != user.actor:
        raise Refused("not-found", unknown)
    if known and known.state in {"stored", "rejected"}:
        return known
    outcome = outcome_of(user, command_id)
    if outcome is not None:
        return _settled(outcome)
    if known is None:
        raise Refused("not-found", unknown) if can_tell else Refused("log-unavailable")
    return known


def _settled(outcome: Outcome) -> Settled:
    ticket_id = str(outcome.ticket_id) if outcome.ticket_id else None
    return Settled(state="held" if outcome.held else "stored", kind=outcome.kind, ticket_id=ticket_id)


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

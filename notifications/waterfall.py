"""The way of one command, step by step: accepted, taken, committed, announced, seen, mailed.

For operators. Put together when it is looked at, from what is there anyway: the message or change, the batch's moments
(`core.moments`), the cursors, the ledger. What nobody noted says so; nothing is guessed. Called by
`notifications.work_pages`. Must not write, and must not show what was written.
"""

import math
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import redis
from django.utils.translation import gettext_lazy as _

from core import moments
from core.ids import derive
from core.moments import Drained, Read
from notifications.models import EMAIL, WAITING, Delivery, State
from notifications.rules import RULES
from support.models import Change, ChatMessage, DeadLetter, Participant, SupportTicket
from support.workflow import Audience

# The web stamps a command before the log takes it, by a clock of its own.
CLOCKS_DIFFER: Final = timedelta(minutes=1)
MAILED: Final = (State.SENT, State.DELIVERED, State.OPENED, State.BOUNCED, State.COMPLAINED)
NARROWEST: Final = 1.0
LABELS: Final = {
    "accepted": _("Accepted"),
    "taken": _("Taken"),
    "committed": _("Committed"),
    "announced": _("Announced"),
    "seen": _("Seen"),
    "mailed": _("Mailed"),
}
UNKNOWN: Final = _("Not recorded")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One row: its moment and the milliseconds since acceptance, or why there is none; `x` and `width` of its bar,
    in hundredths of a scale that is logarithmic, because a drain takes milliseconds and a reader hours."""

    name: str
    at: datetime | None = None
    milliseconds: int | None = None
    says: Any = ""
    x: str = ""
    width: str = ""

    @property
    def label(self) -> Any:
        return LABELS[self.name]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What the command was: a message, a change of a ticket, or a letter that is held."""

    id: uuid.UUID
    kind: str
    at: datetime
    ticket: SupportTicket | None = None
    message: ChatMessage | None = None
    letter: DeadLetter | None = None


@dataclass(frozen=True, kw_only=True)
class Waterfall:
    """All of it. `batch` is None when its moments are not known any more."""

    subject: Subject
    steps: Sequence[Step]
    batch: Drained | None
    deliveries: Sequence[Delivery]


def subject_of(command_id: uuid.UUID) -> Subject | None:
    """What left a row under this id; three queries at most."""
    message = (
        ChatMessage.objects.defer("body").select_related("ticket", "author").filter(pk=command_id).first()
    )
    if message:
        return Subject(
            id=command_id, kind="PostMessage", at=message.created_at, ticket=message.ticket, message=message
        )
    letter = DeadLetter.objects.filter(pk=command_id).first()
    change = Change.objects.select_related("ticket", "user").filter(pk=command_id).first()
    if change:
        return Subject(id=command_id, kind=change.kind, at=change.created_at, ticket=change.ticket)
    return Subject(id=command_id, kind=letter.kind, at=letter.created_at, letter=letter) if letter else None


def waterfall(subject: Subject) -> Waterfall:
    """Its steps, whatever is known of them."""
    found, read = _recorded(subject)
    announced, batch = found or (None, None)
    deliveries = _deliveries(subject.id)
    accepted = batch.accepted_at(subject.id) if batch else None
    known: dict[str, datetime | Any] = {
        "accepted": _moment(accepted) if accepted else subject.at,
        "taken": _moment(batch.taken) if batch else UNKNOWN,
        "committed": _moment(batch.committed) if batch else UNKNOWN,
        "announced": _moment(announced) if announced else UNKNOWN,
    }
    if subject.message:
        known["seen"] = _seen(subject.message, read)
    known["mailed"] = _mailed(deliveries)
    return Waterfall(subject=subject, steps=_steps(known), batch=batch, deliveries=deliveries)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _recorded(subject: Subject) -> tuple[tuple[float, Drained] | None, Read | None]:
    """When its batch was announced, with the batch; and the first time the other side had read so far."""
    found, read = None, None
    try:
        for announced, batch in moments.since(subject.at - CLOCKS_DIFFER):
            if found is None and batch.accepted_at(subject.id) is not None:
                found = announced, batch
            read = next((each for each in batch.reads if _reaches(each, subject.message)), None)
            if found and (read or subject.message is None):
                break
    except redis.RedisError:
        return None, None
    return found, read


def _reaches(read: Read, message: ChatMessage | None) -> bool:
    if message is None or (read.ticket_id, read.is_support) != (message.ticket_id, not message.is_support):
        return False
    number = message.sequence(staff=read.is_support)
    return number is not None and read.sequence >= number


def _seen(message: ChatMessage, read: Read | None) -> datetime | Any:
    if read:
        return _moment(read.at)
    if message.audience != Audience.PUBLIC:
        return _("An internal note: whose colleague has read it is not recorded")
    if message.is_support:
        places = Participant.objects.filter(ticket=message.ticket, user=message.ticket.requester_id)
        reached = places.values_list("read_sequence", flat=True).first() or 0
        is_read = reached >= (message.public_sequence or 0)
    else:
        is_read = (message.ticket.staff_read_sequence or 0) >= message.staff_sequence
    return _("Seen, but when is not recorded") if is_read else _("Not yet")


def _deliveries(command_id: uuid.UUID) -> list[Delivery]:
    """By the ids that its events have: the ledger is indexed by those."""
    event_ids = [derive(command_id, kind.__name__) for kind in RULES]
    rows = Delivery.objects.filter(event_id__in=event_ids).select_related("recipient")
    return list(rows.order_by("transport", "created_at", "id"))


def _mailed(deliveries: Iterable[Delivery]) -> datetime | Any:
    mails = [row for row in deliveries if row.transport == EMAIL]
    left = [row.settled_at for row in mails if row.state in MAILED and row.settled_at]
    if left:
        return min(left)
    if any(row.state in WAITING for row in mails):
        return _("Waits to be mailed")
    return _("Nobody was mailed")


def _steps(known: dict[str, datetime | Any]) -> list[Step]:
    begin = known["accepted"]
    lengths = {
        name: max(0.0, (at - begin) / timedelta(milliseconds=1))
        for name, at in known.items()
        if isinstance(at, datetime)
    }
    longest = math.log1p(max(lengths.values())) or 1.0
    steps, last = [], 0.0
    for name, at in known.items():
        if name not in lengths:
            steps.append(Step(name=name, says=at))
            continue
        end = 100 * math.log1p(lengths[name]) / longest
        x = min(last, end, 100 - NARROWEST)
        width = max(NARROWEST, end - x)
        steps.append(
            Step(
                name=name,
                at=at,
                milliseconds=round(lengths[name]),
                x=f"{x:.2f}",
                width=f"{width:.2f}",
            )
        )
        last = end
    return steps

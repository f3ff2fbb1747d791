"""Seen: which notices in the app a person need not be told of any more.

Called by the drain inside its transaction: `mark_notices_seen` for the command, `see_what_was_read` for the batch's
cursors, so that reading a ticket empties the bell without a word of its own. Seeing only ever sets what is empty:
like a cursor it leaves no change row, and twice is once.
"""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from core.contracts import Event
from core.ids import derive
from core.problems import Refused
from notifications.models import IN_APP, SHOWN, WAITING, Delivery, State
from support.commands import MarkNoticesSeen
from support.events import NoticesSeen, ReadMoved, caused_by

_STILL_NEWS = (*WAITING, State.SENDING, *SHOWN)


def mark_notices_seen(command: MarkNoticesSeen) -> Sequence[Event]:
    """Theirs alone: somebody else's ids name nothing."""
    if command.actor_id is None:
        raise Refused("forbidden")
    rows = _news().filter(recipient_id=command.actor_id, created_at__lte=command.at)
    if command.notices:
        rows = rows.filter(id__in=command.notices)
    if command.about:
        rows = rows.filter(ticket_id=command.about)
    if not rows.update(seen_at=command.at):
        return []
    return [caused_by(command, NoticesSeen, user_id=command.actor_id)]


def see_what_was_read(batch: Sequence[Event]) -> list[Event]:
    """What these cursors passed is seen. One query for a batch in which nobody had news of what they read."""
    moves = {(move.user_id, move.ticket_id): move for move in batch if isinstance(move, ReadMoved)}
    if not moves:
        return []
    readers, tickets = zip(*moves, strict=True)
    concerned = _news().filter(recipient_id__in=readers, ticket_id__in=tickets)
    places = set(concerned.values_list("recipient_id", "ticket_id"))
    return [_seen_with(move) for place, move in moves.items() if place in places and _see(move)]


def _see(move: ReadMoved) -> bool:
    """Messages up to the cursor in the reader's own stream; of what has no place in it, all that came before."""
    stream = "staff_sequence" if move.is_support else "public_sequence"
    passed = Q(**{f"facts__{stream}__lte": move.sequence}) | Q(message_id=None, due_at__lte=move.at)
    rows = _news().filter(passed, recipient_id=move.user_id, ticket_id=move.ticket_id)
    return rows.update(seen_at=move.at) > 0


def _seen_with(move: ReadMoved) -> Event:
    return NoticesSeen(
        id=derive(move.id, NoticesSeen.__name__),
        command_id=move.command_id,
        actor=move.actor,
        at=move.at,
        user_id=move.user_id,
    )


def _news() -> QuerySet[Delivery]:
    return Delivery.objects.filter(transport=IN_APP, seen_at=None, state__in=_STILL_NEWS)

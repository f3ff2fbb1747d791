"""A ticket's thread as its reader sees it: bubbles, system lines and day separators, in order.

Pure: rows in, items out; no query, no HTML of its own. Called by the ticket page and the desk, drawn by
templates/support/partials/thread_items.html. The same rules (grouping, days, delivery words) live in the page's
script for what arrives later; keep both in step. Must not: show an internal note to a requester (selectors do not
load them) or say more of a change than its reader may know.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from support.file_list import with_files
from support.look import look_of
from support.models import Change, ChatMessage, SupportTicket
from support.richtext import to_html
from support.thread_chat import CHAT_LINES, told
from support.thread_items import Bubble, Day, Item, Reach, Reader, SystemLine
from support.thread_runs import in_runs, with_days
from support.workflow import Audience, Priority, Source

__all__ = ["Bubble", "Day", "Item", "Reach", "Reader", "SystemLine", "thread"]


def thread(
    ticket: SupportTicket,
    messages: Sequence[ChatMessage],
    changes: Iterable[Change],
    reader: Reader,
    *,
    complete: bool = True,
    names: Mapping[str, str] | None = None,
) -> list[Item]:
    """The items to draw. `complete`: the messages start at the first one, so the description opens the thread."""
    bubbles = [_bubble(message, reader) for message in messages]
    if complete and ticket.description:  # a live chat opens with its first message
        bubbles.insert(0, _opening(ticket, reader))
    told = [change for change in changes if _belongs_here(change, bubbles, ticket, reader)]
    lines = [line_of(change, reader, names or {}) for change in told]
    moments: list[Bubble | SystemLine] = [*bubbles, *(line for line in lines if line)]
    moments.sort(key=lambda moment: moment.at)
    in_runs(moments)
    return with_days(moments, localtime().date())


def _belongs_here(change: Change, bubbles: Sequence[Bubble], ticket: SupportTicket, reader: Reader) -> bool:
    """What happened before the first message of a page, or behind the last of an older page, is told elsewhere."""
    if not bubbles:
        return True
    newest = bubbles[-1].sequence >= ticket.last_sequence(staff=reader.staff)
    return bubbles[0].at <= change.created_at and (newest or change.created_at <= bubbles[-1].at)


def _opening(ticket: SupportTicket, reader: Reader) -> Bubble:
    mine = ticket.requester_id == reader.user.pk
    return Bubble(
        id="",  # it is no message: script leaves items without an id where they are
        sequence=0,
        sender="me" if mine else "requester",
        author=ticket.requester,
        at=ticket.created_at,
        html=_html(ticket.description, ticket.pk, ticket.files),
    )


def _bubble(message: ChatMessage, reader: Reader) -> Bubble:
    mine = message.author_id == reader.user.pk
    sequence = message.sequence(staff=reader.staff) or 0
    return Bubble(
        id=str(message.pk),
        sequence=sequence,
        sender=_sender(message, mine=mine),
        author=message.author,
        at=message.created_at,
        html=_html(message.body, message.ticket_id, message.files),
        ticket_id=message.ticket_id,
        by_mail=message.source == Source.EMAIL and (mine or reader.staff),
        state=_state(message, reader) if mine else "",
        unread=not mine and reader.read is not None and sequence > reader.read,
    )


def _html(body: str, ticket_id: uuid.UUID, files: Sequence[Mapping[str, Any]]) -> SafeString:
    return mark_safe(with_files(to_html(body), ticket_id, files))  # noqa: S308 - both clean what they write


def _sender(message: ChatMessage, *, mine: bool) -> str:
    if message.audience == Audience.STAFF:
        return "note"
    if mine:
        return "me"
    return "support" if message.is_support else "requester"


def _state(message: ChatMessage, reader: Reader) -> str:
    """How far it got with the other side; nobody outside the team sees a note."""
    sequence = message.sequence(staff=not reader.staff)
    if message.audience == Audience.STAFF or sequence is None:
        return "stored"
    if sequence <= reader.others.read:
        return "seen"
    return "delivered" if sequence <= reader.others.delivered else "stored"


def line_of(change: Change, reader: Reader, names: Mapping[str, str]) -> SystemLine | None:
    """What a change says in the thread; None for the kinds that only the history shows."""
    at, after = change.created_at, change.detail.get("to")
    if change.kind == "ChangeStatus" and after:
        look = look_of(after, staff=reader.staff)
        return SystemLine(
            icon=look.icon, at=at, sentence=told(_("Status changed to {status}"), status=look.label)
        )
    if change.kind == "ChangePriority" and after:
        before = Priority(change.detail.get("from") or after).label
        words = _("Priority changed from {before} to {after}").replace("{before}", str(before))
        return SystemLine(icon="flag", at=at, sentence=told(words, after=Priority(after).label))
    if change.kind == "AssignTicket" and after:
        who = names.get(str(after), _("Support"))
        return SystemLine(icon="user", at=at, sentence=told(_("{name} picked up this ticket"), name=who))
    if change.kind in CHAT_LINES:
        icon, sentence = CHAT_LINES[change.kind]
        return SystemLine(icon=icon, at=at, sentence=sentence(change, reader))
    return None

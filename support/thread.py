"""A ticket's thread as its reader sees it: bubbles, system lines and day separators, in order.

Pure: rows in, items out; no query, no HTML of its own. Called by the ticket page and the desk, drawn by
templates/support/partials/thread_items.html. The same rules (grouping, days, delivery words) live in the page's
script for what arrives later; keep both in step. Must not: show an internal note to a requester (selectors do not
load them) or say more of a change than its reader may know.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from core.models import User
from support.look import look_of
from support.models import Change, ChatMessage, SupportTicket
from support.richtext import to_html
from support.times import day_words
from support.workflow import Audience, Priority

# Messages of one sender within this time stand together under one name.
GROUPED_WITHIN: Final = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How far the other side has come, in the other side's own stream."""

    delivered: int = 0
    read: int = 0


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads: their side, how far they had read before this page, and how far the other side is."""

    user: User
    staff: bool = False
    read: int | None = None
    others: Reach = field(default_factory=Reach)


@dataclass(kw_only=True)
class Bubble:
    """One message. `sender` is me, support, requester or note; `state` only for the reader's own."""

    kind: str = "message"
    id: str
    sequence: int
    sender: str
    author: User | None
    at: datetime
    html: SafeString
    state: str = ""
    grouped: bool = False
    state_shown: bool = False
    unread: bool = False


@dataclass(kw_only=True)
class SystemLine:
    """Something happened: `who words what`, where who and what stand out; either may be empty."""

    kind: str = "system"
    icon: str
    at: datetime
    words: str
    who: str = ""
    what: str = ""


@dataclass(frozen=True, kw_only=True)
class Day:
    """A separator; `new` marks the first unread message."""

    kind: str = "day"
    label: str
    date: date
    new: bool = False


Item = Bubble | SystemLine | Day


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
    since = bubbles[0].at if bubbles else ticket.created_at
    lines = [_line(change, reader, names or {}) for change in changes if change.created_at >= since]
    moments: list[Bubble | SystemLine] = [*bubbles, *(line for line in lines if line)]
    moments.sort(key=lambda moment: moment.at)
    _show_states(moments)
    return _with_days(moments, localtime().date())


def _opening(ticket: SupportTicket, reader: Reader) -> Bubble:
    mine = ticket.requester_id == reader.user.pk
    return Bubble(
        id="",  # it is no message: script leaves items without an id where they are
        sequence=0,
        sender="me" if mine else "requester",
        author=ticket.requester,
        at=ticket.created_at,
        html=to_html(ticket.description),
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
        html=to_html(message.body),
        state=_state(message, reader) if mine else "",
        unread=not mine and reader.read is not None and sequence > reader.read,
    )


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


def _line(change: Change, reader: Reader, names: Mapping[str, str]) -> SystemLine | None:
    """What a change says in the thread; None for the kinds that only the history shows."""
    at, after = change.created_at, change.detail.get("to")
    if change.kind == "ChangeStatus" and after:
        look = look_of(after, staff=reader.staff)
        return SystemLine(icon=look.icon, at=at, words="Status changed to", what=look.label)
    if change.kind == "ChangePriority" and after:
        before = Priority(change.detail.get("from") or after).label
        words = f"Priority changed from {before} to"
        return SystemLine(icon="flag", at=at, words=words, what=Priority(after).label)
    if change.kind == "AssignTicket" and after:
        who = names.get(str(after), "Support")
        return SystemLine(icon="user", at=at, who=who, words="picked up this ticket")
    return None


def _show_states(moments: Sequence[Bubble | SystemLine]) -> None:
    """Group runs of one sender, and show the delivery state on the last message of a run only."""
    before: Bubble | SystemLine | None = None
    for moment in moments:
        if isinstance(moment, Bubble):
            moment.grouped = _belongs(moment, before)
            moment.state_shown = bool(moment.state)
            if moment.grouped and isinstance(before, Bubble):
                before.state_shown = before.state_shown and before.state != moment.state
        before = moment


def _belongs(bubble: Bubble, before: Bubble | SystemLine | None) -> bool:
    """To the message before it: same sender, same day, within minutes, and not the first unread one."""
    return (
        isinstance(before, Bubble)
        and (before.sender, before.author) == (bubble.sender, bubble.author)
        and bubble.at - before.at < GROUPED_WITHIN
        and localtime(bubble.at).date() == localtime(before.at).date()
        and bubble.unread == before.unread
    )


def _with_days(moments: Iterable[Bubble | SystemLine], today: date) -> list[Item]:
    items: list[Item] = []
    last: date | None = None
    marked = False
    for moment in moments:
        day = localtime(moment.at).date()
        first_unread = isinstance(moment, Bubble) and moment.unread and not marked
        if day != last or first_unread:
            items.append(_separator(day, today, changed=day != last, new=first_unread))
        marked, last = marked or first_unread, day
        items.append(moment)
    return items


def _separator(day: date, today: date, *, changed: bool, new: bool) -> Day:
    words = day_words(day, today)
    if not new:
        return Day(label=words, date=day)
    lowered = words.lower() if words in {"Today", "Yesterday"} else words
    return Day(label=f"New messages, {lowered}" if changed else "New messages", date=day, new=True)

"""What a thread is made of: who reads it, and the bubbles, system lines and days that are drawn.

Plain records, built by support.thread and read by templates/support/partials/thread_items.html, which tells them
apart by `kind`.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.safestring import SafeString

from core.models import User


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
    ticket_id: uuid.UUID | None = None
    by_mail: bool = False  # it came by mail, and this reader may read all of that


@dataclass(kw_only=True)
class SystemLine:
    """Something happened, in a whole sentence of the reader's language."""

    kind: str = "system"
    icon: str
    at: datetime
    sentence: SafeString


@dataclass(frozen=True, kw_only=True)
class Day:
    """A separator; `new` marks the first unread message."""

    kind: str = "day"
    label: str
    date: date
    new: bool = False


Item = Bubble | SystemLine | Day

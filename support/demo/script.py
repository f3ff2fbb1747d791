"""The words a demo ticket is told in: who did what, and when, seen from the moment the demo is loaded.

Plain data, read by `support.demo.build`. Times are relative, so that the demo never looks old.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from support.workflow import Audience, Priority, Source, Status, TicketType

Moment = Callable[[datetime], datetime]
OFFICE = ZoneInfo("Australia/Melbourne")
SATURDAY = 5


def minutes_ago(minutes: int) -> Moment:
    """Just now, for what is still going on."""
    return lambda now: now - timedelta(minutes=minutes)


def days_ago(days: int, clock: str) -> Moment:
    """That many working days back, at an hour of the Melbourne office: nobody answers on a Sunday at 3 am."""

    def moment(now: datetime) -> datetime:
        day, left = now.astimezone(OFFICE).date(), days
        while left:
            day -= timedelta(days=1)
            left -= day.weekday() < SATURDAY
        return datetime.combine(day, time.fromisoformat(clock), OFFICE)

    return moment


@dataclass(frozen=True)
class Step:
    """Something `who` (a user name) did at a moment."""

    who: str
    when: Moment


@dataclass(frozen=True)
class Says(Step):
    """Wrote a message."""

    text: str
    audience: Audience = Audience.PUBLIC


@dataclass(frozen=True)
class Notes(Says):
    """Wrote an internal note."""

    audience: Audience = Audience.STAFF


@dataclass(frozen=True)
class Moves(Step):
    """Changed the status."""

    status: Status


@dataclass(frozen=True)
class Assigns(Step):
    """Gave the ticket to an agent."""

    agent: str


@dataclass(frozen=True)
class Presses(Step):
    """Changed the priority."""

    priority: Priority


@dataclass(frozen=True)
class Labels(Step):
    """Replaced the tags."""

    tags: tuple[str, ...]


@dataclass(frozen=True)
class Reads(Step):
    """Saw everything that was in the thread by then."""


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A ticket from its opening on. `key` is for ids and never changes."""

    key: str
    requester: str
    when: Moment
    subject: str
    description: str = ""
    priority: Priority = Priority.MEDIUM
    ticket_type: TicketType = TicketType.QUESTION
    tags: tuple[str, ...] = ()
    page: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def source(self) -> Source:
        return Source.WEB


@dataclass(frozen=True, kw_only=True)
class Chat(Ticket):
    """A ticket that began as its requester's first live chat; a person has at most one of them in the demo."""

    @property
    def source(self) -> Source:
        return Source.CHAT

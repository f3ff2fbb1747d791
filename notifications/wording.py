"""Wording: the parts that several notices share, in the active language. Pure; called by notices alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.text import Truncator
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from support import times
from support.models import SupportTicket
from support.workflow import Priority, Status, TicketType
from support.zones import zone_or_ours

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PREHEADER: Final = 110  # what phones show beside the subject
Pill = tuple[str, str, str]  # mark, label, colour: the mark says without colour what the colour says


@dataclass(frozen=True, kw_only=True)
class Move:
    """What a status is to a requester: its pill, a heading, the same as a line that names the ticket, what is next."""

    mark: str
    label: "StrOrPromise"
    colour: str
    heading: "StrOrPromise"
    line: "StrOrPromise"
    next_step: "StrOrPromise"

    @property
    def pill(self) -> Pill:
        """As a pill shows it."""
        return (self.mark, str(self.label), self.colour)


TO_REQUESTER: Final[dict[Status, Move]] = {
    Status.OPEN: Move(
        mark="●",
        label=_("Open"),
        colour="open",
        heading=_("Your ticket is open"),
        line=_("Your ticket {reference} is open"),
        next_step=_("It’s in our inbox. We’ll write here as soon as there’s news."),
    ),
    Status.IN_PROGRESS: Move(
        mark="◐",
        label=_("In progress"),
        colour="open",
        heading=_("We’re working on your ticket"),
        line=_("We’re working on your ticket {reference}"),
        next_step=_("We’ll write as soon as there’s news."),
    ),
    Status.WAITING_USER: Move(
        mark="◔",
        label=_("Waiting on you"),
        colour="waiting",
        heading=_("We need something from you"),
        line=_("We need something from you for ticket {reference}"),
        next_step=_("Reply when you can, and we’ll carry on."),
    ),
    Status.RESOLVED: Move(
        mark="✓",
        label=_("Resolved"),
        colour="resolved",
        heading=_("Your ticket is resolved"),
        line=_("Your ticket {reference} is resolved"),
        next_step=_("Not quite right? Reply and we’ll look again."),
    ),
    Status.CLOSED: Move(
        mark="✓",
        label=_("Closed"),
        colour="note",
        heading=_("Your ticket is closed"),
        line=_("Your ticket {reference} is closed"),
        next_step=_("Need more help? Open a new ticket any time."),
    ),
}
OPEN_AGAIN: Final = Move(
    mark="●",
    label=_("Open"),
    colour="open",
    heading=_("Your ticket is open again"),
    line=_("Your ticket {reference} is open again"),
    next_step=TO_REQUESTER[Status.OPEN].next_step,
)
_STEPS: Final = (_("Opened"), _("In progress"), _("Resolved"))
_REACHED: Final = {
    Status.OPEN: 1,
    Status.IN_PROGRESS: 2,
    Status.WAITING_USER: 2,
    Status.RESOLVED: 3,
    Status.CLOSED: 3,
}
_PRESSING: Final = {Priority.HIGH: _("High priority"), Priority.URGENT: _("Urgent priority")}


def move(status: Status, before: str = "") -> Move:
    """What a change of status is to the requester."""
    again = status is Status.OPEN and before in {Status.RESOLVED, Status.CLOSED}
    return OPEN_AGAIN if again else TO_REQUESTER[status]


def progress(status: Status) -> list[tuple[str, bool, bool]]:
    """The steps of a ticket: label, whether it is done, whether it is the latest."""
    reached = _REACHED[status]
    return [(str(label), step <= reached, step == reached) for step, label in enumerate(_STEPS, start=1)]


def facts(ticket: SupportTicket) -> list[tuple[str, str]]:
    """What support wants to know at a glance."""
    known = [
        (said("Ticket"), ticket.reference),
        (said("Type"), str(TicketType(ticket.ticket_type).label)),
        (said("Tags"), ", ".join(ticket.tags)),
        (said("Page"), ticket.current_url),
    ]
    return [(name, value) for name, value in known if value]


def status_pill(ticket: SupportTicket) -> Pill:
    """The status in support's own words."""
    return ("", str(Status(ticket.status).label), "note")


def priority_pill(ticket: SupportTicket) -> list[Pill]:
    """A pill for what presses, none for the rest."""
    label = pressing(ticket)
    return [("", label, "high")] if label else []


def pressing(ticket: SupportTicket) -> str:
    """Only what is out of the ordinary is worth a word."""
    return str(_PRESSING.get(Priority(ticket.priority), ""))


def because(ticket: SupportTicket, *, is_support: bool) -> str:
    """Why this reader gets this mail."""
    words = (
        said("You get this because you handle ticket {reference}.")
        if is_support
        else said("You get this because you opened ticket {reference}.")
    )
    return words.format(reference=ticket.reference)


def one_line(text: str) -> str:
    """A preheader: the beginning of a text, on one line."""
    return Truncator(" ".join(text.split())).chars(PREHEADER)


def local(at: datetime, timezone: str) -> str:
    """Monday 9 March, 3:41 pm, on the reader's own clock."""
    here = at.astimezone(zone_or_ours(timezone))
    day = times.date_words(here.date(), here.date())
    return said("{day}, {time}").format(day=day, time=times.clock(here))

"""Wording: the parts that several notices share. Pure; called by notifications.notices only."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.text import Truncator

from support.models import SupportTicket
from support.workflow import Priority, Status, TicketType

PREHEADER: Final = 110  # what phones show beside the subject
Pill = tuple[str, str, str]  # mark, label, colour: the mark says without colour what the colour says

# What each status is to a requester: pill, heading, the sentence below it.
TO_REQUESTER: Final[dict[Status, tuple[Pill, str, str]]] = {
    Status.OPEN: (
        ("●", "Open", "open"),
        "Your ticket is open",
        "It’s in our inbox. We’ll write here as soon as there’s news.",
    ),
    Status.IN_PROGRESS: (
        ("◐", "In progress", "open"),
        "We’re working on your ticket",
        "We’ll write as soon as there’s news.",
    ),
    Status.WAITING_USER: (
        ("◔", "Waiting on you", "waiting"),
        "We need something from you",
        "Reply when you can, and we’ll carry on.",
    ),
    Status.RESOLVED: (
        ("✓", "Resolved", "resolved"),
        "Your ticket is resolved",
        "Not quite right? Reply and we’ll look again.",
    ),
    Status.CLOSED: (
        ("✓", "Closed", "note"),
        "Your ticket is closed",
        "Need more help? Open a new ticket any time.",
    ),
}
_STEPS: Final = ("Opened", "In progress", "Resolved")
_REACHED: Final = {
    Status.OPEN: 1,
    Status.IN_PROGRESS: 2,
    Status.WAITING_USER: 2,
    Status.RESOLVED: 3,
    Status.CLOSED: 3,
}


def progress(status: Status) -> list[tuple[str, bool, bool]]:
    """The steps of a ticket: label, whether it is done, whether it is the latest."""
    reached = _REACHED[status]
    return [(label, step <= reached, step == reached) for step, label in enumerate(_STEPS, start=1)]


def facts(ticket: SupportTicket) -> list[tuple[str, str]]:
    """What support wants to know at a glance."""
    known = [("Ticket", ticket.reference), ("Type", str(TicketType(ticket.ticket_type).label))]
    known += [("Tags", ", ".join(ticket.tags)), ("Page", ticket.current_url)]
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
    priority = Priority(ticket.priority)
    return f"{priority.label} priority" if priority in {Priority.HIGH, Priority.URGENT} else ""


def because(ticket: SupportTicket, *, is_support: bool) -> str:
    """Why this reader gets this mail."""
    part = "handle" if is_support else "opened"
    return f"You get this because you {part} ticket {ticket.reference}."


def one_line(text: str) -> str:
    """A preheader: the beginning of a text, on one line."""
    return Truncator(" ".join(text.split())).chars(PREHEADER)


def local(at: datetime, timezone: str) -> str:
    """Monday 9 March, 3:41 pm, on the reader's own clock."""
    here = at.astimezone(_zone(timezone))
    return (
        f"{here:%A} {here.day} {here:%B}, {here.hour % 12 or 12}:{here:%M} {'am' if here.hour < 12 else 'pm'}"
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (KeyError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)

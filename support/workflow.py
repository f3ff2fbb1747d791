"""The workflow of a ticket: its words, and which status may follow which.

Pure data. The API's and the pages' choices, the service's refusal and the desk's menu all come from here.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a ticket is."""

    OPEN = "OPEN", _("Open")
    IN_PROGRESS = "IN_PROGRESS", _("In progress")
    WAITING_USER = "WAITING_USER", _("Waiting on requester")
    RESOLVED = "RESOLVED", _("Resolved")
    CLOSED = "CLOSED", _("Closed")


class Priority(models.TextChoices):
    """How much it presses."""

    LOW = "LOW", _("Low")
    MEDIUM = "MEDIUM", _("Normal")
    HIGH = "HIGH", _("High")
    URGENT = "URGENT", _("Urgent")


class TicketType(models.TextChoices):
    """What kind of help is asked for."""

    QUESTION = "QUESTION", _("Question")
    BUG = "BUG", _("Problem")
    FEATURE = "FEATURE", _("Suggestion")
    TASK = "TASK", _("Request")


class Audience(models.TextChoices):
    """Who may read a message; `staff` is an internal note."""

    PUBLIC = "public", _("Everyone in the ticket")
    STAFF = "staff", _("Staff only")


class Source(models.TextChoices):
    """How a message came in."""

    WEB = "web", _("Page")
    CHAT = "chat", _("Chat")
    EMAIL = "email", _("E-mail")
    SYSTEM = "system", _("System")


class Availability(models.TextChoices):
    """What an agent declares."""

    ONLINE = "online", _("Online")
    AWAY = "away", _("Away")
    OFFLINE = "offline", _("Offline")


class PromiseKind(models.TextChoices):
    """What a reply was promised to."""

    TICKET = "ticket", _("Ticket")
    CHAT = "chat", _("Chat")
    MESSAGE = "message", _("Message")


class PromiseOutcome(models.TextChoices):
    """What came of a promised reply."""

    OPEN = "open", _("Open")
    KEPT = "kept", _("Kept")
    BROKEN = "broken", _("Broken")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Pin(models.TextChoices):
    """How long an agent stays online without an open page."""

    HALF_HOUR = "30m", _("30 minutes")
    HOUR = "1h", _("1 hour")
    FOUR_HOURS = "4h", _("4 hours")
    DAY = "day", _("Until the day ends")


ACTIVE = frozenset({Status.OPEN, Status.IN_PROGRESS, Status.WAITING_USER})

ALLOWED: dict[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.IN_PROGRESS, Status.WAITING_USER, Status.RESOLVED, Status.CLOSED}),
    Status.IN_PROGRESS: frozenset({Status.OPEN, Status.WAITING_USER, Status.RESOLVED, Status.CLOSED}),
    Status.WAITING_USER: frozenset({Status.OPEN, Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED}),
    Status.RESOLVED: frozenset({Status.OPEN, Status.IN_PROGRESS, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.OPEN}),
}

# What a requester may do with their own ticket: say that it is solved, or that it is not.
REQUESTER_ALLOWED: dict[Status, frozenset[Status]] = {
    status: frozenset({Status.RESOLVED} if status in ACTIVE else {Status.OPEN}) for status in Status
}


def allowed(before: str, after: str, *, staff: bool = True) -> bool:
    """Whether a ticket may go from one status to the other, asked for by staff or by its requester."""
    table = ALLOWED if staff else REQUESTER_ALLOWED
    return Status(after) in table[Status(before)]

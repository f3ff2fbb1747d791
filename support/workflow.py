"""The workflow of a ticket: its words, and which status may follow which.

Pure data. The API's and the pages' choices, the service's refusal and the desk's menu all come from here.
"""

from django.db import models


class Status(models.TextChoices):
    """Where a ticket is."""

    OPEN = "OPEN", "Open"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    WAITING_USER = "WAITING_USER", "Waiting on requester"
    RESOLVED = "RESOLVED", "Resolved"
    CLOSED = "CLOSED", "Closed"


class Priority(models.TextChoices):
    """How much it presses."""

    LOW = "LOW", "Low"
    MEDIUM = "MEDIUM", "Normal"
    HIGH = "HIGH", "High"
    URGENT = "URGENT", "Urgent"


class TicketType(models.TextChoices):
    """What kind of help is asked for."""

    QUESTION = "QUESTION", "Question"
    BUG = "BUG", "Problem"
    FEATURE = "FEATURE", "Suggestion"
    TASK = "TASK", "Request"


class Audience(models.TextChoices):
    """Who may read a message; `staff` is an internal note."""

    PUBLIC = "public", "Everyone in the ticket"
    STAFF = "staff", "Staff only"


class Source(models.TextChoices):
    """How a message came in."""

    WEB = "web", "Page"
    CHAT = "chat", "Chat"
    EMAIL = "email", "E-mail"
    SYSTEM = "system", "System"


class Availability(models.TextChoices):
    """What an agent declares."""

    ONLINE = "online", "Online"
    AWAY = "away", "Away"
    OFFLINE = "offline", "Offline"


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

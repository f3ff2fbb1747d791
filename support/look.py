"""How a status, a priority and a presence look: icon, tone and word, always together.

Pure tables, the same for pages, the desk, e-mail and the thread's system lines. Words come before colour (every tone
has its shape and its word), so nothing here may be shown without its label.
"""

from dataclasses import dataclass
from typing import Final

from support.workflow import Priority, Status


@dataclass(frozen=True, kw_only=True)
class Look:
    """An icon of the sprite, a tone of the stylesheet, a word."""

    icon: str
    tone: str
    label: str


STATUS: Final[dict[str, Look]] = {
    Status.OPEN: Look(icon="st-open", tone="brand", label="Open"),
    Status.IN_PROGRESS: Look(icon="st-progress", tone="info", label="In progress"),
    Status.WAITING_USER: Look(icon="st-waiting", tone="warning", label="Waiting on you"),
    Status.RESOLVED: Look(icon="st-resolved", tone="success", label="Resolved"),
    Status.CLOSED: Look(icon="st-closed", tone="neutral", label="Closed"),
}
PRIORITY: Final[dict[str, Look]] = {
    Priority.LOW: Look(icon="pr-low", tone="neutral", label="Low"),
    Priority.MEDIUM: Look(icon="pr-normal", tone="neutral", label="Normal"),
    Priority.HIGH: Look(icon="pr-high", tone="warning", label="High"),
    Priority.URGENT: Look(icon="pr-urgent", tone="danger", label="Urgent"),
}
# In the order a message passes through them; the last two are where it stops.
DELIVERY: Final[dict[str, Look]] = {
    "sending": Look(icon="clock", tone="neutral", label="Sending…"),
    "accepted": Look(icon="clock", tone="neutral", label="Sending…"),
    "stored": Look(icon="check", tone="neutral", label="Sent"),
    "delivered": Look(icon="check-double", tone="neutral", label="Delivered"),
    "seen": Look(icon="check-double", tone="success", label="Seen"),
    "failed": Look(icon="alert-circle", tone="danger", label="Not sent."),
    "held": Look(icon="info", tone="warning", label="We’ve kept your message and are looking at it."),
}
_WAITING_FOR_STAFF: Final = Look(icon="st-waiting", tone="warning", label=Status.WAITING_USER.label)


def look_of(status: str, *, staff: bool) -> Look:
    """A status as its reader understands it: "Waiting on you" is somebody else's for the desk."""
    return _WAITING_FOR_STAFF if staff and status == Status.WAITING_USER else STATUS[status]

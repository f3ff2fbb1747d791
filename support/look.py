"""How a status, a priority and a presence look: icon, tone and word, always together.

Pure tables, the same for pages, the desk, e-mail and the thread's system lines. Words come before colour (every tone
has its shape and its word), so nothing here may be shown without its label.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from support.workflow import Priority, Status

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, kw_only=True)
class Look:
    """An icon of the sprite, a tone of the stylesheet, a word."""

    icon: str
    tone: str
    word: "StrOrPromise"

    @property
    def label(self) -> str:
        """The word in the reader's language."""
        return str(self.word)


STATUS: Final[dict[str, Look]] = {
    Status.OPEN: Look(icon="st-open", tone="brand", word=_("Open")),
    Status.IN_PROGRESS: Look(icon="st-progress", tone="info", word=_("In progress")),
    Status.WAITING_USER: Look(icon="st-waiting", tone="warning", word=_("Waiting on you")),
    Status.RESOLVED: Look(icon="st-resolved", tone="success", word=_("Resolved")),
    Status.CLOSED: Look(icon="st-closed", tone="neutral", word=_("Closed")),
}
PRIORITY: Final[dict[str, Look]] = {
    Priority.LOW: Look(icon="pr-low", tone="neutral", word=_("Low")),
    Priority.MEDIUM: Look(icon="pr-normal", tone="neutral", word=_("Normal")),
    Priority.HIGH: Look(icon="pr-high", tone="warning", word=_("High")),
    Priority.URGENT: Look(icon="pr-urgent", tone="danger", word=_("Urgent")),
}
# In the order a message passes through them; the last two are where it stops.
DELIVERY: Final[dict[str, Look]] = {
    "sending": Look(icon="clock", tone="neutral", word=_("Sending…")),
    "accepted": Look(icon="clock", tone="neutral", word=_("Sending…")),
    "stored": Look(icon="check", tone="neutral", word=_("Sent")),
    "delivered": Look(icon="check-double", tone="neutral", word=_("Delivered")),
    "seen": Look(icon="check-double", tone="success", word=_("Seen")),
    "failed": Look(icon="alert-circle", tone="danger", word=_("Not sent.")),
    "held": Look(icon="info", tone="warning", word=_("We’ve kept your message and are looking at it.")),
}
# How a chat was, from one to five.
RATINGS: Final["tuple[StrOrPromise, ...]"] = (_("Poor"), _("Fair"), _("Okay"), _("Good"), _("Great"))
_WAITING_FOR_STAFF: Final = Look(icon="st-waiting", tone="warning", word=Status.WAITING_USER.label)


def look_of(status: str, *, staff: bool) -> Look:
    """A status as its reader understands it: "Waiting on you" is somebody else's for the desk."""
    return _WAITING_FOR_STAFF if staff and status == Status.WAITING_USER else STATUS[status]

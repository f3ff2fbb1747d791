"""How a delivery looks: icon, tone and word of its state, always together. A pure table, as `support.look` is."""

from typing import Final

from django.utils.translation import gettext_lazy

from notifications.models import WAITING, Delivery, State
from support.look import Look

LOOKS: Final[dict[str, Look]] = {
    State.PLANNED: Look(icon="clock", tone="neutral", word=State.PLANNED.label),
    State.WITHHELD: Look(icon="info", tone="neutral", word=State.WITHHELD.label),
    State.QUEUED: Look(icon="refresh", tone="warning", word=State.QUEUED.label),
    State.SENDING: Look(icon="send", tone="info", word=State.SENDING.label),
    State.SENT: Look(icon="check", tone="neutral", word=State.SENT.label),
    State.DELIVERED: Look(icon="check-double", tone="success", word=State.DELIVERED.label),
    State.OPENED: Look(icon="eye", tone="success", word=State.OPENED.label),
    State.BOUNCED: Look(icon="alert-circle", tone="danger", word=State.BOUNCED.label),
    State.COMPLAINED: Look(icon="flag", tone="danger", word=State.COMPLAINED.label),
    State.FAILED: Look(icon="alert-circle", tone="danger", word=State.FAILED.label),
    State.UNCERTAIN: Look(icon="help", tone="warning", word=State.UNCERTAIN.label),
    State.CANCELLED: Look(icon="x", tone="neutral", word=State.CANCELLED.label),
}
HELD: Final = Look(icon="alert", tone="warning", word=gettext_lazy("Held"))


def look_of(row: Delivery) -> Look:
    """The look of a row; one that is held says so first."""
    return HELD if row.held and row.state in WAITING else LOOKS[row.state]

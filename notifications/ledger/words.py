"""Deliveries in words: what the desk says of a mail under a message.

Pure: a row with its recipient loaded in, words in the active language and zone out. What went wrong is said together
with what to do about it. Must not say what was written.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.ledger.looks import look_of
from notifications.models import WAITING, Delivery, State
from support import times
from support.look import Look

_SENTENCES: Final = {
    State.PLANNED: gettext_lazy("Email to {name} leaves {at}, unless they read it before."),
    State.WITHHELD: gettext_lazy("Not mailed to {name}. {why}."),
    State.QUEUED: gettext_lazy("Email to {name} didn’t get through yet. We try again {at}."),
    State.SENDING: gettext_lazy("Email to {name} is on its way."),
    State.SENT: gettext_lazy("Mailed to {name}, {at}"),
    State.DELIVERED: gettext_lazy("Mailed to {name}, delivered {at}"),
    State.OPENED: gettext_lazy("Mailed to {name}, opened {at}"),
    State.BOUNCED: gettext_lazy("Email to {name} came back {at}. Check the address with them."),
    State.COMPLAINED: gettext_lazy(
        "{name} marked our email as spam {at}. Ask how they’d like to hear from us."
    ),
    State.FAILED: gettext_lazy("Email to {name} failed. Check the address, or tell them another way."),
    State.UNCERTAIN: gettext_lazy(
        "We don’t know whether the email to {name} left. Ask them, or have a support admin send it again."
    ),
    State.CANCELLED: gettext_lazy("Email to {name} was cancelled."),
}
_HELD: Final = gettext_lazy("Email to {name} is held: too many at once. A support admin can release it.")


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is said under a message: a sentence, what the other side answered, and how it looks."""

    look: Look
    words: str
    cause: str = ""


def line_of(row: Delivery) -> Line:
    """One mail, in a sentence."""
    is_held = row.held and row.state in WAITING
    sentence = _HELD if is_held else _SENTENCES[State(row.state)]
    moment = _moment_of(row)
    words = str(sentence).format(
        name=name_of(row), at=_said(moment) if moment else "", why=row.get_reason_display()
    )
    return Line(look=look_of(row), words=words, cause=row.cause)


def name_of(row: Delivery) -> str:
    """Who it is for: a first name, else the address that has no account."""
    if row.recipient:
        return row.recipient.display_name
    return row.address or _("{brand} Support").format(brand=settings.BRAND_NAME)


def _moment_of(row: Delivery) -> datetime | None:
    seen = {
        State.DELIVERED: row.delivered_at,
        State.OPENED: row.opened_at,
        State.BOUNCED: row.bounced_at,
        State.COMPLAINED: row.complained_at,
    }
    if row.state in WAITING:
        return row.due_at
    return seen.get(State(row.state)) or row.settled_at


def _said(at: datetime) -> str:
    """10:24 am, and the day unless it is today."""
    here, now = localtime(at), localtime()
    return times.clock(here) if here.date() == now.date() else times.moment_words(here, now)

"""Template tags of deliveries: how a row looks, who it is for, what may be done; what is said under a message.

Called by templates only. `mails_about` asks once for a whole thread; the others ask for nothing.
"""

from collections.abc import Iterable

from django import template
from django.utils import timezone

from notifications.ledger import looks, words
from notifications.ledger.lists import REPLAYABLE
from notifications.ledger.thread import Mails, mails_of
from notifications.ledger.totals import Totals, totals
from notifications.models import WAITING, Delivery, RunAction
from notifications.transports.registry import TRANSPORTS
from support.look import Look
from support.models import SupportTicket
from support.thread_items import Bubble, Item

register = template.Library()


@register.filter
def delivery_look(row: Delivery) -> Look:
    """Icon, tone and word of its state."""
    return looks.look_of(row)


@register.filter
def delivery_name(row: Delivery) -> str:
    """Who it is for."""
    return words.name_of(row)


@register.filter
def by_transport(row: Delivery) -> str:
    """What people call its means."""
    known = TRANSPORTS.get(row.transport)
    return str(known.label) if known else row.transport


@register.filter
def delivery_actions(row: Delivery) -> list[tuple[str, str]]:
    """What a support admin may do with it."""
    if row.state in WAITING and row.held:
        offered = [RunAction.RELEASE, RunAction.CANCEL]
    elif row.state in WAITING:
        offered = [RunAction.REPLAY, RunAction.CANCEL]
    else:
        offered = [RunAction.REPLAY] if row.state in REPLAYABLE and row.account_mail_id is None else []
    return [(action.value, str(action.label)) for action in offered]


@register.simple_tag
def mails_about(ticket: SupportTicket, items: Iterable[Item]) -> Mails:
    """What became of the mails about these messages, and about the ticket itself."""
    return mails_of(ticket, [item.id for item in items if isinstance(item, Bubble) and item.id])


@register.filter
def said_of(mails: Mails, message_id: str) -> list[words.Line]:
    """The lines of one message."""
    return mails.lines.get(message_id, [])


@register.simple_tag
def ledger_totals() -> Totals:
    """How many are in which state, and what is due."""
    return totals(timezone.now())

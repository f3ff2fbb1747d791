"""Promises kept by the services: made when something of a requester's is accepted, settled by the first reply.

Called by the services of tickets and messages. What is promised is read once for a batch (`standing`): two small
queries, whatever the number of promises; figures are a beat's (`support.services.reply_times`).
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.db.models import Model

from core import languages, rows
from core.contracts import Command
from core.ids import derive
from core.models import User
from support import commands, selectors
from support.models import ReplyPromise, SupportTicket
from support.probing import PROBE_ID
from support.promise_words import sentence
from support.promises import Figure
from support.workflow import PromiseOutcome
from support.zones import zone_or_ours

SETTLING = (commands.PostMessage, commands.ChangeStatus)
# The outcome stands in the text, for the index of what is open.
_OPEN = f"ticket_id = ANY(%s) AND outcome = '{PromiseOutcome.OPEN.value}' ORDER BY made_at DESC"


class Standing:
    """Whether support is there, and what its replies take: what a batch promises."""

    def __init__(self, availability: str, figures: Mapping[str, Figure]) -> None:
        self.availability, self.figures = availability, figures


def standing() -> Standing:
    """As of now."""
    return Standing(selectors.online_status().availability, selectors.figures())


def open_promises(
    batch: Iterable[Command], tickets: Mapping[uuid.UUID, SupportTicket]
) -> Callable[[], list[ReplyPromise]]:
    """Ask for what the batch's tickets still wait for, the newest first."""
    named = {command.ticket_id for command in batch if isinstance(command, SETTLING)} & tickets.keys()
    return rows.ask(ReplyPromise, _OPEN, list(named)) if named else list


def promised(
    command: Command, standing: Standing, ticket: SupportTicket, requester: User, kind: str
) -> list[Model]:
    """A reply is promised from here on; to the self-probe none is."""
    if requester.pk == PROBE_ID:
        return []
    now = command.at.astimezone(zone_or_ours(requester.timezone))
    found = selectors.promise_for(standing.availability, standing.figures, command.at)
    with languages.reading(requester.language):
        words = sentence(found, now)
    return [
        ReplyPromise(
            id=derive(command.id, "promise"),
            ticket=ticket,
            requester=requester,
            kind=kind,
            availability=found.availability,
            words=words,
            is_default=found.is_default,
            made_at=command.at,
            due_at=found.due_at,
        )
    ]


def replied(promise: ReplyPromise | None, at: datetime) -> list[Model]:
    """Support wrote: kept, or broken."""
    if promise is None or promise.outcome != PromiseOutcome.OPEN:
        return []
    promise.replied_at = at
    promise.outcome = PromiseOutcome.KEPT if at <= promise.due_at else PromiseOutcome.BROKEN
    return [promise]


def withdrawn(promise: ReplyPromise | None, at: datetime) -> list[Model]:
    """Nothing is left to reply to: what was overdue by then stays broken."""
    if promise is None or promise.outcome != PromiseOutcome.OPEN:
        return []
    promise.outcome = PromiseOutcome.WITHDRAWN if at <= promise.due_at else PromiseOutcome.BROKEN
    return [promise]

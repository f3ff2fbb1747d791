"""Applying: a batch of commands through their services, flushed together; the culprit of a failure is set apart.

Called by the drain inside its transaction. Poison is a value PostgreSQL refuses or an exception the service itself
raises (`workers.blame`); everything else goes up and leaves the log as it is.
"""

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import DatabaseError, OperationalError, transaction

from core import rows
from core.contracts import Command, Event, kind_of
from core.failpoints import reached
from core.logs import about
from core.problems import Refused
from notifications import services as notifications
from support import services
from support.models import ChatMessage, SupportTicket
from support.services.loading import load
from support.services.work import Outcome, Work
from workers.blame import passes
from workers.letters import settle_letters

logger = logging.getLogger(__name__)
Tickets = dict[uuid.UUID, SupportTicket]
BY_NOTIFICATIONS = tuple(notifications.SERVICES)


@dataclass(kw_only=True)
class Applied:
    """What a batch did. `refusals` and `held` are keyed by the entry's place in the batch."""

    events: list[Event] = field(default_factory=list)
    messages: dict[uuid.UUID, ChatMessage] = field(default_factory=dict)
    tickets: Tickets = field(default_factory=dict)
    refusals: dict[int, Refused] = field(default_factory=dict)
    held: dict[int, str] = field(default_factory=dict)

    def take_over(self, other: "Applied", place: int) -> None:
        """Add what a lone command did, at its place."""
        self.events += other.events
        self.messages |= other.messages
        self.tickets |= other.tickets
        for refused in other.refusals.values():
            self.refusals[place] = refused


def apply(batch: Sequence[Command], tickets: Tickets, refused: Mapping[int, Refused]) -> Applied:
    """All of them together; one by one when together they fail. `refused`: at which place that was said before."""
    try:
        with transaction.atomic():
            return _together(batch, tickets, refused)
    except Exception as error:
        _require_poison(error)
        logger.exception("drain: a batch of %d failed; applying it one by one", len(batch))
        return _one_by_one(batch, tickets, refused)


def _require_poison(error: Exception) -> None:
    """Raises what leaves the log as it is, when no command is to blame."""
    if not passes(error):
        return
    if isinstance(error, DatabaseError) and not isinstance(error, OperationalError):
        raise OperationalError(str(error)) from error
    raise error


def _together(batch: Sequence[Command], tickets: Tickets, refused: Mapping[int, Refused]) -> Applied:
    applied, new = Applied(refusals=dict(refused)), list[Event]()
    work = load([c for c in batch if not isinstance(c, BY_NOTIFICATIONS)], tickets)
    for place, command in enumerate(batch):
        if place in refused:
            continue
        with about(command.id):
            reached("apply.before", command.id)
            try:
                outcome = _run(work, command)
                applied.events += outcome.events
                # A repeat was planned with the first time; planned anew it would tell whom it concerns by now.
                new += [] if outcome.is_repeat else outcome.events
            except Refused as why:
                applied.refusals[place] = why
            reached("apply.after", place)
    with rows.together():
        work.flush()
        settle_letters(command.id for command in batch)
        notifications.record(new, work.tickets)
    work.hand_over()
    notifications.follow_claims(applied.events)
    applied.events += notifications.see_what_was_read(applied.events)
    applied.messages, applied.tickets = work.messages, work.tickets
    return applied


def _run(work: Work, command: Command) -> Outcome:
    if isinstance(command, BY_NOTIFICATIONS):
        return Outcome(events=notifications.apply(command))
    return services.apply(work, command)


def _one_by_one(batch: Sequence[Command], tickets: Tickets, refused: Mapping[int, Refused]) -> Applied:
    applied = Applied()
    for place, command in enumerate(batch):
        if place in refused:
            applied.refusals[place] = refused[place]
            continue
        try:
            with transaction.atomic():
                alone = _together([command], _fresh(command, tickets), {})
        except Exception as error:
            _require_poison(error)
            logger.exception("drain: %s is held", kind_of(command))
            applied.held[place] = f"{type(error).__name__}: {error}"
        else:
            applied.take_over(alone, place)
    return applied


def _fresh(command: Command, tickets: Tickets) -> Tickets:
    """The command's ticket as the database has it: the failed attempt has changed the loaded object."""
    ticket_id = getattr(command, "ticket_id", None)
    return dict(SupportTicket.everything.in_bulk([ticket_id])) if ticket_id else {}

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
from support.services.loading import WITHOUT_HISTORY, ask
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


class _Failed(Exception):
    """A command of the attempt is to blame, and what the attempt did is undone; the words of the error."""


def apply(batch: Sequence[Command], tickets: Tickets, refused: Mapping[int, Refused]) -> Applied:
    """All of them together; one by one when together they fail. `refused`: at which place that was said before."""
    try:
        return _attempt(batch, tickets, refused)
    except _Failed:
        logger.exception("drain: a batch of %d failed; applying it one by one", len(batch))
        return _one_by_one(batch, tickets, refused)


def _attempt(batch: Sequence[Command], tickets: Tickets, refused: Mapping[int, Refused]) -> Applied:
    """The savepoint goes out with what is asked, and the commit releases it: neither is waited for."""
    point = ""
    try:
        with rows.together():
            point = transaction.savepoint()
            work = ask([c for c in batch if not isinstance(c, BY_NOTIFICATIONS)], tickets)
            wishes = notifications.ask_wishes(_spoken_of(batch, tickets))
        return _together(batch, refused, work(), wishes())
    except Exception as error:
        _require_poison(error)
        transaction.set_rollback(False)
        transaction.savepoint_rollback(point)
        raise _Failed(f"{type(error).__name__}: {error}") from error


def _spoken_of(batch: Sequence[Command], tickets: Tickets) -> list[SupportTicket]:
    """What notices may be planned about; none where the batch changes what people turned off: that is read later."""
    if any(isinstance(command, BY_NOTIFICATIONS) for command in batch):
        return []
    named = {
        getattr(command, "ticket_id", None) for command in batch if not isinstance(command, WITHOUT_HISTORY)
    }
    return [ticket for ticket in tickets.values() if ticket.pk in named]


def _require_poison(error: Exception) -> None:
    """Raises what leaves the log as it is, when no command is to blame."""
    if not passes(error):
        return
    if isinstance(error, DatabaseError) and not isinstance(error, OperationalError):
        raise OperationalError(str(error)) from error
    raise error


def _together(
    batch: Sequence[Command], refused: Mapping[int, Refused], work: Work, wishes: notifications.Wishes
) -> Applied:
    applied, new = Applied(refusals=dict(refused)), list[Event]()
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
        notifications.record(new, work.tickets, wishes)
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
            with transaction.atomic():  # or two hundred savepoints would stand within each other
                alone = _attempt([command], _fresh(command, tickets), {})
        except _Failed as why:
            logger.exception("drain: %s is held", kind_of(command))
            applied.held[place] = str(why)
        else:
            applied.take_over(alone, place)
    return applied


def _fresh(command: Command, tickets: Tickets) -> Tickets:
    """The command's ticket as the database has it: the failed attempt has changed the loaded object."""
    ticket_id = getattr(command, "ticket_id", None)
    return dict(SupportTicket.everything.in_bulk([ticket_id])) if ticket_id else {}

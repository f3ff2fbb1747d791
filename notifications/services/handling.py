"""Handling: what support admins do with deliveries, one or all that match, and with what keeps them back.

Called by the drain inside its transaction; `step` by the task that works a run off, fifty rows and one short
transaction at a time. Each row is asked for in the state that allows the action, so that twice is once.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_noop as _

from core.contracts import Command, Event
from core.models import User
from core.problems import Refused
from notifications.ledger.filters import Filter
from notifications.ledger.lists import NEWEST, OPEN_TO, concerned
from notifications.models import Breaker, Delivery, Run, RunAction, RunState, State
from notifications.services.accounts import empty_all
from notifications.services.breakers import held_by
from notifications.services.ledger import threads_of
from notifications.services.suppression import lift
from support.delivery_commands import (
    CancelDeliveryRun,
    HandleDelivery,
    LiftSuppression,
    ReleaseBreaker,
    StartDeliveryRun,
)
from support.delivery_events import DeliveriesReleased, DeliveryRunStarted
from support.events import caused_by
from support.mail_events import MailMoved
from support.policies import may
from support.selectors.paging import Place, beyond

AT_ONCE: Final = 50
_AFRESH: Final[dict[str, Any]] = {
    "state": State.PLANNED,
    "reason": "",
    "cause": "",
    "held": "",
    "released": False,
    "carrier": None,
    "claimed_at": None,
    "settled_at": None,
    "delivered_at": None,
    "opened_at": None,
    "bounced_at": None,
    "complained_at": None,
}


class Stepped(NamedTuple):
    """Whether a run may have more to do, and the tickets of what was done."""

    more: bool
    tickets: set[uuid.UUID]


def handle_delivery(command: HandleDelivery) -> Sequence[Event]:
    """One row; refused when it is not where the action could be done to it."""
    _require_admin(command)
    action = _action(command.action)
    row = Delivery.objects.filter(id=command.delivery_id)
    if not _was_done(action, row, command.at) and not _do(action, row.filter(OPEN_TO[action]), command.at):
        raise Refused("stale", _("This delivery has moved on meanwhile. Look at it again."))
    if action is RunAction.CANCEL:
        return [caused_by(command, MailMoved, ticket_id=ticket) for ticket in threads_of(row)]
    return [caused_by(command, DeliveriesReleased)]


def start_delivery_run(command: StartDeliveryRun) -> Sequence[Event]:
    """Keep what is to be done; a task works it off."""
    person = _require_admin(command)
    action, wanted = _action(command.action), Filter.read(command.filter)
    if not wanted.query:
        raise Refused("invalid", _("Choose a filter first: this would be every delivery there ever was."))
    total = concerned(action, wanted, command.at).count()
    values = {"action": action, "filter": wanted.query, "until": command.at, "total": total, "by": person}
    Run.objects.get_or_create(id=command.id, defaults=values)
    return [caused_by(command, DeliveryRunStarted, run_id=command.id)]


def cancel_delivery_run(command: CancelDeliveryRun) -> Sequence[Event]:
    """What is done stays done."""
    _require_admin(command)
    running = Run.objects.filter(id=command.run_id, state=RunState.RUNNING)
    running.update(state=RunState.CANCELLED, ended_at=command.at)
    return []


def release_breaker(command: ReleaseBreaker) -> Sequence[Event]:
    """Its rows go out, each without being asked again by any breaker; from now on it counts afresh."""
    _require_admin(command)
    found = Breaker.objects.filter(id=command.breaker_id, released_at=None).first()
    if found is None:
        return []
    held_by(found).update(held="", released=True)
    Breaker.objects.filter(id=found.id).update(released_at=command.at)
    return [caused_by(command, DeliveriesReleased)]


def lift_suppression(command: LiftSuppression) -> Sequence[Event]:
    """Only what comes from now on is mailed; what was withheld meanwhile stays so."""
    _require_admin(command)
    lift(command.address)
    return []


def running() -> list[uuid.UUID]:
    """Runs with work left."""
    return list(Run.objects.filter(state=RunState.RUNNING).values_list("id", flat=True))


def step(run_id: uuid.UUID, now: datetime) -> Stepped:
    """Do the next fifty rows of a run. Nothing while somebody else does them."""
    with transaction.atomic():
        run = (
            Run.objects.select_for_update(skip_locked=True).filter(id=run_id, state=RunState.RUNNING).first()
        )
        if run is None:
            return Stepped(more=False, tickets=set())
        rows = _next_of(run)
        chosen = Delivery.objects.filter(id__in=[row.id for row in rows])
        if rows:
            _do(RunAction(run.action), chosen, now)
            run.done = F("done") + len(rows)
            run.reached_at, run.reached_id = rows[-1].created_at, rows[-1].id
        if len(rows) < AT_ONCE:
            run.state, run.ended_at = RunState.DONE, now
        run.save()
        return Stepped(more=len(rows) == AT_ONCE, tickets=threads_of(chosen))


def _next_of(run: Run) -> list[Delivery]:
    rows = concerned(run.action, Filter.read(run.filter), run.until)
    if run.reached_at and run.reached_id:
        rows = beyond(rows, Place(run.reached_at, run.reached_id), NEWEST)
    locked = rows.select_for_update(of=("self",)).order_by("-created_at", "-id")
    return list(locked.only("id", "created_at")[:AT_ONCE])


def _do(action: RunAction, rows: QuerySet[Delivery], now: datetime) -> int:
    if action is RunAction.REPLAY:
        return rows.update(**_AFRESH, due_at=now, replayed_at=now)
    if action is RunAction.RELEASE:
        return rows.update(held="", released=True)
    mails = list(rows.exclude(account_mail=None).values_list("account_mail_id", flat=True))
    cancelled = rows.update(state=State.CANCELLED, held="", settled_at=now)
    empty_all(mails, now)
    return cancelled


def _was_done(action: RunAction, row: QuerySet[Delivery], at: datetime) -> bool:
    """A command that comes twice: whatever became of the delivery since, this was done to it."""
    done = {
        RunAction.REPLAY: Q(replayed_at=at),
        RunAction.CANCEL: Q(state=State.CANCELLED),
        RunAction.RELEASE: Q(released=True),
    }
    return row.filter(done[action]).exists()


def _action(word: str) -> RunAction:
    if word not in RunAction.values:
        raise Refused("invalid")
    return RunAction(word)


def _require_admin(command: Command) -> User:
    person = User.objects.filter(id=command.actor_id).first() if command.actor_id else None
    if person is None or not may(person).administer:
        raise Refused("forbidden")
    return person

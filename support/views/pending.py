"""A write that was accepted but not settled in time: a page that moves on when it is.

Requesters and agents come here from their forms. Only the sender may look. The receipt says what became of it; while
that says pending, or is gone, the database decides.
"""

import uuid

import redis
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core import receipts
from core.models import User
from core.problems import Refused
from support import selectors
from support.views.answers import confirm, ticket_address
from support.views.tickets import reader_of

REFRESH_SECONDS = 2


@require_safe
@login_required
def pending(request: HttpRequest, command_id: uuid.UUID) -> HttpResponse:
    """`/support-tickets/pending/<command id>`"""
    user = reader_of(request)
    outcome = _outcome(user, command_id)
    address = ticket_address(user, outcome.ticket_id) if outcome.ticket_id else ""
    if outcome.state == "stored" and address:
        confirm(request, user, outcome.kind, str(outcome.ticket_id))
        return redirect(address)
    opening = outcome.kind == "OpenTicket"  # there is no ticket to go back to
    context = {
        "outcome": outcome,
        "back": "" if opening else address,
        "waiting": outcome.state == "pending",
        "command_id": command_id,
        "refresh": REFRESH_SECONDS,
    }
    return render(request, "support/pending.html", context)


def _outcome(user: User, command_id: uuid.UUID) -> receipts.Settled:
    """What became of the person's own command; "not-found" for everybody else's, and for none."""
    try:
        known = receipts.look_up(command_id)
    except redis.RedisError:
        known = None
    if known and known.actor != user.actor:
        raise Refused("not-found")
    if known and known.state != "pending":
        return known
    stored = selectors.outcome_of(user, command_id)
    if stored is None:
        return known or _unknown()
    return receipts.Settled(
        state="held" if stored.held else "stored",
        actor=user.actor,
        kind=stored.kind,
        ticket_id=str(stored.ticket_id) if stored.ticket_id else None,
    )


def _unknown() -> receipts.Settled:
    raise Refused("not-found")

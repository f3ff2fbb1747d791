"""A write that was accepted but not settled in time: a page that refreshes itself until it is.

Only its sender may look. The receipt says what became of it; when the receipts are gone the stored row does.
"""

import uuid

import redis
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core import receipts
from core.models import User
from core.problems import Refused
from support.models import Change, ChatMessage
from support.views.answers import DONE, ticket_address
from support.views.tickets import reader_of

REFRESH_SECONDS = 2


@require_safe
@login_required
def pending(request: HttpRequest, command_id: uuid.UUID) -> HttpResponse:
    """`/support-tickets/pending/<command id>`"""
    outcome = _outcome(reader_of(request), command_id)
    if outcome.state == "stored" and outcome.ticket_id:
        if outcome.kind in DONE:
            messages.success(request, DONE[outcome.kind])
        return redirect(ticket_address(outcome.ticket_id))
    context = {"outcome": outcome, "refresh": REFRESH_SECONDS if outcome.state == "pending" else None}
    return render(request, "support/pending.html", context)


def _outcome(user: User, command_id: uuid.UUID) -> receipts.Settled:
    """The receipt, else what the database holds under this id; "not-found" for anybody but the sender."""
    try:
        known = receipts.look_up(command_id)
    except redis.RedisError:
        known = None
    settled = known if known and known.state != "pending" else _stored(user, command_id) or known
    if settled is None or settled.actor != user.actor:
        raise Refused("not-found")
    return settled


def _stored(user: User, command_id: uuid.UUID) -> receipts.Settled | None:
    change = Change.objects.filter(pk=command_id, actor=user.actor).values_list("kind", "ticket_id").first()
    found = change or (
        ChatMessage.objects.filter(pk=command_id, author=user).values_list("source", "ticket_id").first()
    )
    if found is None:
        return None
    return receipts.Settled(state="stored", actor=user.actor, kind=found[0], ticket_id=str(found[1]))

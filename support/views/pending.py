"""A write that was accepted but not settled in time: a page that moves on when it is.

Requesters and agents come here from their forms. Only the sender may look.
"""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from support import selectors
from support.views.answers import confirm, ticket_address
from support.views.tickets import reader_of

REFRESH_SECONDS = 2


@require_safe
@login_required
def pending(request: HttpRequest, command_id: uuid.UUID) -> HttpResponse:
    """`/support-tickets/pending/<command id>`"""
    user = reader_of(request)
    outcome = selectors.settled_of(user, command_id)
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

"""How a form post is answered: the ticket when it is stored, else a page that waits for it.

Called by the requester's views. Must not write or judge anything itself; what is refused is raised, and core.errors
makes a page of it. A post that is not settled in time goes to the pending page, which refreshes itself, so nobody
without script is left with a spinner.
"""

import uuid
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

from core import receipts
from core.models import User
from support import selectors
from support.models import SupportTicket
from support.models.sessions import EndCause

DONE: Final = {
    "OpenTicket": _("Ticket {reference} created. We’ll reply here and by email."),
    "ChangeStatus": _("Status updated."),
    "EndChat": _("This chat has ended. We’ve kept it with your tickets."),
    "StopWaiting": _("You stopped waiting. We’ll reply here and by email."),
    "RateChat": _("Thank you. This helps us do better."),
    "SendTranscript": _("We’ll send the transcript to {address}."),
    "ClaimTicket": _("{reference} is among your tickets now."),
}


def ticket_address(user: User, ticket_id: uuid.UUID | str, suffix: str = "") -> str:
    """Where a person reads a ticket, at its newest message: agents at the desk. `suffix`: what stood beside it."""
    if user.is_staff:
        return f"{reverse('desk')}?ticket={ticket_id}"
    return f"{reverse('ticket', args=[ticket_id])}{suffix}#latest"


def settle(
    request: HttpRequest, user: User, accepted: receipts.Accepted, *, kind: str = "", suffix: str = ""
) -> HttpResponse:
    """Wait a moment for the commit: the ticket when stored, the pending page when not yet; raises when refused."""
    outcome = receipts.settled(accepted)
    if outcome.state == "rejected":
        raise outcome.refusal()
    if outcome.state != "stored" or accepted.ticket_id is None:
        return go(request, reverse("pending", args=[accepted.command_id]))
    confirm(request, user, kind, accepted.ticket_id)
    return go(request, ticket_address(user, accepted.ticket_id, suffix))


def say_settled(request: HttpRequest, accepted: receipts.Accepted) -> None:
    """For a page that shows what was done by itself: done, refused and why, or not known yet."""
    outcome = receipts.settled(accepted)
    if outcome.state == "rejected":
        messages.error(request, outcome.refusal().sentence)
    elif outcome.state == "stored":
        messages.success(request, _("Done."))
    else:
        messages.success(request, _("Accepted. It may take a moment to show."))


def confirm(request: HttpRequest, user: User, kind: str, ticket_id: uuid.UUID | str) -> None:
    """Say on the next page what was done, where that needs saying."""
    if kind in DONE:
        ticket = selectors.ticket_for(user, ticket_id)
        words = str(DONE["StopWaiting" if kind == "EndChat" and _was_left(ticket) else kind])
        messages.success(request, words.format(reference=ticket.reference, address=user.mail_address))


def _was_left(ticket: SupportTicket) -> bool:
    return selectors.chat_of(ticket).end_cause == EndCause.LEFT


def go(request: HttpRequest, address: str) -> HttpResponse:
    """Redirect, in the way that the asking script or browser follows."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    return redirect(address)

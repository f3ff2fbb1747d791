"""How a form of the desk is answered: back at the desk, refused in place, or on the pending page.

Called by support.views.desk_actions. A form of a ticket goes through `apply`: checked, written through support.intake,
waited for. Must not write by itself, and loses nobody's words: what was refused is in the composer again.
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext_lazy as _
from django_htmx.http import trigger_client_event

from core import receipts
from core.problems import Refused
from support import selectors
from support.desk_forms import first_sentence
from support.forms import key_of
from support.models import SupportTicket
from support.validators import storable
from support.views import desk as pages
from support.views.desk_access import StaffRequest
from support.views.desk_query import parse
from support.write_limits import require_write

Draw = Callable[[StaffRequest, UUID, Refused | None], HttpResponse]
TAKEN: Final = _("We’ve taken that. It shows here in a moment.")


def apply(
    request: StaffRequest,
    ticket_id: UUID,
    form: forms.Form,
    write: Callable[[SupportTicket, dict[str, Any]], receipts.Accepted],
    done: Callable[[dict[str, Any]], str],
    draw: Draw = pages.head,
) -> HttpResponse:
    """One form on one ticket, from what was posted to the answer; `draw`: what script puts in the form's place."""
    try:
        ticket = selectors.ticket_for(request.user, ticket_id)
    except Refused as refused:
        return pages.missing(request, refused)
    try:
        if not form.is_valid():
            raise Refused("invalid", first_sentence(form))
        require_write(request.user, request)
        accepted = write(ticket, form.cleaned_data)
        outcome = settled(accepted)
    except Refused as refused:
        return _refused(request, ticket_id, form, refused, draw)
    words = done(form.cleaned_data) if outcome.state == "stored" else str(TAKEN)
    if request.htmx:
        return trigger_client_event(draw(request, ticket_id, None), "desk:done", {"title": words})
    if outcome.state != "stored":
        return redirect("pending", accepted.command_id)
    messages.success(request, words)
    return to_desk(request, ticket_id)


def settled(accepted: receipts.Accepted) -> receipts.Settled:
    """What became of it; raises Refused when the drain refused it."""
    outcome = receipts.settled(accepted)
    if outcome.state == "rejected":
        raise outcome.refusal()
    return outcome


def _refused(
    request: StaffRequest, ticket_id: UUID, form: forms.Form, refused: Refused, draw: Draw
) -> HttpResponse:
    """Back at the ticket with the reason; what was typed stays in the composer, as the message that it was."""
    if request.htmx:
        return draw(request, ticket_id, refused)
    typed: dict[str, Any] = {
        "draft": storable(request.POST.get("message", "")),
        "message_id": key_of(form, "id", taken=refused.code == "id-taken"),
        "audience": request.POST.get("audience", ""),
        "then": request.POST.get("then", ""),
    }
    return pages.page(request, parse(request.GET, ticket_id), refused, **typed)


def to_desk(request: StaffRequest, ticket_id: UUID | None = None) -> HttpResponse:
    """The desk as the agent left it, read anew."""
    data = request.GET.copy()
    if ticket_id:
        data["ticket"] = str(ticket_id)
    query = data.urlencode()
    return redirect(resolve_url("desk") + (f"?{query}" if query else ""))

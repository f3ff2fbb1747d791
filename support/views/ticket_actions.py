"""What a requester does: open a ticket, reply, say that it is solved or not.

Plain form posts that work without script; each ends in support.intake and a redirect. Bad input comes back on the
page it was typed on, with its sentence and every word kept. A ticket of somebody else is not found.
"""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from core.problems import Refused
from support import intake, selectors
from support.forms import ReplyForm, StatusForm, TicketForm, new_key, summary_title
from support.views.answers import settle
from support.views.tickets import reader_of, ticket_page
from support.workflow import allowed

MOST_BROWSER = 1000
# Refused because of what was typed: the form comes back. Everything else is a page of its own.
MENDABLE = {"invalid", "id-taken", "closed", "too-large", "too-fast", "log-full", "log-unavailable", "transition", "stale"}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create(request: HttpRequest) -> HttpResponse:
    """`/support-tickets/new`: the form as a page (GET), a new ticket (POST)."""
    if request.method != "POST":
        return _form_page(request, TicketForm())
    form = TicketForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    try:
        accepted = intake.open_ticket(reader_of(request), **_asked(request, form.cleaned_data))
        return settle(request, accepted, kind="OpenTicket")
    except Refused as refused:
        if refused.code not in MENDABLE:
            raise
        form.add_error(None, refused.sentence)
        return _form_page(request, form, status=refused.type.status)


@require_POST
@login_required
def reply(request: HttpRequest, ticket_id: uuid.UUID) -> HttpResponse:
    """Write in a ticket."""
    user = reader_of(request)
    ticket = selectors.ticket_for(user, ticket_id)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return ticket_page(request, ticket, reply=form, status=422)
    try:
        accepted = intake.post_message(
            user, ticket, message=form.cleaned_data["message"], message_id=form.cleaned_data["id"]
        )
        return settle(request, accepted)
    except Refused as refused:
        if refused.code not in MENDABLE:
            raise
        form.add_error(None, refused.sentence)
        return ticket_page(request, ticket, reply=form, status=refused.type.status)


@require_POST
@login_required
def status(request: HttpRequest, ticket_id: uuid.UUID) -> HttpResponse:
    """Mark as resolved, or open again."""
    user = reader_of(request)
    ticket = selectors.ticket_for(user, ticket_id)
    form = StatusForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("invalid", next(iter(form.errors.values()))[0])
        asked, expected = form.cleaned_data["status"], form.cleaned_data["expected"] or None
        if not allowed(ticket.status, asked, staff=False):
            raise Refused("transition")
        accepted = intake.change_status(user, ticket, status=asked, expected=expected)
        return settle(request, accepted, kind="ChangeStatus")
    except Refused as refused:
        if refused.code not in MENDABLE:
            raise
        return ticket_page(request, ticket, notice=refused.sentence, status=refused.type.status)


def _asked(request: HttpRequest, cleaned: dict[str, Any]) -> dict[str, Any]:
    names = ("subject", "description", "ticket_type", "priority", "tags", "current_url")
    return {
        **{name: cleaned[name] for name in names},
        "browser_info": request.headers.get("User-Agent", "")[:MOST_BROWSER],
        "idempotency_key": str(cleaned["key"] or "") or None,
    }


def _form_page(request: HttpRequest, form: TicketForm, *, status: int = 200) -> HttpResponse:
    """The form; a new key each time, so that mended words are not taken for a repeat."""
    context = {"form": form, "key": new_key(), "summary": summary_title(form), "origin": request.POST.get("current_url")}
    template = "support/partials/ticket_form.html" if getattr(request, "htmx", False) else "support/ticket_form.html"
    return render(request, template, context, status=status)

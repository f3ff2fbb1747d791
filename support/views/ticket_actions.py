"""What a requester does: open a ticket, reply, say that it is solved or not.

Plain form posts that work without script; each ends in support.intake and a redirect. Bad input comes back on the
page it was typed on, with its sentence and every word kept. A ticket of somebody else is not found.
"""

import uuid
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.problems import Refused
from support import intake, selectors
from support.forms import STALE_PAGE, ReplyForm, StatusForm, TicketForm, key_of, summary_title
from support.validators import MOST_BROWSER
from support.views.answers import settle
from support.views.ticket_query import parse
from support.views.tickets import reader_of, ticket_page
from support.workflow import allowed
from support.write_limits import require_write

# What a person can mend or send again from where they are: the form comes back. Anything else is a page of its own.
MENDABLE: Final = frozenset(
    {
        "invalid",
        "id-taken",
        "closed",
        "too-large",
        "too-fast",
        "log-full",
        "log-unavailable",
        "transition",
        "stale",
    }
)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create(request: HttpRequest) -> HttpResponse:
    """`/support-tickets/new`: the form as a page (GET), a new ticket (POST)."""
    if request.method != "POST":
        return _form_page(request, TicketForm())
    form = TicketForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, Refused("invalid"))
    user = reader_of(request)
    try:
        require_write(user, request)
        accepted = intake.open_ticket(user, **_asked(request, form.cleaned_data))
        return settle(request, user, accepted, kind="OpenTicket")
    except Refused as refused:
        form.add_error(None, mendable(refused).sentence)
        return _form_page(request, form, refused)


@require_POST
@login_required
def reply(request: HttpRequest, ticket_id: uuid.UUID) -> HttpResponse:
    """Write in a ticket."""
    user = reader_of(request)
    ticket = selectors.ticket_for(user, ticket_id)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return ticket_page(request, ticket, reply=form, refused=Refused("invalid"))
    try:
        require_write(user, request)
        text, message_id = form.cleaned_data["message"], form.cleaned_data["id"]
        accepted = intake.post_message(user, ticket, message=text, message_id=message_id)
        return settle(request, user, accepted, suffix=parse(request.GET).posted_suffix)
    except Refused as refused:
        form.add_error(None, mendable(refused).sentence)
        return ticket_page(request, ticket, reply=form, refused=refused)


@require_POST
@login_required
def status(request: HttpRequest, ticket_id: uuid.UUID) -> HttpResponse:
    """Mark as resolved, or open again."""
    user = reader_of(request)
    ticket = selectors.ticket_for(user, ticket_id)
    form = StatusForm(request.POST)
    try:
        require_write(user, request)
        if not form.is_valid():
            raise Refused("invalid", str(STALE_PAGE))
        asked, expected = form.cleaned_data["status"], form.cleaned_data["expected"] or None
        if not allowed(ticket.status, asked, staff=False):
            raise Refused("transition")
        accepted = intake.change_status(user, ticket, status=asked, expected=expected)
        suffix = parse(request.GET).posted_suffix
        return settle(request, user, accepted, kind="ChangeStatus", suffix=suffix)
    except Refused as refused:
        return ticket_page(request, ticket, refused=mendable(refused))


def mendable(refused: Refused) -> Refused:
    """The refusal, if it can be said beside the form; raises it otherwise."""
    if refused.code not in MENDABLE:
        raise refused
    return refused


def _asked(request: HttpRequest, cleaned: dict[str, Any]) -> dict[str, Any]:
    names = ("subject", "description", "ticket_type", "priority", "tags", "current_url")
    return {
        **{name: cleaned[name] for name in names},
        "browser_info": request.headers.get("User-Agent", "")[:MOST_BROWSER],
        "idempotency_key": str(cleaned["key"] or "") or None,
    }


def _form_page(request: HttpRequest, form: TicketForm, refused: Refused | None = None) -> HttpResponse:
    """The form, with what is to be mended; for script the form alone, as an answer that no console calls an error."""
    taken, htmx = refused is not None and refused.code == "id-taken", bool(getattr(request, "htmx", False))
    user, key = reader_of(request), key_of(form, "key", taken=taken)
    context = {
        "form": form,
        "key": key,
        "becomes": intake.ticket_id_for(user, key),
        "dialog": htmx and request.htmx.current_url_abs_path != reverse("ticket-create"),  # type: ignore[attr-defined]
        "summary": summary_title(form),
        "origin": request.POST.get("current_url"),
        "suggested_tags": selectors.suggested_tags(selectors.own_tags(user)),
    }
    if htmx:
        return render(request, "support/partials/ticket_form.html", context)
    code = refused.type.status if refused else 200
    return render(request, "support/ticket_form.html", context, status=code)
